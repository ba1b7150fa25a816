import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayWorld, MODEL } from '../../support/gateway.js';

const OWN_KEY = 'sk-or-v1-own-key-of-the-user';
const chunk = (answer: number, cost: number, finish_reason: string | null = null): string => {
  const choices = [{ index: 0, delta: { content: 'so' }, finish_reason }];
  const cost_details = { upstream_inference_cost: cost };
  const usage = { prompt_tokens: 20, completion_tokens: answer, cost, cost_details };
  return `data: ${JSON.stringify({ id: 'gen-written', model: MODEL, choices, usage })}\n\n`;
};
/** A provider that sends interim usages, and the last one twice. */
const COUNTED = `${chunk(1, 0.001)}${chunk(2, 0.002)}${chunk(3, 0.01, 'stop')}${chunk(3, 0.01)}data: [DONE]\n\n`;
const costsIn = (text: string): string[] => [...text.matchAll(/"cost":([^,}]+)/g)].map(([, cost]) => cost!);
const upstreamIn = (text: string): string[] =>
  [...text.matchAll(/upstream_inference_cost":([^,}]+)/g)].map(([, c]) => c!);

let g: GatewayWorld;

beforeAll(async () => {
  g = await GatewayWorld.start({
    GATEWAY_USAGE_COST: 'charged',
    GATEWAY_COST_COMMENTS: 'off',
    OWN_KEY_FEE_RATE: '0.05',
  });
});
afterAll(() => g.close());

describe('the usage of an answer', () => {
  it('shows the full charged cost', async () => {
    const answer = await g.chat(await g.w.user('1'));
    const { usage } = (await answer.json()) as { usage: { cost: number } };
    expect(usage.cost).toBe(Number(answer.headers.get('x-tollgate-cost')));
    expect(usage.cost).toBeGreaterThan(0);
  });

  it('shows it in a stream too, which has no comment if comments are disabled', async () => {
    const user_id = await g.w.user('1');
    const text = await (await g.chat(user_id, {}, { stream: true })).text();
    const [event] = await g.events(user_id);
    const cost = /"cost":([\d.e-]+)/.exec(text)?.[1];
    expect(Number(cost)).toBe(Number(event!['total_cost']));
    expect(Number(cost)).toBeGreaterThan(Number(event!['provider_cost']));
    expect(text).not.toContain(': cost');
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
  });

  it("never shows the provider's cost, not in interim usages and not in a replay", async () => {
    const user_id = await g.w.user('1');
    const body = { model: MODEL, stream: true, messages: [], stand_in: { verbatim: COUNTED } };
    const first = await (await g.send(user_id, body, { key: 'counted' })).text();
    expect(costsIn(first)).toEqual(['null', 'null', 'null', '0.010500']);
    expect(upstreamIn(first)).toEqual(['null', 'null', 'null', 'null']);
    const again = await g.send(user_id, body, { key: 'counted' });
    expect([again.headers.get('idempotency-hit'), await again.text()]).toEqual(['true', first]);
  });

  it.each([true, false])(
    "tells the fee where the user's own key pays, who sees what it pays; stream: %s",
    async (stream) => {
      const user_id = await g.w.user('1');
      await g.connect(user_id, OWN_KEY);
      const whole = JSON.stringify({
        ...(JSON.parse(chunk(3, 0.01, 'stop').slice(6)) as object),
        object: 'chat.completion',
      });
      const stand_in = { verbatim: stream ? COUNTED : whole };
      const send = () => g.send(user_id, { model: MODEL, stream, messages: [], stand_in }, { key: 'own' });
      const first = await (await send()).text();
      expect([costsIn(first).at(-1), upstreamIn(first).at(-1)]).toEqual(['0.000500', '0.01']);
      expect(await g.events(user_id)).toMatchObject([{ total_cost: '0.0005000000' }]);
      expect(await (await send()).text()).toBe(first);
    },
  );
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayWorld } from '../support/gateway.js';

let g: GatewayWorld;

beforeAll(async () => {
  g = await GatewayWorld.start({ GATEWAY_USAGE_COST: 'charged', GATEWAY_COST_COMMENTS: 'off' });
});
afterAll(() => g.close());

describe('the usage of an answer', () => {
  it('tells the cost that was charged, whole', async () => {
    const answer = await g.chat(await g.w.user('1'));
    const { usage } = (await answer.json()) as { usage: { cost: number } };
    expect(usage.cost).toBe(Number(answer.headers.get('x-tollgate-cost')));
    expect(usage.cost).toBeGreaterThan(0);
  });

  it('tells it in a stream too, which has no comment where they are switched off', async () => {
    const user_id = await g.w.user('1');
    const text = await (await g.chat(user_id, {}, { stream: true })).text();
    const [event] = await g.events(user_id);
    const told = /"cost":([\d.e-]+)/.exec(text)?.[1];
    expect(Number(told)).toBe(Number(event!['total_cost']));
    expect(Number(told)).toBeGreaterThan(Number(event!['provider_cost']));
    expect(text).not.toContain(': cost');
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
  });
});

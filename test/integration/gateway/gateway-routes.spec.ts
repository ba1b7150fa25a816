import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { units } from '../../../src/platform/values/amount.js';
import { eventually } from '../../support/eventually.js';
import { concurrently } from '../../support/factories.js';
import { GatewayWorld } from '../../support/gateway.js';

const MODEL = 'stand-in/dear';
const PROMPT = 'qx'.repeat(700);
const BODIES: Record<string, object> = {
  'chat/completions': { model: MODEL, max_tokens: 400, messages: [] },
  completions: { model: MODEL, max_tokens: 400, prompt: 'Hi' },
  embeddings: { model: MODEL, input: PROMPT },
};
const ROUTES = ['/api/v1', '/v1'].flatMap((base) =>
  Object.keys(BODIES).map((name) => [`${base}/${name}`, name] as const),
);
const CALLS = 30;

let g: GatewayWorld;

beforeAll(async () => {
  g = await GatewayWorld.start();
});
beforeEach(() => g.openrouter.reset());
afterAll(() => g.close());

describe.each(ROUTES)('%s', (path, name) => {
  const body = BODIES[name]!;

  it('checks credentials before anything else', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(g.base + path, { method: 'POST', headers, body: JSON.stringify(body) });
    expect([answer.status, g.openrouter.calls]).toEqual([401, []]);
  });

  it('makes no call for an account without credits or without remaining calls', async () => {
    const [poor, busy] = [await g.w.user('0.001'), await g.w.user('5')];
    await g.w.sql('UPDATE user_credits SET calls_per_day = 0 WHERE user_id = $1', [busy]);
    const answers = [await g.send(poor, body, { path }), await g.send(busy, body, { path })];
    expect(answers.map(({ status }) => status)).toEqual([402, 429]);
    expect(g.openrouter.calls).toEqual([]);
  });

  it(`spends no more than the balance on ${CALLS} concurrent calls`, async () => {
    const user_id = await g.w.user('1');
    await g.w.sql('UPDATE user_credits SET calls_per_day = NULL WHERE user_id = $1', [user_id]);
    const gate = Promise.withResolvers<undefined>();
    g.openrouter.behaviour = { gate: gate.promise, output_tokens: 400 };
    const ends: number[] = [];
    const calls = concurrently(CALLS, async () => {
      const answer = await g.send(user_id, body, { path });
      ends.push(answer.status);
      return answer.text();
    });
    // affordable calls wait at the provider until all others were refused
    await eventually(() => ends.length + g.openrouter.calls.length === CALLS);
    const made = g.openrouter.calls.length;
    expect([made > 5, made < 15, ends.every((status) => status === 402)]).toEqual([true, true, true]);
    expect(units((await g.w.balance(user_id)).held as string)).toBeLessThanOrEqual(units('1'));
    gate.resolve(undefined);
    await calls;
    expect(await g.events(user_id)).toHaveLength(made);
    expect(await g.w.balance(user_id)).toMatchObject({ held: '0.000000', debt: '0.000000' });
    await g.w.verify(user_id);
  });
});

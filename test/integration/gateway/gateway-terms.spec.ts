import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { GatewayWorld, MODEL, PLATFORM_KEY } from '../../support/gateway.js';
import type { Json } from '../../support/factories.js';
import { statementsFromNow } from '../../support/statements.js';

/** Statements that a service sends by itself now and then. */
const IN_BACKGROUND = /rollup|^members_changed$/;

let g: GatewayWorld;
let user_id: string;

beforeAll(async () => {
  g = await GatewayWorld.start();
});
beforeEach(async () => {
  g.openrouter.reset();
  user_id = await g.w.user('5');
  expect((await g.chat(user_id)).status).toBe(200); // the terms of its calls are known from here on
});
afterEach(async () => {
  jest.restoreAllMocks();
  expect(await g.openCalls()).toEqual([]);
  await g.w.verify(user_id);
});
afterAll(() => g.close());

const codeOf = async (answer: Response): Promise<unknown> => ((await answer.json()) as { error: Json }).error.code;
const lastHold = async (): Promise<string> => {
  const [hold] = await g.w.sql('SELECT amount FROM credit_holds WHERE user_id = $1 ORDER BY id DESC LIMIT 1', [
    user_id,
  ]);
  return String(hold?.amount);
};
const callsToday = async (): Promise<unknown> =>
  (await g.w.sql('SELECT calls_today FROM user_credits WHERE user_id = $1', [user_id]))[0]?.calls_today;

describe('a call whose terms are known', () => {
  it('needs one statement to begin and one to end', async () => {
    const statements = statementsFromNow();
    expect((await g.chat(user_id)).status).toBe(200);
    const ofCall = statements().filter((name) => !IN_BACKGROUND.test(name));
    expect(ofCall).toEqual(['lone_hold', 'lone_capture']);
    expect(await callsToday()).toBe(2);
  });

  it('is held and charged at a price that has changed since', async () => {
    const before = await lastHold();
    await g.price(MODEL, 0.3, 1.2); // twice as much
    expect((await g.chat(user_id, { usage: 'without_cost' })).status).toBe(200);
    expect(Number(await lastHold())).toBeCloseTo(2 * Number(before), 9);
    expect(await callsToday()).toBe(2);
  });

  it('is charged with a markup that has changed since', async () => {
    const rule = await g.w.done('pricing/markup-rules', { scope: 'model', match: MODEL, rate: '0.7' });
    expect((await g.chat(user_id)).status).toBe(200);
    const events = await g.events(user_id);
    expect(events.map(({ markup_rate }) => Number(markup_rate)).sort()).toEqual([expect.any(Number), 0.7]);
    await g.w.t.call(`pricing/markup-rules/${String(rule.id)}`, { method: 'DELETE', token: g.w.admin });
    expect((await g.chat(user_id)).status).toBe(200);
    expect((await g.events(user_id)).filter(({ markup_rate }) => Number(markup_rate) === 0.7)).toHaveLength(1);
  });

  it('is refused when the plan has excluded the model, or allowed again, since', async () => {
    const allow = (...allowed_models: string[]) =>
      g.w.t.call('credits/tiers/trial', { method: 'PATCH', token: g.w.admin, body: { allowed_models } });
    await allow('class:free');
    expect(await codeOf(await g.chat(user_id))).toBe('model_not_allowed');
    await allow();
    expect((await g.chat(user_id)).status).toBe(200);
  });

  it('is refused when the account has got another plan, which excludes the model', async () => {
    await g.w.sql(`UPDATE tiers SET allowed_models = '{class:free}' WHERE tier = 'starter'`);
    expect((await g.chat(await g.w.user('5'))).status).toBe(200); // the catalogue is known again
    expect((await g.chat(user_id)).status).toBe(200);
    await g.w.sql(`UPDATE user_credits SET tier = 'starter' WHERE user_id = $1`, [user_id]);
    expect(await codeOf(await g.chat(user_id))).toBe('model_not_allowed');
    await g.w.sql('UPDATE tiers SET allowed_models = DEFAULT');
  });

  it("is made with the user's own key as soon as it is stored, and with the platform's once it is deleted", async () => {
    const api_key = `sk-or-v1-${randomBytes(16).toString('hex')}`;
    const keyOfNext = async (): Promise<unknown> => {
      expect((await g.chat(user_id)).status).toBe(200);
      return g.openrouter.calls.at(-1)?.api_key;
    };
    await g.connect(user_id, api_key);
    expect([await keyOfNext(), await keyOfNext()]).toEqual([api_key, api_key]);
    await g.w.t.call('credits/openrouter/account', { method: 'DELETE', token: await g.w.as(user_id) });
    expect([await keyOfNext(), await keyOfNext()]).toEqual([PLATFORM_KEY, PLATFORM_KEY]);
  });

  it('is refused like any other call when the credits do not suffice', async () => {
    await g.w.deduct(user_id, '4.99');
    expect(await codeOf(await g.chat(user_id, {}, { max_tokens: 100_000 }))).toBe('insufficient_credits');
    expect(await callsToday()).toBe(1);
  });
});

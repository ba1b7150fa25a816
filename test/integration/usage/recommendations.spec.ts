import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { amount, units } from '../../../src/platform/values/amount.js';
import { type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  const encryption_keys = `tests:${Buffer.alloc(32, 7).toString('base64')}`;
  w = await TestEnv.start({ env: { ENCRYPTION_KEYS: encryption_keys } });
  await price('acme/large', { input_per_million: '10', output_per_million: '40', context_length: 200_000 });
  await price('acme/small', {
    input_per_million: '1.37',
    output_per_million: '4.11',
    context_length: 200_000,
    overrides: [{ min_prompt_tokens: 9_000, input_per_million: '2.9' }],
  });
  await price('acme/tiny', { input_per_million: '0.1', output_per_million: '0.2', context_length: 8_000 });
});
afterAll(() => w.close());

const price = (model: string, prices: object) => w.done('pricing/models', { model, ...prices });

/** Calls of different sizes; the last of them are long prompts. */
const CALLS = Array.from({ length: 60 }, (_, n) => ({
  input_tokens: 1_000 + ((n * 7919) % 9_001),
  output_tokens: 500 + ((n * 104_729) % 2_003),
}));

const call = (user_id: string, model: string, tokens: object, more: object = {}) =>
  w.done('credits/usage/track', {
    user_id,
    service: 'openrouter',
    model,
    ...tokens,
    charge: true,
    request_id: randomUUID(),
    ...more,
  });

async function called(model: string, more: (n: number) => object = () => ({}), calls = CALLS): Promise<string> {
  const user_id = await w.user('1000', 'enterprise');
  for (const [n, tokens] of calls.entries()) await call(user_id, model, tokens, more(n));
  return user_id;
}

const advice = async (user_id: string): Promise<Json[]> =>
  (await w.list('usage/recommendations', {}, await w.as(user_id))).body;
const ofKind = async (user_id: string, kind: string): Promise<Json[]> =>
  (await advice(user_id)).filter((one) => one.kind === kind);

async function charged(user_id: string): Promise<string> {
  const charges = (await w.ledger(user_id)).filter(({ service }) => service === 'openrouter');
  return amount(-charges.reduce((sum, line) => sum + units(line.amount as string), 0n));
}

describe('a cheaper model', () => {
  it('saves exactly what it says: the same work at its prices is charged the projected cost', async () => {
    const user_id = await called('acme/large');
    const [found, ...others] = await ofKind(user_id, 'cheaper_model');
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      details: { model: 'acme/large', other_model: 'acme/small', requests: 60, is_equal: false },
      currency: 'credits',
      confidence: 'medium',
      apply: null,
    });
    const replay = await called('acme/small');
    expect(found?.current_cost).toBe(await charged(user_id));
    expect(found?.projected_cost).toBe(await charged(replay));
    const saving = units(found?.current_cost as string) - units(found?.projected_cost as string);
    expect(found?.saving_monthly).toBe(amount(saving));
    expect((found?.basis as Json).requests).toBe(60);
  });

  it('is called equal only if the operator says so, with the note', async () => {
    const user_id = await called('acme/large');
    const caveats = async () => {
      const [found] = await ofKind(user_id, 'cheaper_model');
      return (found?.caveats as Json[]).map(({ code }) => code);
    };
    expect(await caveats()).toContain('not_judged_equal');
    const body = { from: 'acme/large', to: 'Acme/Small:nitro', note: 'Equal in our tests' };
    const stated = await w.done('pricing/equivalents', body);
    expect(stated).toMatchObject({ from: 'acme/large', to: 'acme/small' });
    expect((await w.post('pricing/equivalents', body)).body.code).toBe('already_exists');
    expect(await caveats()).not.toContain('not_judged_equal');
    const [found] = await ofKind(user_id, 'cheaper_model');
    expect(found).toMatchObject({ confidence: 'high', details: { is_equal: true, note: 'Equal in our tests' } });
    const gone = await w.t.call(`pricing/equivalents/${stated.id as string}`, { method: 'DELETE', token: w.admin });
    expect(gone.status).toBe(204);
    expect(await caveats()).toContain('not_judged_equal');
    expect((await w.post('pricing/equivalents', { from: 'acme/a', to: 'ACME/A' })).status).toBe(422);
    expect((await w.post('pricing/equivalents', body, { token: await w.as(user_id) })).status).toBe(403);
  });

  it('is not advised for fewer than 50 calls, nor for less than a credit a month', async () => {
    expect(await ofKind(await called('acme/large', () => ({}), CALLS.slice(0, 49)), 'cheaper_model')).toEqual([]);
    const little = CALLS.map(() => ({ input_tokens: 100, output_tokens: 10 }));
    expect(await ofKind(await called('acme/large', () => ({}), little), 'cheaper_model')).toEqual([]);
  });

  it('must have a price for the kinds of media that were used, and be in the plan', async () => {
    const user_id = await called('acme/large', () => ({ image_tokens: 500 }));
    expect(await ofKind(user_id, 'cheaper_model')).toEqual([]);
    const limited = await called('acme/large');
    await w.sql(`UPDATE tiers SET allowed_models = '{acme/large}' WHERE tier = 'enterprise'`);
    try {
      expect(await ofKind(limited, 'cheaper_model')).toEqual([]);
    } finally {
      await w.sql(`UPDATE tiers SET allowed_models = '{}' WHERE tier = 'enterprise'`);
    }
  });
});

describe('the cache for prompts', () => {
  it('is advised for sessions that repeat their prompts, with the saving at the real prices', async () => {
    await price('cache/one', {
      input_per_million: '10',
      output_per_million: '10',
      cache_read_per_million: '1',
      cache_write_per_million: '12.5',
      context_length: 100_000,
    });
    const calls = Array.from({ length: 60 }, (_, n) => ({ input_tokens: 5_000 + (n % 6) * 1_000, output_tokens: 100 }));
    const session = (n: number) => ({ session_id: `s-${Math.floor(n / 6)}` });
    const user_id = await called('cache/one', session, calls);
    const [found] = await ofKind(user_id, 'prompt_cache');
    // each of the ten sessions writes its 10,000 tokens once, and reads 5,000 to 9,000 of them in five calls
    const replay = await called(
      'cache/one',
      session,
      calls.map(({ input_tokens, output_tokens }, n) =>
        n % 6 === 0
          ? { input_tokens: 0, output_tokens, cache_write_tokens: input_tokens }
          : { input_tokens: 0, output_tokens, cache_write_tokens: 1_000, cache_read_tokens: input_tokens - 1_000 },
      ),
    );
    expect(found).toMatchObject({
      confidence: 'low',
      current_cost: await charged(user_id),
      projected_cost: await charged(replay),
    });
  });
});

describe('other advice', () => {
  it('names the free variant for as many calls as the plan has free calls', async () => {
    await price('acme/large:free', {
      input_per_million: '0',
      output_per_million: '0',
      is_free: true,
      context_length: 200_000,
    });
    const user_id = await called('acme/large');
    expect((await ofKind(user_id, 'free_calls'))[0]).toMatchObject({
      details: { free_requests: 60 },
      projected_cost: '0.000000',
    });
    await w.sql('UPDATE user_credits SET free_calls_per_day = 10 WHERE user_id = $1', [user_id]);
    expect(await ofKind(user_id, 'free_calls')).toEqual([]);
  });

  it('names the plan that costs less, and the call that switches to it', async () => {
    await w.sql('UPDATE tiers SET price_monthly = 50, credits_monthly = 40 WHERE tier = $1', ['professional']);
    const user_id = await called('acme/large');
    await w.switch(user_id, 'professional');
    await w.sql('UPDATE tiers SET price_monthly = 10 WHERE tier = $1', ['starter']);
    const [found] = await ofKind(user_id, 'plan');
    expect(found).toMatchObject({ currency: 'usd', details: { plan: 'professional', other_plan: 'starter' } });
    const apply = found?.apply as { url: string; body: object };
    const done = await w.t.call(apply.url.replace('/api/v1/', ''), {
      method: 'POST',
      token: w.admin,
      body: { ...apply.body, user_id },
    });
    expect(done.body).toMatchObject({ tier: 'starter' });
  });

  it('tells of credits that will expire unused, until it is dismissed', async () => {
    const user_id = await w.user('5');
    await w.bonus(user_id, '30', { expires_at: new Date(Date.now() + 10 * 86_400_000).toISOString() });
    const [found] = await ofKind(user_id, 'expiring_credits');
    expect(units(found?.saving_monthly as string)).toBeGreaterThanOrEqual(units('30'));
    const dismiss = (token: string) =>
      w.t.call((found?.dismiss_url as string).replace('/api/v1/', ''), { method: 'POST', token });
    expect((await dismiss(await w.as(await w.user()))).status).toBe(204);
    expect(await ofKind(user_id, 'expiring_credits')).toHaveLength(1);
    expect((await dismiss(await w.as(user_id))).status).toBe(204);
    expect((await dismiss(await w.as(user_id))).status).toBe(204);
    expect(await ofKind(user_id, 'expiring_credits')).toEqual([]);
  });

  it('names an own key if its fee is lower than the markup, and not to an account that has one', async () => {
    const dear = CALLS.map(({ input_tokens }) => ({ input_tokens, output_tokens: 10_000 }));
    const user_id = await called('acme/large', () => ({}), dear);
    const [found] = await ofKind(user_id, 'own_key');
    expect(found).toMatchObject({ current_cost: await charged(user_id), confidence: 'high' });
    await w.sql(
      `INSERT INTO openrouter_accounts (user_id, email, encrypted_key, key_hint) VALUES ($1, $1, 'k1.' || repeat('x', 80), 'x')`,
      [user_id],
    );
    expect(await ofKind(user_id, 'own_key')).toEqual([]);
  });

  it('is nobody else’s business', async () => {
    const user_id = await called('acme/large');
    const other = await w.as(await w.user());
    expect((await w.get('usage/recommendations', { user_id }, other)).status).toBe(403);
    expect((await w.list('usage/recommendations', { user_id })).body.length).toBeGreaterThan(0);
    expect((await w.get('usage/recommendations', { user_id: `unknown-${randomUUID()}` })).status).toBe(404);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostingEngine } from '../../../src/credits/posting/posting.engine.js';
import { UNATTRIBUTED } from '../../../src/platform/attribution.js';
import { systemActor } from '../../../src/platform/actor.js';
import { units } from '../../../src/platform/values/amount.js';
import { concurrently, type Json, type JsonAnswer, statuses, TestEnv } from '../../support/factories.js';

const DAY_LIMIT = 100;
const FREE_LIMIT = 50;
const PATH = 'credits/usage/track';
const MODEL = 'a-maker/a-model';

describe('the call limits of a plan', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start();
    await w.done('pricing/models', { model: MODEL, input_per_million: '2', output_per_million: '4' });
  });
  afterAll(() => w.close());

  const call = (user_id: string, more: object = {}): Promise<JsonAnswer> =>
    w.post(PATH, { user_id, service: 'tts', cost: '0.001', charge: true, ...more });
  const free = (user_id: string, more: object = {}): Promise<JsonAnswer> =>
    call(user_id, { cost: undefined, model: `${MODEL}:free`, input_tokens: 1_000_000, ...more });
  const counters = async (user_id: string): Promise<Json> =>
    (await w.sql('SELECT * FROM user_credits WHERE user_id = $1', [user_id]))[0]!;
  const count = (user_id: string, today: number, period = today, free_today = 0): Promise<Json[]> =>
    w.sql(
      `UPDATE user_credits SET calls_today = $2, calls_this_period = $3, free_calls_today = $4,
         calls_reset_at = date_trunc('day', now(), 'UTC') + interval '1 day' WHERE user_id = $1`,
      [user_id, today, period, free_today],
    );
  const aDayLater = (user_id: string): Promise<Json[]> =>
    w.sql(`UPDATE user_credits SET calls_reset_at = calls_reset_at - interval '1 day' WHERE user_id = $1`, [user_id]);

  it('come from the tier, and change with it immediately', async () => {
    const user_id = await w.user();
    const trial = { calls_per_day: DAY_LIMIT, calls_per_month: null, free_calls_per_day: FREE_LIMIT };
    expect(await counters(user_id)).toMatchObject(trial);
    await w.switch(user_id, 'starter');
    const starter = { calls_per_day: null, calls_per_month: 1000, free_calls_per_day: 200 };
    expect(await counters(user_id)).toMatchObject(starter);
    await w.switch(user_id, 'enterprise');
    const enterprise = { calls_per_day: null, calls_per_month: null, free_calls_per_day: null };
    expect(await counters(user_id)).toMatchObject(enterprise);
    await w.done('credits/reset', { user_id, new_tier: 'professional' });
    expect(await counters(user_id)).toMatchObject({ calls_per_day: null, calls_per_month: 10_000 });
  });

  it('are never exceeded by concurrent calls', async () => {
    const user_id = await w.user();
    const answers = await concurrently(200, () => call(user_id));
    expect(statuses(answers)).toEqual({ 200: DAY_LIMIT, 429: 200 - DAY_LIMIT });
    expect(await counters(user_id)).toMatchObject({ calls_today: DAY_LIMIT, calls_this_period: DAY_LIMIT });
    expect((await w.balance(user_id)).balance).toBe('4.900000');
    const refused = answers.find(({ status }) => status === 429)!;
    const midnight = new Date(Math.ceil(Date.now() / 86_400_000) * 86_400_000).toISOString();
    expect(refused.body).toMatchObject({
      code: 'call_limit_exceeded',
      limit_source: 'calls_per_day',
      limit: DAY_LIMIT,
      resets_at: midnight,
      detail: `The plan's limit of 100 calls per day is reached until ${midnight}.`,
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(await w.audit(user_id, 'credit.deduct_failed')).toHaveLength(100);
    await w.verify(user_id);
  });

  it('apply to unpaid work too, but not to work that is only recorded, nor to plain charges', async () => {
    const user_id = await w.user();
    await count(user_id, DAY_LIMIT - 1);
    expect((await call(user_id, { cost: undefined, billable: false })).status).toBe(200);
    expect((await call(user_id, { cost: undefined, billable: false })).status).toBe(429);
    expect((await call(user_id, { charge: false })).status).toBe(200);
    await w.deduct(user_id, '0.1');
    expect(await counters(user_id)).toMatchObject({ calls_today: DAY_LIMIT, free_calls_today: 0 });
  });

  it('are separate for free work, whose limit is never exceeded either', async () => {
    const user_id = await w.user();
    await count(user_id, DAY_LIMIT);
    const answers = await concurrently(80, (n) =>
      n % 2 ? free(user_id) : call(user_id, { cost: undefined, is_free: true }),
    );
    expect(statuses(answers)).toEqual({ 200: FREE_LIMIT, 429: 80 - FREE_LIMIT });
    expect(await counters(user_id)).toMatchObject({
      calls_today: DAY_LIMIT,
      calls_this_period: DAY_LIMIT,
      free_calls_today: FREE_LIMIT,
    });
    const refused = answers.find(({ status }) => status === 429)!;
    const midnight = new Date(Math.ceil(Date.now() / 86_400_000) * 86_400_000).toISOString();
    expect(refused.body).toMatchObject({
      code: 'free_call_limit_exceeded',
      limit_source: 'free_calls_per_day',
      limit: FREE_LIMIT,
      resets_at: midnight,
      detail: `The plan's limit of 50 calls of free models per day is reached until ${midnight}.`,
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await free(user_id, { settle: true })).status).toBe(200);
    expect(await counters(user_id)).toMatchObject({ free_calls_today: FREE_LIMIT + 1 });
    expect((await call(user_id)).body.code).toBe('call_limit_exceeded');
    await aDayLater(user_id);
    expect((await free(user_id)).status).toBe(200);
    expect(await counters(user_id)).toMatchObject({ calls_today: 0, free_calls_today: 1 });
    await w.verify(user_id);
  });

  it('come with the list price of free work that was charged in the period', async () => {
    const user_id = await w.user();
    expect((await free(user_id, { request_id: 'a' })).status).toBe(200);
    expect((await free(user_id, { request_id: 'a' })).status).toBe(200);
    expect((await free(user_id, { model: MODEL, is_free: true, input_tokens: 0, output_tokens: 500_000 })).status).toBe(
      200,
    );
    expect((await free(user_id, { charge: false })).status).toBe(200);
    const keyed = { user_id, service: 'tts', is_free: true, charge: true };
    const [first, again] = [await w.post(PATH, keyed, { key: 'k' }), await w.post(PATH, keyed, { key: 'k' })];
    expect([first.status, again.status, again.body.id]).toEqual([200, 200, first.body.id]);
    const events = await w.sql('SELECT total_cost, is_free_tier FROM usage_events WHERE user_id = $1', [user_id]);
    expect(events).toEqual(Array(4).fill({ total_cost: '0.0000000000', is_free_tier: true }));
    expect(await w.balance(user_id)).toMatchObject({ free_tier_used: '4.000000', used_this_period: '0.000000' });
    expect((await w.get('usage/current', { user_id })).body).toMatchObject({
      free_tier_used: '4.000000',
      free_calls_today: 3,
      free_calls_per_day: FREE_LIMIT,
      calls_today: 0,
    });
    await w.verify(user_id);
    await w.age(user_id, 30);
    expect(await w.balance(user_id)).toMatchObject({ free_tier_used: '0.000000' });
  });

  it('let an account in debt continue with free work only', async () => {
    const user_id = await w.user();
    await w.settle(user_id, '6');
    expect((await free(user_id)).status).toBe(200);
    expect((await call(user_id, { cost: '0' })).status).toBe(200);
    expect((await call(user_id, { cost: '0.0000000001' })).body).toMatchObject({ code: 'insufficient_credits' });
    const engine = w.t.app.get(PostingEngine);
    const hold = (amount: string) =>
      engine.hold(systemActor('a-gateway'), {
        user_id,
        amount: units(amount),
        ttl_s: 60,
        service: 'tts',
        model: null,
        metadata: {},
        key: undefined,
        is_call: true,
        is_free: true,
      });
    expect((await hold('0')).hold).toMatchObject({ status: 'active', amount: '0.000000' });
    await expect(hold('0.0000000001')).rejects.toMatchObject({ code: 'insufficient_credits' });
    expect(await counters(user_id)).toMatchObject({ debt: '1.0000000000', calls_today: 1, free_calls_today: 2 });
    await w.verify(user_id);
  });

  it('reset at midnight UTC', async () => {
    const user_id = await w.user();
    await count(user_id, DAY_LIMIT, 500);
    expect((await call(user_id)).status).toBe(429);
    await aDayLater(user_id);
    expect((await call(user_id)).status).toBe(200);
    expect(await counters(user_id)).toMatchObject({ calls_today: 1, calls_this_period: 501 });
    expect((await counters(user_id)).calls_reset_at).toEqual(new Date(Math.ceil(Date.now() / 86_400_000) * 86_400_000));
  });

  it('of a period reset with it', async () => {
    const user_id = await w.user();
    await w.switch(user_id, 'starter');
    await count(user_id, 5, 1000);
    const refused = await call(user_id);
    const { reset_date } = await w.balance(user_id);
    expect(refused.status).toBe(402);
    expect(refused.body).toMatchObject({
      code: 'budget_exceeded',
      limit_source: 'plan',
      budget_id: null,
      limit: '1000.000000',
      used: '1000.000000',
      unit: 'calls',
      set_by: 'plan',
      resets_at: reset_date,
    });
    await w.age(user_id, 30);
    expect((await call(user_id)).status).toBe(200);
    expect(await counters(user_id)).toMatchObject({ calls_this_period: 1 });
  });

  it('never refuse finished work, but count it', async () => {
    const user_id = await w.user();
    await count(user_id, DAY_LIMIT);
    const answers = await concurrently(5, () => call(user_id, { settle: true }));
    expect(statuses(answers)).toEqual({ 200: 5 });
    expect(await counters(user_id)).toMatchObject({ calls_today: DAY_LIMIT + 5 });
    expect((await call(user_id)).status).toBe(429);
  });

  it('do not count refused or duplicate calls', async () => {
    const user_id = await w.user('0.001');
    expect((await call(user_id, { request_id: 'a' })).status).toBe(200);
    expect((await call(user_id, { request_id: 'a' })).status).toBe(200);
    expect((await call(user_id)).status).toBe(402);
    expect(await counters(user_id)).toMatchObject({ calls_today: 1, calls_this_period: 1 });
  });

  it('apply to holds that count as a call; their capture is not another call', async () => {
    const user_id = await w.user();
    await count(user_id, DAY_LIMIT - 2);
    const engine = w.t.app.get(PostingEngine);
    const actor = systemActor('a-gateway');
    const order = {
      user_id,
      amount: units('0.1'),
      ttl_s: 60,
      service: 'tts',
      model: null,
      metadata: {},
      key: undefined,
    };
    const ends = await Promise.allSettled(
      Array.from({ length: 10 }, () => engine.hold(actor, { ...order, is_call: true })),
    );
    const held = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value.hold] : []));
    expect(held).toHaveLength(2);
    await engine.hold(actor, order);
    const event = {
      user_id,
      service: 'tts',
      model: 'm',
      source: 'gateway',
      ...UNATTRIBUTED,
      metadata: {},
      session_id: null,
      request_id: 'g',
      tokens_used: 0,
      input_tokens: 0,
      output_tokens: 0,
      cache_read_tokens: 0,
      cache_write_tokens: 0,
      cache_write_1h_tokens: 0,
      audio_cache_read_tokens: 0,
      image_output_tokens: 0,
      measures: null,
      service_tier: null,
      price_multiplier: null,
      unread_usage: null,
      reasoning_tokens: 0,
      audio_input_tokens: 0,
      audio_output_tokens: 0,
      image_tokens: 0,
      quantity: null,
      unit: null,
      provider_cost: '0.05',
      platform_markup: '0',
      total_cost: '0.05',
      cache_savings: null,
      is_free_tier: false,
      billable: true,
      is_rated: true,
      succeeded: true,
      duration_seconds: null,
      occurred_at: null,
      content_hash: null,
      price_id: null,
      markup_rule_id: null,
      markup_rate: null,
    };
    const captured = await engine.capture(actor, held[0]!.id, units('0.05'), undefined, event);
    const beyond = await engine.capture(actor, held[1]!.id, units('0.15'), undefined, {
      ...event,
      request_id: null,
      provider_cost: '0.15',
      total_cost: '0.15',
    });
    expect(captured.event).toMatchObject({ request_id: 'g', transaction_id: captured.event!.id });
    expect(beyond.event!.transaction_id).toBe(beyond.event!.id);
    const stored = await w.sql(
      'SELECT id, transaction_id, total_cost FROM usage_events WHERE user_id = $1 ORDER BY id',
      [user_id],
    );
    expect(stored.map(({ id }) => id)).toEqual([captured.event!.id, beyond.event!.id]);
    const lines = (await w.ledger(user_id)).filter(({ hold_id }) => hold_id !== null);
    expect(lines.map(({ id, model }) => [id, model])).toEqual([
      [captured.event!.id, 'm'],
      [beyond.event!.id, 'm'],
      [expect.any(String), 'm'],
    ]);
    expect(await counters(user_id)).toMatchObject({ calls_today: DAY_LIMIT });
    await w.verify(user_id);
  });
});

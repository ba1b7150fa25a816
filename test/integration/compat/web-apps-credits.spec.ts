import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { couponsOf } from '../../support/coupons.js';
import { type Json, TestEnv } from '../../support/factories.js';

/*
 * The requests of the credit pages of an earlier platform, and the fields that they read, with their types. The pages
 * call toFixed() on numbers and parse strings, so a field of the wrong type would break them.
 */

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());
const { coupon } = couponsOf(() => w);

const AMOUNT = expect.stringMatching(/^-?\d+\.\d{6,10}$/);
const TIMESTAMP = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

/** Fetches like a page for its user, with the cache-busting parameter that the pages send. */
const read = async (user_id: string, path: string, query: Record<string, string> = {}): Promise<Json> => {
  const { status, body, text } = await w.get(path, { ...query, _t: '1' }, await w.as(user_id));
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return body;
};
const readList = async (user_id: string, path: string, query: Record<string, string> = {}): Promise<Json[]> =>
  (await read(user_id, path, query)) as unknown as Json[];

/** Returns a user with usage of two services, one of them more expensive. */
const busy = async (): Promise<string> => {
  const user_id = await w.user('60', 'professional');
  await w.done('credits/usage/track', { user_id, service: 'tts', cost: '0.3', charge: true });
  await w.done('credits/usage/track', {
    user_id,
    service: 'litellm',
    model: 'm',
    tokens: 90,
    cost: '1.2',
    charge: true,
  });
  return user_id;
};

describe('the credit dashboard', () => {
  it('shows the balance, the held credits and the reset date', async () => {
    const user_id = await busy();
    await w.hold(user_id, '2');
    const balance = await read(user_id, 'credits/balance');
    expect(balance).toMatchObject({ balance: '58.500000', allocated_monthly: '60.000000', pending: '2.000000' });
    expect(balance.pending).toBe(balance.held);
    expect(balance.next_reset_date).toEqual(TIMESTAMP);
    expect(balance.next_reset_date).toBe(balance.reset_date);
  });

  it('shows the month and its most expensive service, or none without usage', async () => {
    const summary = await read(await busy(), 'credits/usage/summary');
    expect(summary).toMatchObject({ this_month: AMOUNT, top_service: 'litellm' });
    expect((await read(await w.user(), 'credits/usage/summary')).top_service).toBeNull();
  });

  it('shows that no OpenRouter key is stored', async () => {
    expect(await read(await w.user(), 'credits/openrouter/account')).toBeNull();
  });
});

describe('the list of transactions', () => {
  it('accepts its page, filters and days', async () => {
    const user_id = await busy();
    const today = new Date().toISOString().slice(0, 10);
    const query = { limit: '25', offset: '0', type: 'usage', search: 'tts', date_from: today, date_to: today };
    const [line, ...others] = await readList(user_id, 'credits/transactions', query);
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      id: expect.any(String),
      created_at: TIMESTAMP,
      transaction_type: 'usage',
      service: 'tts',
      model: null,
      amount: '-0.300000',
      balance_after: AMOUNT,
      description: expect.any(String),
    });
  });

  it('shows purchases when filtered by allocation', async () => {
    const user_id = await busy();
    const types = async (query: Record<string, string>) =>
      (await readList(user_id, 'credits/transactions', query)).map((line) => line.transaction_type);
    expect(await types({ type: 'allocation' })).toEqual(await types({ type: 'purchase' }));
    expect(await types({ type: 'allocation' })).toContain('purchase');
  });

  it('accepts the former names of dates, and refuses both names together', async () => {
    const user_id = await busy();
    const count = async (query: Record<string, string>) =>
      (await readList(user_id, 'credits/transactions', query)).length;
    expect(await count({ start_date: '2020-01-01T00:00:00', end_date: '2020-12-31' })).toBe(0);
    expect(await count({ start_date: '2020-01-01' })).toBeGreaterThan(0);
    const both = { start_date: '2020-01-01', date_from: '2020-01-01' };
    const refused = await w.get('credits/transactions', both, await w.as(user_id));
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ field: 'start_date' }] } });
  });
});

describe('the user dashboard', () => {
  it('shows the cost and the number of calls of each model and service', async () => {
    const user_id = await busy();
    const [model] = await readList(user_id, 'credits/usage/by-model');
    expect(model).toMatchObject({ model: 'm', service: 'litellm', total_credits: '1.200000', calls: 1 });
    const services = await readList(user_id, 'credits/usage/by-service');
    expect(services).toMatchObject([
      { service: 'litellm', total_credits: '1.200000', calls: 1 },
      { service: 'tts', total_credits: '0.300000', calls: 1 },
    ]);
    for (const { total_credits, total_cost, calls, event_count } of services) {
      expect([total_credits, calls]).toEqual([total_cost, event_count]);
    }
  });

  it('shows the month, its projection and the average cost per day', async () => {
    const user_id = await w.user('5');
    await w.events(user_id, { total_cost: '0.9' }, { total_cost: '0.6' });
    expect(await read(user_id, 'credits/usage/summary')).toMatchObject({
      this_month: '1.500000',
      projected_month_end: AMOUNT,
      average_daily: '0.050000',
    });
    const day = { start_date: '2026-01-01T00:00:00', end_date: '2026-01-02T00:00:00' };
    expect((await read(user_id, 'credits/usage/summary', day)).average_daily).toBe('0.000000');
  });

  it('shows the newest transactions and the plan', async () => {
    const user_id = await busy();
    expect(await readList(user_id, 'credits/transactions', { limit: '5' })).toHaveLength(5 - 1);
    expect(await read(user_id, 'credits/balance')).toMatchObject({ tier: 'professional', next_reset_date: TIMESTAMP });
  });
});

describe('a coupon redemption', () => {
  const redeem = async (user_id: string, code: string) =>
    w.post('credits/coupons/redeem', { code }, { token: await w.as(user_id) });

  it('returns the added credits and the new balance as numbers', async () => {
    const user_id = await w.user('5');
    const { code } = await coupon({ value: '10' });
    const { status, body } = await redeem(user_id, code.toLowerCase());
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ credits_added: 10, new_balance: 15, message: expect.any(String) }),
    ]);
  });

  it('returns null instead of 0 for the added credits of a discount', async () => {
    const { code } = await coupon({ coupon_type: 'percentage_discount', value: '20' });
    expect((await redeem(await w.user('5'), code)).body).toMatchObject({ credits_added: null, new_balance: 5 });
  });

  it('explains in detail, as a string, why a code is refused', async () => {
    const user_id = await w.user();
    expect(await redeem(user_id, 'NO-SUCH-CODE')).toMatchObject({ status: 404, body: { detail: expect.any(String) } });
  });
});

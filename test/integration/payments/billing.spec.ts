import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

it('one-api clients get their balance as the limit minus the usage', async () => {
  const user_id = await w.user('12.5');
  await w.deduct(user_id, '2.25');
  await w.hold(user_id, '1');
  const token = await w.as(user_id);
  const subscription = await w.get('/v1/dashboard/billing/subscription', {}, token);
  expect(subscription.body).toEqual({
    object: 'billing_subscription',
    has_payment_method: true,
    access_until: expect.any(Number),
    soft_limit_usd: 11.5,
    hard_limit_usd: 11.5,
    system_hard_limit_usd: 11.5,
  });
  const dates = { start_date: '2026-01-01', end_date: '2026-12-31' };
  const usage = await w.get('/v1/dashboard/billing/usage', dates, token);
  expect(usage.body).toEqual({ object: 'list', total_usage: 225 });
  expect((await w.get('dashboard/billing/usage', dates, token)).body).toEqual(usage.body);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AccountErasureJob } from '../../../src/accounts/account-erasure.service.js';
import { TopupRunner } from '../../../src/payments/topups/topup-runner.js';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { Shop } from '../../support/services/shop.js';

let s: Shop;
beforeAll(async () => {
  s = await Shop.start({ ENCRYPTION_KEYS: KeyRing.make('k1') });
});
afterAll(() => s.close());

/** Returns a user with a paid plan and an automatic top-up. */
async function payer(): Promise<[string, string]> {
  const user_id = await s.w.user('0');
  const subscription = await s.subscribe(user_id);
  const [row] = await s.w.sql('SELECT customer_id FROM payment_customers WHERE user_id = $1', [user_id]);
  s.stripe.cards.set(row?.customer_id as string, { declines: false });
  await s.put('payments/auto-topup', { user_id, threshold: '3', package_code: 'small', monthly_limit: '50' });
  return [user_id, subscription];
}
const move = (from: string, to: string) => s.w.done(`admin/accounts/${from}/move`, { to });
const charges = () => s.stripe.calls('POST', /^\/payment_intents$/).length;

describe('a paying account that is moved', () => {
  it('is renewed and topped up under the new id, and never under the old one', async () => {
    const [from, subscription] = await payer();
    const to = randomUUID();
    await move(from, to);
    expect(await s.subscription(to)).toMatchObject({ tier: 'starter', status: 'active' });
    expect(await s.subscription(from)).toBeNull();
    await s.tell(s.stripe.renew(subscription));
    await s.age(to, 30.1);
    expect(await s.w.balance(to)).toMatchObject({ tier: 'starter', balance: '20.000000' });
    await s.w.deduct(to, '18');
    const before = charges();
    await s.w.t.app.get(TopupRunner).run(new AbortController().signal);
    expect(charges()).toBe(before + 1);
    expect(await s.w.balance(from)).toMatchObject({ status: 'closed', balance: '0.000000' });
    for (const user_id of [from, to]) await s.verify(user_id);
  });
});

describe('a paying account that is erased', () => {
  it('is never charged again, and what Stripe still sends changes nothing', async () => {
    const [user_id, subscription] = await payer();
    const late = s.stripe.renew(subscription);
    await s.w.post(`admin/accounts/${user_id}/erase`, {});
    await s.w.t.app.get(AccountErasureJob).eraseAll({ signal: new AbortController().signal });
    expect(s.stripe.subscriptions.get(subscription)).toMatchObject({ status: 'canceled' });
    const before = charges();
    await s.w.t.app.get(TopupRunner).run(new AbortController().signal);
    expect(charges()).toBe(before);
    await s.tell(late);
    expect(await s.w.sql('SELECT FROM user_credits WHERE user_id = $1', [user_id])).toEqual([]);
    expect(await s.w.sql('SELECT FROM auto_topups WHERE user_id = $1', [user_id])).toEqual([]);
  });
});

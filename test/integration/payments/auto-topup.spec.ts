import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { StaleCheckouts } from '../../../src/payments/provider/stale-checkouts.js';
import { TopupRunner } from '../../../src/payments/topups/topup-runner.js';
import { concurrently, type Json } from '../../support/factories.js';
import { Shop } from '../../support/services/shop.js';

let s: Shop;
beforeAll(async () => {
  s = await Shop.start();
});
afterAll(() => s.close());
afterEach(async () => {
  s.stripe.isAway = false;
  s.stripe.onCall = () => Promise.resolve();
  await s.w.sql('DELETE FROM auto_topups');
});

const run = (): Promise<number> => s.w.t.app.get(TopupRunner).run();
const charges = (user_id: string): number =>
  s.stripe.calls('POST', /^\/payment_intents$/).filter(({ form }) => form['metadata[user_id]'] === user_id).length;
const bought = async (user_id: string): Promise<Json[]> =>
  (await s.w.ledger(user_id)).filter((line) => (line.metadata as Json).reason === 'auto_topup');
const state = async (user_id: string): Promise<Json> => (await s.w.get('payments/auto-topup', { user_id })).body;
/** Makes everything that waits due. */
const wait = (user_id: string): Promise<unknown> =>
  s.w.sql(`UPDATE auto_topups SET next_try_at = now() - interval '1 second' WHERE user_id = $1`, [user_id]);

/** Returns a user with a card on file who tops up 10 credits for 9 USD below 3 credits. */
async function topper({ credits = '2', declines = false, monthly_limit = '100' } = {}): Promise<string> {
  const user_id = await s.w.user(credits);
  await s.w.done('payments/portal', { user_id });
  const [row] = await s.w.sql('SELECT customer_id FROM payment_customers WHERE user_id = $1', [user_id]);
  s.stripe.cards.set(row?.customer_id as string, { declines });
  const answer = await s.put('payments/auto-topup', { user_id, threshold: '3', package_code: 'small', monthly_limit });
  expect(answer.status).toBe(200);
  return user_id;
}

const cardOf = async (user_id: string): Promise<{ declines: boolean }> => {
  const [row] = await s.w.sql('SELECT customer_id FROM payment_customers WHERE user_id = $1', [user_id]);
  return s.stripe.cards.get(row?.customer_id as string)!;
};

describe('automatic top-up', () => {
  it('can be set, read and deleted', async () => {
    const user_id = await s.w.user();
    expect(await s.w.get('payments/auto-topup', { user_id })).toMatchObject({ status: 200, body: null });
    const terms = { threshold: '3.000000', package_code: 'small', monthly_limit: '50.000000' };
    const shown = { ...terms, user_id, state: 'on', declines: 0, payment_id: null, spent_this_month: '0.000000' };
    expect(await s.put('payments/auto-topup', { user_id, ...terms })).toMatchObject({ status: 200, body: shown });
    expect(await state(user_id)).toMatchObject(shown);
    const remove = () => s.w.t.call('payments/auto-topup', { method: 'DELETE', token: s.w.admin, query: { user_id } });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
  });

  it.each([
    [{ package_code: 'nothing' }, 404],
    [{ monthly_limit: '8.99' }, 422],
    [{ threshold: '0' }, 422],
    [{ threshold: '-1' }, 422],
  ])('cannot be set to %j', async (changes, status) => {
    const terms = { user_id: await s.w.user(), threshold: '3', package_code: 'small', monthly_limit: '50', ...changes };
    expect((await s.put('payments/auto-topup', terms)).status).toBe(status);
  });

  it('prevents the deletion of its package', async () => {
    await topper();
    const gone = await s.w.t.call('payments/packages/small', { method: 'DELETE', token: s.w.admin });
    expect(gone).toMatchObject({ status: 409, body: { code: 'package_in_use' } });
  });

  it('buys only once the balance is below the threshold', async () => {
    const user_id = await topper({ credits: '5' });
    expect(await run()).toBe(0);
    await s.w.deduct(user_id, '2.5');
    expect(await run()).toBe(1);
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '12.500000' });
    expect(await run()).toBe(0);
    expect(await bought(user_id)).toMatchObject([{ amount: '10.0000000000', transaction_type: 'purchase' }]);
    expect((await s.history(user_id))[0]).toMatchObject({ kind: 'top_up', status: 'paid', amount: '9.000000' });
    expect(await state(user_id)).toMatchObject({ payment_id: null, spent_this_month: '9.000000' });
    await s.verify(user_id);
  });

  it('buys nothing while the brake has paused a key of the account', async () => {
    const user_id = await topper();
    const [key] = await s.w.sql(
      `INSERT INTO api_keys (user_id, name, start, key_hash, hash_alg, scopes, created_by, paused_at, braked_model, braked_burn)
       VALUES ($1, 'Notebook', 'tg_live_4fRt', repeat('a', 64), 'sha256', '{gateway}', 'ops', now(), 'openai/gpt-5-pro', 9)
       RETURNING id`,
      [user_id],
    );
    expect(await run()).toBe(0);
    expect(await state(user_id)).toMatchObject({ state: 'on', detail: expect.stringContaining('Notebook is paused') });
    await s.w.done(`api-keys/${String(key?.id)}/resume`, {});
    expect(await state(user_id)).toMatchObject({ state: 'on', detail: null });
    expect(await run()).toBe(1);
    expect(await bought(user_id)).toHaveLength(1);
  });

  it('counts held credits as spent', async () => {
    const user_id = await topper({ credits: '5' });
    await s.w.hold(user_id, '4');
    expect(await run()).toBe(1);
  });

  it('charges once if it runs 20 times concurrently', async () => {
    const user_id = await topper();
    await concurrently(20, run);
    expect(charges(user_id)).toBe(1);
    expect(await bought(user_id)).toHaveLength(1);
    await s.verify(user_id);
  });

  it('never has two payments in flight, even if the first takes long', async () => {
    const user_id = await topper();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let arrived: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (arrived = resolve));
    s.stripe.onCall = async ({ path }) => {
      if (path !== '/payment_intents') return;
      arrived();
      await held;
    };
    const first = run();
    await asked;
    await concurrently(5, run);
    expect(await s.w.sql(`SELECT id FROM payments WHERE user_id = $1 AND status = 'open'`, [user_id])).toHaveLength(1);
    expect(charges(user_id)).toBe(1);
    release();
    await first;
    expect(await bought(user_id)).toHaveLength(1);
  });

  it('is retried if its outcome was lost, and charged once', async () => {
    const user_id = await topper();
    s.stripe.isAway = true;
    expect(await run()).toBe(0);
    s.stripe.isAway = false;
    const { payment_id } = await state(user_id);
    expect(payment_id).not.toBeNull();
    expect(await run()).toBe(0);
    await wait(user_id);
    expect(await run()).toBe(1);
    expect(await s.payment(payment_id)).toMatchObject({ status: 'paid' });
    expect(await bought(user_id)).toHaveLength(1);
    expect(
      [...s.stripe.intents.values()].filter((intent) => (intent.metadata as Json).payment_id === payment_id),
    ).toHaveLength(1);
  });

  it('is granted once if the webhook reports it as well', async () => {
    const user_id = await topper();
    await run();
    const [{ id } = {} as Json] = await s.history(user_id);
    const intent = s.stripe.intents.get(s.stripe.intentOf(id as string))!;
    expect(await s.tell(s.stripe.event('payment_intent.succeeded', intent))).toEqual(['ignored']);
    expect(await bought(user_id)).toHaveLength(1);
  });

  it('stops after two declined cards and reports it, until it is set again', async () => {
    const user_id = await topper({ declines: true });
    expect(await run()).toBe(1);
    expect(await state(user_id)).toMatchObject({ state: 'on', declines: 1, detail: 'Your card was declined.' });
    await concurrently(10, run);
    expect(charges(user_id)).toBe(1);
    await wait(user_id);
    await concurrently(10, run);
    expect(await state(user_id)).toMatchObject({ state: 'stopped', declines: 2 });
    await wait(user_id);
    await concurrently(10, run);
    expect(charges(user_id)).toBe(2);
    expect(await s.w.audit(user_id, 'payment.topup_stopped')).toMatchObject([{ result: 'failure' }]);
    (await cardOf(user_id)).declines = false;
    await s.put('payments/auto-topup', { user_id, threshold: '3', package_code: 'small', monthly_limit: '100' });
    expect(await run()).toBe(1);
    expect(await state(user_id)).toMatchObject({ state: 'on', declines: 0 });
    expect(await bought(user_id)).toHaveLength(1);
    await s.verify(user_id);
  });

  it('resets the count of declined cards when a payment succeeds', async () => {
    const user_id = await topper({ declines: true });
    await run();
    (await cardOf(user_id)).declines = false;
    await wait(user_id);
    await run();
    expect(await state(user_id)).toMatchObject({ state: 'on', declines: 0, detail: null });
  });

  it('treats a missing card as a declined card', async () => {
    const user_id = await s.w.user('2');
    await s.put('payments/auto-topup', { user_id, threshold: '3', package_code: 'small', monthly_limit: '100' });
    await run();
    expect(await state(user_id)).toMatchObject({ declines: 1, detail: 'There is no card on file.' });
  });

  it('spends no more than the monthly limit', async () => {
    const user_id = await topper({ monthly_limit: '18' }); // exactly two packages
    for (let i = 0; i < 5; i += 1) {
      await wait(user_id);
      await run();
      const { available } = await s.w.balance(user_id);
      if (Number(available) > 0) await s.w.deduct(user_id, available as string);
    }
    expect(await bought(user_id)).toHaveLength(2);
    expect(await state(user_id)).toMatchObject({
      detail: 'The monthly limit has been reached.',
      spent_this_month: '18.000000',
    });
    await s.verify(user_id);
  });

  it('is refused if one package would not reach the threshold', async () => {
    const user_id = await s.w.user();
    const terms = { user_id, threshold: '10.01', package_code: 'small', monthly_limit: '100' };
    expect(await s.put('payments/auto-topup', terms)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'threshold' }] },
    });
  });
});

describe('a top-up that needs confirmation', () => {
  /** Returns a top-up whose charge was canceled and whose page is open. */
  async function asked(): Promise<[string, Json, string]> {
    const user_id = await topper({ credits: '0', monthly_limit: '10' });
    Object.assign(await cardOf(user_id), { confirms: true });
    await run();
    const [payment] = await s.history(user_id);
    return [user_id, payment!, s.stripe.intentOf(payment!.id as string)];
  }

  it('opens a page for its payer, and cancels the charge', async () => {
    const [user_id, payment, intent] = await asked();
    const checkout_url = expect.stringMatching(/^https:\/\/checkout\./);
    expect(await state(user_id)).toMatchObject({ checkout_url, payment_id: payment.id, declines: 0 });
    expect(payment).toMatchObject({ status: 'open', kind: 'top_up', checkout_url });
    expect(s.stripe.intents.get(intent)).toMatchObject({ status: 'canceled' });
    expect(await s.w.audit(user_id, 'payment.confirmation_needed')).toHaveLength(1);
    const declined = s.stripe.event('payment_intent.payment_failed', {
      ...s.stripe.intents.get(intent)!,
      status: 'requires_payment_method',
      last_payment_error: { code: 'authentication_required' },
    });
    expect(await s.tell(declined, declined)).toEqual(['ignored', 'ignored']);
    expect(await s.payment(payment.id)).toMatchObject({ status: 'open' });
  });

  it('is granted once when paid on the page, within the monthly limit', async () => {
    const [user_id, payment] = await asked();
    for (let hour = 0; hour < 3; hour += 1) {
      await wait(user_id);
      await run();
    }
    expect(charges(user_id)).toBe(1);
    const paid = await s.pay(payment);
    await s.tell(...paid, ...paid);
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '10.000000' });
    await s.w.deduct(user_id, '10');
    await wait(user_id);
    await run();
    expect(await state(user_id)).toMatchObject({ spent_this_month: '9.000000', payment_id: null });
    expect(await bought(user_id)).toHaveLength(1);
    await s.verify(user_id);
  });

  it('counts as declined if its page closes unpaid', async () => {
    const [user_id, payment] = await asked();
    await s.w.sql(`UPDATE payments SET expires_at = now() - interval '1 second' WHERE id = $1`, [payment.id]);
    await s.w.t.app.get(StaleCheckouts).closeStale();
    expect(await s.payment(payment.id)).toMatchObject({ status: 'expired' });
    expect(await state(user_id)).toMatchObject({ declines: 1, payment_id: null, spent_this_month: '0.000000' });
  });
});

describe('a declined top-up', () => {
  it('is canceled, so that it is never paid in addition to the next one', async () => {
    const user_id = await topper({ declines: true });
    await run();
    const [payment] = await s.history(user_id);
    expect(s.stripe.intents.get(s.stripe.intentOf(payment!.id as string))).toMatchObject({ status: 'canceled' });
  });

  it('with an unknown outcome counts towards the limit until an admin decides', async () => {
    const user_id = await topper({ monthly_limit: '10' });
    s.stripe.isAway = true;
    await run();
    s.stripe.isAway = false;
    const { payment_id } = await state(user_id);
    await s.w.sql(`UPDATE payments SET created_at = now() - interval '23.5 hours' WHERE id = $1`, [payment_id]);
    await wait(user_id);
    await run();
    expect(await s.payment(payment_id)).toMatchObject({ status: 'held' });
    expect(await state(user_id)).toMatchObject({ payment_id: null, declines: 1 });
    await wait(user_id);
    await run();
    expect(charges(user_id)).toBeLessThan(2);
    await s.w.done(`payments/${String(payment_id)}/refuse`, {});
    await wait(user_id);
    await run();
    expect(await bought(user_id)).toHaveLength(1);
    await s.verify(user_id);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AccountErasureJob } from '../../../src/accounts/account-erasure.service.js';
import { Shop } from '../../support/services/shop.js';
import { concurrently, type Json, type TestEnv } from '../../support/factories.js';
import { Invitations } from '../../support/invitations.js';

let s: Shop;
let w: TestEnv;
let i: Invitations;
beforeAll(async () => {
  s = await Shop.start({ ENCRYPTION_KEYS: `tests:${Buffer.alloc(32, 7).toString('base64')}` });
  ({ w } = s);
  i = new Invitations(w);
  await w.done('payments/packages', { package_code: 'even', name: 'Twenty for twenty', credits: '20', price: '20' });
});
afterAll(() => s.close());
beforeEach(() => i.setProgram());

/** Ann, and Bob whom she invited. */
async function pair(): Promise<[string, string]> {
  const ann = await w.user('0');
  return [ann, await i.invited(ann)];
}

/** The same, after Bob paid enough and both got their credits. */
async function rewarded(): Promise<[string, string, string]> {
  const [ann, bob] = await pair();
  const payment = await i.pay(bob, '20');
  expect(await i.settled(bob)).toEqual(['rewarded', null]);
  return [ann, bob, payment];
}

const refund = (payment: string, amount = '20') =>
  w.sql('UPDATE payments SET refunded = $2 WHERE id = $1', [payment, amount]);

describe('a reward', () => {
  it('is given with the credits of the invited user when enough was paid 14 days ago, and expires', async () => {
    const [ann, bob] = await pair();
    expect(await i.settled(bob)).toEqual(['pending', null]);
    await i.pay(bob, '19.99');
    const late = await i.pay(bob, '50', 13);
    expect(await i.settled(bob)).toEqual(['pending', null]);
    await w.sql(`UPDATE payments SET paid_at = now() - interval '14 days' WHERE id = $1`, [late]);
    expect(await i.settled(bob)).toEqual(['rewarded', null]);
    expect([await i.lines(ann), await i.lines(bob)]).toEqual([[10], [5]]);
    const grants = (await w.grants(ann)).filter(({ source }) => source === 'referral');
    expect(grants.map(({ remaining }) => remaining)).toEqual(['10.000000']);
    const days = (Date.parse(grants[0]?.expires_at as string) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(365);
    await w.verify(ann);
    await w.verify(bob);
  });

  it('is given once by 20 runs of the job and as many calls at once', async () => {
    const [ann, bob] = await pair();
    await i.pay(bob, '20');
    await concurrently(20, (n): Promise<unknown> => (n % 2 === 0 ? i.settleAll() : i.me(ann)));
    await concurrently(20, () => i.settleAll());
    expect([await i.lines(ann), await i.lines(bob)]).toEqual([[10], [5]]);
    expect(await i.me(ann)).toMatchObject({ invited: 1, earned: '10.000000', pending: '0.000000' });
  });

  it('is as it was promised, whatever the program says later', async () => {
    const [ann, bob] = await pair();
    await i.setProgram({ reward: '1', referred_credits: '0', min_paid: '1000' });
    await i.pay(bob, '20');
    expect(await i.settled(bob)).toEqual(['rewarded', null]);
    expect([await i.lines(ann), await i.lines(bob)]).toEqual([[10], [5]]);
  });

  it('waits while the program is off, and is given when redeeming has ended', async () => {
    const [, bob] = await pair();
    await i.pay(bob, '20');
    await w.t.call('admin/referral-program', { method: 'DELETE', token: w.admin });
    expect(await i.settled(bob)).toEqual(['pending', null]);
    await i.setProgram({ redeem_days: 0 });
    expect(await i.settled(bob)).toEqual(['rewarded', null]);
  });

  it('waits while the account is suspended, and is refused for a closed one', async () => {
    const [ann, bob] = await pair();
    await i.pay(bob, '20');
    await w.done(`admin/accounts/${ann}/suspend`, { reason: 'a test' });
    expect(await i.settled(bob)).toEqual(['pending', null]);
    await w.done(`admin/accounts/${ann}/resume`, {});
    expect(await i.settled(bob)).toEqual(['rewarded', null]);
  });

  it('is limited to some in 30 days, which makes others wait, and to some in all', async () => {
    await i.setProgram({ max_rewards_per_30_days: 2, max_rewards: 3 });
    const ann = await w.user('0');
    const invited: string[] = [];
    for (let n = 0; n < 4; n++) {
      invited.push(await i.invited(ann));
      await i.pay(invited[n] as string, '20');
    }
    const states = async (): Promise<unknown[]> =>
      (await w.sql('SELECT state FROM referrals WHERE referrer_id = $1 ORDER BY state', [ann])).map(
        ({ state }) => state,
      );
    await concurrently(5, () => i.settleAll());
    expect(await states()).toEqual(['pending', 'pending', 'rewarded', 'rewarded']);
    await w.sql(
      `UPDATE referrals SET rewarded_at = now() - interval '30 days' WHERE referrer_id = $1 AND state = 'rewarded'`,
      [ann],
    );
    await i.settleAll();
    expect(await states()).toEqual(['rewarded', 'rewarded', 'rewarded', 'refused']);
    expect(await i.lines(ann)).toEqual([10, 10, 10]);
  });
});

describe('a refund or dispute', () => {
  it('before the reward keeps it waiting', async () => {
    const [ann, bob] = await pair();
    const payment = await i.pay(bob, '20');
    await refund(payment, '0.01');
    expect(await i.settled(bob)).toEqual(['pending', null]);
    await w.sql(`UPDATE payments SET refunded = 0, dispute = 'open', disputed = 20 WHERE id = $1`, [payment]);
    expect(await i.settled(bob)).toEqual(['pending', null]);
    await w.sql(`UPDATE payments SET dispute = 'inquiry', disputed = 0 WHERE id = $1`, [payment]);
    expect(await i.settled(bob)).toEqual(['pending', null]);
    expect(await i.lines(ann)).toEqual([]);
    await w.sql(`UPDATE payments SET dispute = 'won' WHERE id = $1`, [payment]);
    expect(await i.settled(bob)).toEqual(['rewarded', null]);
  });

  it('after the reward takes back what is left of it, once, and never makes debt', async () => {
    const [ann, bob, payment] = await rewarded();
    await w.deduct(ann, '4');
    await refund(payment, '1');
    await concurrently(20, () => i.settleAll());
    expect(await i.settled(bob)).toEqual(['taken_back', 'paid_too_little']);
    expect([await i.lines(ann), await i.lines(bob)]).toEqual([
      [10, -6],
      [5, -5],
    ]);
    expect(await w.balance(ann)).toMatchObject({ balance: '0.000000', debt: '0.000000' });
    expect(await i.me(ann)).toMatchObject({ earned: '0.000000', pending: '0.000000' });
    await refund(payment, '0');
    expect(await i.settled(bob)).toEqual(['taken_back', 'paid_too_little']);
    await w.verify(ann);
    await w.verify(bob);
  });

  it('takes credits that back a hold when the hold ends', async () => {
    const [ann, , payment] = await rewarded();
    const hold = await w.hold(ann, '10');
    await refund(payment);
    await i.settleAll();
    await w.resolve(hold, 'release');
    expect(await w.balance(ann)).toMatchObject({ balance: '0.000000', debt: '0.000000' });
    await w.verify(ann);
  });

  it('counts as the provider reports it', async () => {
    const [ann, bob] = await pair();
    const payment = await s.buy(bob, 'even');
    await w.sql(`UPDATE payments SET paid_at = now() - interval '14 days' WHERE id = $1`, [payment.id]);
    expect(await i.settled(bob)).toEqual(['rewarded', null]);
    await s.tell(s.stripe.dispute(s.stripe.intentOf(payment.id as string), 'needs_response'));
    expect(await i.settled(bob)).toEqual(['taken_back', 'paid_too_little']);
    expect(await i.lines(ann)).toEqual([10, -10]);
    await s.verify(ann);
    await s.verify(bob);
  });

  it('later than 180 days after the reward takes nothing back', async () => {
    const [, bob, payment] = await rewarded();
    await w.sql(`UPDATE referrals SET rewarded_at = now() - interval '181 days' WHERE user_id = $1`, [bob]);
    await refund(payment);
    expect(await i.settled(bob)).toEqual(['rewarded', null]);
  });
});

describe('a ring', () => {
  it('of 50 accounts with one card gets nothing', async () => {
    const ann = await w.user('0');
    const ring: string[] = [];
    for (let n = 0; n < 50; n++) ring.push(await i.invited(n % 5 === 4 ? (ring[n - 1] as string) : ann));
    await i.share('card', ...ring);
    for (const user_id of ring) await i.pay(user_id, '20');
    await i.settleAll();
    const rows = await w.sql(`SELECT state, reason FROM referrals WHERE user_id = ANY ($1)`, [ring]);
    expect(rows).toHaveLength(50);
    expect(new Set(rows.map(({ state, reason }) => `${String(state)} ${String(reason)}`))).toEqual(
      new Set(['refused shared_card']),
    );
    for (const user_id of [ann, ...ring]) expect(await i.lines(user_id)).toEqual([]);
  });
});

describe('an admin', () => {
  it('lists, shows and revokes referrals', async () => {
    const [ann, bob] = await rewarded();
    const { id } = await i.of(bob);
    const path = `admin/referrals/${String(id)}`;
    expect((await w.get(path)).body).toMatchObject({ user_id: bob, referrer_id: ann, state: 'rewarded' });
    expect((await w.list('admin/referrals', { state: 'rewarded', limit: '1' })).body).toMatchObject([{ id }]);
    expect(await w.post(`${path}/revoke`, {}, { token: await w.as(ann) })).toMatchObject({ status: 403 });
    const answers = await concurrently(5, () => w.done(`${path}/revoke`, {}));
    for (const answer of answers) expect(answer).toMatchObject({ state: 'taken_back', reason: 'revoked' });
    expect(await i.lines(ann)).toEqual([10, -10]);
    expect(await w.audit(ann, 'referral.revoke')).toHaveLength(1);
    const [, carl] = await pair();
    const waiting = `admin/referrals/${String((await i.of(carl)).id)}/revoke`;
    expect(await w.done(waiting, {})).toMatchObject({ state: 'refused', reason: 'revoked' });
    expect((await w.post('admin/referrals/0198c0de-0000-7000-8000-000000000000/revoke', {})).status).toBe(404);
  });
});

describe('an account that is moved', () => {
  const move = (from: string, to: string): Promise<Json> => w.done(`admin/accounts/${from}/move`, { to });

  it('keeps its code, its referrals and the credits that can be taken back', async () => {
    const [ann, bob, payment] = await rewarded();
    const code = await i.codeOf(ann);
    const [new_ann, new_bob] = [`new-${ann}`, `new-${bob}`];
    await move(ann, new_ann);
    await move(bob, new_bob);
    expect(await i.me(new_ann)).toMatchObject({ code, earned: '10.000000' });
    expect((await i.redeem(await w.user('0'), code)).status).toBe(200);
    await refund(payment);
    expect(await i.settled(new_bob)).toEqual(['taken_back', 'paid_too_little']);
    expect([await w.balance(new_ann), await w.balance(new_bob)]).toMatchObject([
      { balance: '0.000000', debt: '0.000000' },
      { balance: '0.000000', debt: '0.000000' },
    ]);
    await w.verify(new_ann);
  });

  it('into the one that invited it earns nothing: what waits is refused, and what was given is taken back', async () => {
    const [ann, bob] = await pair();
    await i.pay(bob, '20');
    await move(bob, ann);
    expect(await i.settled(ann)).toEqual(['refused', 'same_person']);
    const [carl, dora] = await rewarded();
    await move(dora, carl);
    expect(await i.settled(carl)).toEqual(['taken_back', 'same_person']);
    expect(await w.balance(carl)).toMatchObject({ balance: '0.000000', debt: '0.000000' });
    await w.verify(carl);
  });

  it('counts once: the referral of the account that remains stays', async () => {
    const [[, bob], [, carl]] = [await pair(), await pair()];
    await move(bob, carl);
    expect(await i.of(bob)).toMatchObject({ state: 'refused', reason: 'same_person' });
    await i.pay(carl, '20');
    expect(await i.settled(carl)).toEqual(['rewarded', null]);
  });
});

describe('an account that is erased', () => {
  const erase = async (user_id: string): Promise<void> => {
    await w.done(`admin/accounts/${user_id}/erase`, {});
    await w.t.app.get(AccountErasureJob).eraseAll({ signal: new AbortController().signal });
  };

  it('leaves its referrals under a pseudonym, loses its code, and is not new when it returns', async () => {
    const [ann, bob] = await pair();
    const code = await i.codeOf(ann);
    await i.pay(bob, '20');
    await erase(ann);
    expect(await w.sql('SELECT FROM referral_codes WHERE user_id = $1 OR code = $2', [ann, code])).toEqual([]);
    expect(await i.settled(bob)).toEqual(['refused', 'account_closed']);
    expect((await i.of(bob)).referrer_id).not.toBe(ann);
    await erase(bob);
    expect(await i.of(bob)).toBeUndefined();
    await w.open(bob);
    expect(await i.redeem(bob, await i.codeOf(await w.user()))).toMatchObject({
      body: { code: 'referral_not_allowed' },
    });
  });
});

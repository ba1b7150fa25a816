import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS } from '../../../src/platform/values/calendar.js';
import { concurrently, statuses, TestEnv, type Json } from '../../support/factories.js';

const PERIOD_MS = 30 * DAY_MS;

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
  await w.done('credits/tiers', {
    tier: 'saver',
    name: 'Saver',
    price_monthly: 30,
    credits_monthly: 30,
    monthly_cap: null,
    cost_per_1k_tokens: 1,
    rollover_max: 10,
    renews: true,
    rank: 2,
    is_public: false,
  });
});
afterAll(() => w.close());

const renewals = async (user_id: string): Promise<Json[]> =>
  (await w.ledger(user_id)).filter((line) => (line.metadata as Json).reason === 'monthly_reset');
const expiries = async (user_id: string): Promise<unknown[]> =>
  (await w.ledger(user_id))
    .filter((line) => (line.metadata as Json).reason === 'grant_expired')
    .map((line) => line.amount);

/** Delays the first save of an account, which books what is due, until its period is over. */
async function outliveThePeriod(user_id: string): Promise<void> {
  await w.sql(`CREATE FUNCTION outlive_the_period() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_sleep(GREATEST(0, date_part('epoch', OLD.reset_date - clock_timestamp())) + 0.01); RETURN NEW; END $$`);
  await w.sql(`CREATE TRIGGER outlive_the_period BEFORE UPDATE ON user_credits FOR EACH ROW
    WHEN (OLD.user_id = '${user_id}' AND OLD.reset_date < OLD.created_at + interval '1 day')
    EXECUTE FUNCTION outlive_the_period()`);
}

describe('a renewal', () => {
  it('that is due while 20 requests of all kinds arrive happens once', async () => {
    const user_id = await w.userOf('starter');
    await w.deduct(user_id, '15');
    const { reset_date } = await w.balance(user_id);
    await w.age(user_id, 31);
    const kinds = [
      () => w.get('credits/balance', { user_id }),
      () => w.post('credits/deduct', { user_id, amount: 1, service: 'tts' }),
      () => w.get('credits/grants', { user_id }),
      () => w.post('credits/holds', { user_id, amount: 1, service: 'tts' }),
    ];
    const answers = await concurrently(20, (i) => kinds[i % kinds.length]!());
    expect(statuses(answers)).toEqual({ 200: 15, 201: 5 });
    expect(await renewals(user_id)).toMatchObject([
      { amount: '20.0000000000', transaction_type: 'purchase', balance_after: '20.0000000000' },
    ]);
    expect(await expiries(user_id)).toEqual(['-5.0000000000']);
    expect(await w.audit(user_id, 'credit.monthly_reset')).toHaveLength(1);
    const after = await w.balance(user_id);
    expect(after).toMatchObject({
      balance: '15.000000',
      held: '5.000000',
      used_this_period: '5.000000',
      allocated_monthly: '20.000000',
    });
    expect(Date.parse(after.reset_date as string)).toBe(Date.parse(reset_date as string) - 31 * DAY_MS + PERIOD_MS);
    await w.verify(user_id);
  });

  it('is booked by every kind of access, although no job ran', async () => {
    const ways: ((user_id: string) => Promise<unknown>)[] = [
      (user_id) => w.get('credits/balance', { user_id }),
      (user_id) => w.get('credits/check', { user_id, amount: '1' }),
      (user_id) => w.get('credits/grants', { user_id }),
      (user_id) => w.get('credits/transactions', { user_id }),
      (user_id) => w.deduct(user_id, '1'),
      (user_id) => w.hold(user_id, '1'),
      (user_id) => w.settle(user_id, '1'),
      (user_id) => w.bonus(user_id, '1'),
      (user_id) => w.done('credits/cap', { user_id, monthly_cap: 3 }),
      (user_id) => w.done('provisioning/register', { user_id }),
    ];
    for (const way of ways) {
      const user_id = await w.userOf('starter');
      await w.age(user_id, 31);
      await way(user_id);
      expect(await renewals(user_id)).toHaveLength(1);
      await w.verify(user_id);
    }
  });

  it('after several missed periods grants once and moves reset_date by whole periods', async () => {
    const user_id = await w.userOf('starter');
    const before = Date.parse((await w.balance(user_id)).reset_date as string);
    await w.age(user_id, 100);
    const after = await w.balance(user_id);
    expect(after).toMatchObject({ balance: '20.000000' });
    expect(await renewals(user_id)).toHaveLength(1);
    expect(Date.parse(after.reset_date as string)).toBe(before - 100 * DAY_MS + 3 * PERIOD_MS);
    expect(Date.parse(after.reset_date as string)).toBeGreaterThan(Date.now());
  });

  it('does not happen early', async () => {
    const user_id = await w.userOf('starter');
    await w.age(user_id, 29.99);
    await w.deduct(user_id, '1');
    expect(await renewals(user_id)).toEqual([]);
  });

  it('expires unspent plan credits, except for the rollover', async () => {
    const user_id = await w.userOf('saver');
    await w.deduct(user_id, '3');
    await w.age(user_id, 31);
    expect(await w.balance(user_id)).toMatchObject({ balance: '40.000000' });
    expect(await expiries(user_id)).toEqual(['-17.0000000000']);
    const grants = (await w.grants(user_id)).map((grant) => `${String(grant.source)} ${String(grant.remaining)}`);
    expect(grants.toSorted()).toEqual(['plan 30.000000', 'plan 5.000000', 'trial 5.000000']);
    await w.deduct(user_id, '35');
    await w.age(user_id, 31);
    expect(await w.balance(user_id)).toMatchObject({ balance: '35.000000' });
    await w.age(user_id, 31);
    expect(await w.balance(user_id)).toMatchObject({ balance: '40.000000' });
    await w.verify(user_id);
  });

  it('leaves purchased and bonus credits unchanged', async () => {
    const user_id = await w.userOf('starter');
    await w.bonus(user_id, '7');
    await w.done('credits/allocate', { user_id, amount: 8, source: 'purchase' });
    await w.deduct(user_id, '22');
    await w.age(user_id, 31);
    expect((await w.grants(user_id)).map((grant) => [grant.source, grant.remaining])).toEqual([
      ['plan', '20.000000'],
      ['bonus', '5.000000'],
      ['purchase', '8.000000'],
    ]);
    await w.verify(user_id);
  });

  it('of a trial grants nothing: its credits expire, and its counters begin anew', async () => {
    const user_id = await w.user('5');
    await w.deduct(user_id, '2');
    await w.age(user_id, 31);
    expect(await w.balance(user_id)).toMatchObject({
      balance: '0.000000',
      used_this_period: '0.000000',
      tier: 'trial',
    });
    expect((await w.ledger(user_id)).map((line) => line.amount)).toEqual([
      '5.0000000000',
      '-2.0000000000',
      '-3.0000000000',
    ]);
    expect(Date.parse((await w.balance(user_id)).reset_date as string)).toBeGreaterThan(Date.now());
  });

  it('that falls due while an expiry is booked happens completely, after that request', async () => {
    const user_id = await w.userOf('saver');
    await w.hold(user_id, '1');
    await w.sql(`UPDATE credit_holds SET expires_at = now() WHERE user_id = $1`, [user_id]);
    await w.sql(`UPDATE user_credits SET reset_date = now() + interval '1 second', due_at = now() WHERE user_id = $1`, [
      user_id,
    ]);
    await w.sql(
      `UPDATE credit_grants SET expires_at = reset_date FROM user_credits a WHERE a.user_id = $1 AND a.user_id = credit_grants.user_id AND source = 'plan'`,
      [user_id],
    );
    await outliveThePeriod(user_id);
    await w.deduct(user_id, '12');
    expect(await expiries(user_id)).toEqual([]);
    expect(await w.balance(user_id)).toMatchObject({ balance: '40.000000', used_this_period: '0.000000' });
    expect(await expiries(user_id)).toEqual(['-8.0000000000']);
    await w.verify(user_id);
  });

  it('does not wait for holds: new credits back them, or expired ones until they are resolved', async () => {
    const user_id = await w.userOf('starter');
    await w.done('credits/holds', { user_id, amount: 15, service: 'tts', ttl_seconds: 86_400 });
    await w.age(user_id, 30);
    await w.sql(`UPDATE credit_holds SET expires_at = now() + interval '1 hour' WHERE user_id = $1`, [user_id]);
    expect(await w.balance(user_id)).toMatchObject({ balance: '20.000000', held: '15.000000', available: '5.000000' });
    expect((await expiries(user_id)).reduce((sum: number, amount) => sum + Number(amount), 0)).toBe(-20);
    await w.verify(user_id);
  });

  it('expires credits that only backed a hold when the hold is released', async () => {
    const user_id = await w.user('0');
    await w.bonus(user_id, '10', { expires_at: new Date(Date.now() + DAY_MS).toISOString() });
    const id = await w.hold(user_id, '8');
    await w.age(user_id, 2);
    await w.sql(`UPDATE credit_holds SET expires_at = now() + interval '1 hour' WHERE user_id = $1`, [user_id]);
    expect(await w.balance(user_id)).toMatchObject({ balance: '8.000000', held: '8.000000', available: '0.000000' });
    await w.verify(user_id);
    await w.done(`credits/holds/${id}/release`, {});
    expect(await w.balance(user_id)).toMatchObject({ balance: '0.000000', held: '0.000000' });
    expect(await expiries(user_id)).toEqual(['-2.0000000000', '-8.0000000000']);
    await w.verify(user_id);
  });

  it('pays debt from the new plan credits', async () => {
    const user_id = await w.userOf('starter');
    await w.settle(user_id, '26');
    await w.age(user_id, 31);
    expect(await w.balance(user_id)).toMatchObject({ balance: '14.000000', debt: '0.000000' });
    await w.verify(user_id);
  });

  it('by an admin starts a new period immediately', async () => {
    const user_id = await w.userOf('starter');
    await w.deduct(user_id, '12');
    const body = await w.done('credits/reset', { user_id });
    expect(body).toMatchObject({ balance: '20.000000', used_this_period: '0.000000', tier: 'starter' });
    expect(Date.parse(body.reset_date as string) - Date.now()).toBeGreaterThan(PERIOD_MS - 10_000);
    expect(await w.done('credits/reset', { user_id, new_tier: 'professional' })).toMatchObject({
      balance: '60.000000',
      tier: 'professional',
    });
    expect(await w.audit(user_id, 'credit.monthly_reset')).toHaveLength(2);
    expect((await w.post('credits/reset', { user_id, new_tier: 'nothing' })).status).toBe(404);
    await w.verify(user_id);
  });
});

describe('an expired grant', () => {
  it('is booked at the next access, as an adjustment with a reason', async () => {
    const user_id = await w.user('5');
    const { transaction_id } = await w.bonus(user_id, '10', {
      expires_at: new Date(Date.now() + DAY_MS).toISOString(),
    });
    const [grant] = await w.sql('SELECT id FROM credit_grants WHERE transaction_id = $1', [transaction_id]);
    await w.deduct(user_id, '6');
    await w.age(user_id, 2);
    const answers = await concurrently(10, () => w.get('credits/balance', { user_id }));
    for (const { body } of answers) expect(body).toMatchObject({ balance: '0.000000' });
    expect((await w.ledger(user_id)).at(-1)).toMatchObject({
      transaction_type: 'adjustment',
      amount: '-9.0000000000',
      balance_after: '0.0000000000',
      metadata: { reason: 'grant_expired', grant_id: grant?.id, source: 'bonus' },
    });
    expect(await expiries(user_id)).toHaveLength(1);
    await w.verify(user_id);
  });

  it('can no longer be charged', async () => {
    const user_id = await w.user('0');
    await w.bonus(user_id, '10', { expires_at: new Date(Date.now() + DAY_MS).toISOString() });
    await w.age(user_id, 2);
    const { status, body } = await w.post('credits/deduct', { user_id, amount: 1, service: 'tts' });
    expect([status, body.code, body.available]).toEqual([402, 'insufficient_credits', '0.000000']);
    await w.verify(user_id);
  });
});

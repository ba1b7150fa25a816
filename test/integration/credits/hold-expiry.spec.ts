import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { concurrently, TestEnv } from '../../support/factories.js';

const MINUTE_DAYS = 1 / 1440;

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

/** Moves the expiry of a hold into the past, without an access to the account. */
const expire = async (user_id: string, id: string): Promise<void> => {
  await w.sql(`UPDATE credit_holds SET expires_at = now() - interval '1 second' WHERE id = $1`, [id]);
  await w.sql(`UPDATE user_credits SET due_at = now() - interval '1 second' WHERE user_id = $1`, [user_id]);
};

describe('an expired hold', () => {
  it('releases its credits immediately, although no job ran', async () => {
    const user_id = await w.user('10');
    const id = await w.hold(user_id, '10');
    await expire(user_id, id);
    expect(await w.deduct(user_id, '10')).toMatchObject({ balance: '0.000000', held: '0.000000' });
    expect((await w.get(`credits/holds/${id}`)).body).toMatchObject({ status: 'expired', captured_amount: '0.000000' });
    await w.verify(user_id);
  });

  it.each(['balance', 'check', 'grants', 'transactions', 'hold'])('is released when the %s is read', async (what) => {
    const user_id = await w.user('10');
    const id = await w.hold(user_id, '10');
    await expire(user_id, id);
    const query: Record<string, string> = what === 'check' ? { user_id, amount: '10' } : { user_id };
    const { status, body } = await w.get(what === 'hold' ? `credits/holds/${id}` : `credits/${what}`, query);
    expect(status).toBe(200);
    if (what === 'balance') expect(body).toMatchObject({ held: '0.000000', available: '10.000000' });
    if (what === 'check') expect(body).toMatchObject({ sufficient: true });
    if (what === 'hold') expect(body).toMatchObject({ status: 'expired', resolved_at: expect.any(String) });
    expect(
      await w.sql('SELECT held, h.status FROM user_credits JOIN credit_holds h USING (user_id) WHERE user_id = $1', [
        user_id,
      ]),
    ).toEqual([{ held: '0.0000000000', status: 'expired' }]);
  });

  it.each(['capture', 'release', 'extend'])('can no longer be resolved by a %s', async (how) => {
    const user_id = await w.user('10');
    const id = await w.hold(user_id, '4');
    await expire(user_id, id);
    const body = { capture: { amount: 1 }, release: {}, extend: { ttl_seconds: 60 } }[how] as object;
    const answer = await w.resolve(id, how, body);
    expect([answer.status, answer.body.code]).toEqual([409, 'hold_already_resolved']);
    expect(await w.balance(user_id)).toMatchObject({ balance: '10.000000', held: '0.000000' });
    await w.verify(user_id);
  });

  it('pays debt first, and is released once by 20 concurrent requests', async () => {
    const user_id = await w.user('10');
    const id = await w.hold(user_id, '6');
    await w.settle(user_id, '7');
    await expire(user_id, id);
    await concurrently(20, () => w.get('credits/balance', { user_id }));
    expect(await w.balance(user_id)).toMatchObject({ balance: '3.000000', held: '0.000000', debt: '0.000000' });
    await w.verify(user_id);
  });

  it('does not release other active holds', async () => {
    const user_id = await w.user('10');
    const [first, second] = [await w.hold(user_id, '3'), await w.hold(user_id, '4')];
    await expire(user_id, first);
    expect(await w.balance(user_id)).toMatchObject({ held: '4.000000', available: '6.000000' });
    expect((await w.resolve(second, 'capture', { amount: 4 })).status).toBe(200);
    await w.verify(user_id);
  });
});

describe('an extended hold', () => {
  it('outlives its first expiry', async () => {
    const user_id = await w.user('10');
    const { id, expires_at } = await w.done('credits/holds', { user_id, amount: 4, service: 'tts', ttl_seconds: 60 });
    const { status, body } = await w.resolve(id as string, 'extend', { ttl_seconds: 3600 });
    expect(status).toBe(200);
    expect(body.expires_at).toMatch(/Z$/);
    expect(Date.parse(body.expires_at as string) - Date.parse(expires_at as string)).toBeGreaterThan(3_500_000);
    await w.age(user_id, 2 * MINUTE_DAYS);
    expect(await w.balance(user_id)).toMatchObject({ held: '4.000000' });
    await w.age(user_id, 60 * MINUTE_DAYS);
    expect(await w.balance(user_id)).toMatchObject({ held: '0.000000' });
    await w.verify(user_id);
  });

  it('is never shortened, and expires at most a day from now', async () => {
    const user_id = await w.user('10');
    const { id, expires_at } = await w.done('credits/holds', { user_id, amount: 4, service: 'tts', ttl_seconds: 3600 });
    expect((await w.resolve(id as string, 'extend', { ttl_seconds: 60 })).body.expires_at).toBe(expires_at);
    expect((await w.resolve(id as string, 'extend', { ttl_seconds: 86_401 })).status).toBe(422);
    expect((await w.resolve(id as string, 'extend', {})).status).toBe(422);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

interface Told {
  type: string;
  data: { object: Json; previous?: Json };
}
const told = async (user_id: string, types = '*'): Promise<Told[]> =>
  (await w.list('events', { user_id, types })).body as unknown as Told[];
const typesOf = async (user_id: string, types?: string): Promise<string[]> =>
  (await told(user_id, types)).map(({ type }) => type);

const LEVELS = 'credits.low,credits.exhausted,credits.recovered';

describe('an account', () => {
  it('tells that it was opened, what it was granted and which plan it changed to', async () => {
    const user_id = await w.user('5');
    await w.bonus(user_id, '3');
    await w.switch(user_id, 'starter');
    const events = await told(user_id);
    expect(events.map(({ type }) => type)).toEqual([
      'account.provisioned',
      'credits.granted',
      'credits.granted',
      'tier.changed',
      'credits.granted',
    ]);
    expect(events[2]?.data.object).toMatchObject({ source: 'bonus', amount: '3.000000', balance_after: '8.000000' });
    expect(events[3]?.data).toMatchObject({ object: { tier: 'starter' }, previous: { tier: 'trial' } });
  });

  it('tells that it is low and exhausted once, and that it recovered once', async () => {
    const user_id = await w.user('5'); // a tenth of the allocation is 0.5
    await w.deduct(user_id, '4.5');
    expect(await typesOf(user_id, LEVELS)).toEqual([]);
    await w.deduct(user_id, '0.0000000001');
    await w.deduct(user_id, '0.1');
    expect(await typesOf(user_id, LEVELS)).toEqual(['credits.low']);
    await w.deduct(user_id, '0.3999999999');
    expect((await w.post('credits/deduct', { user_id, amount: '1', service: 'tts' })).status).toBe(402);
    expect(await typesOf(user_id, LEVELS)).toEqual(['credits.low', 'credits.exhausted']);
    await w.bonus(user_id, '0.2');
    await w.bonus(user_id, '2');
    await w.bonus(user_id, '2');
    expect(await typesOf(user_id, LEVELS)).toEqual(['credits.low', 'credits.exhausted', 'credits.recovered']);
    await w.deduct(user_id, '4');
    expect((await typesOf(user_id, LEVELS)).at(-1)).toBe('credits.low');
  });

  it('is not low because of a hold, but because of what is captured', async () => {
    const user_id = await w.user('5');
    const first = await w.hold(user_id, '5');
    await w.resolve(first, 'release');
    expect(await typesOf(user_id, LEVELS)).toEqual([]);
    const second = await w.hold(user_id, '5');
    await w.resolve(second, 'capture', { amount: '4.9' });
    expect(await typesOf(user_id, LEVELS)).toEqual(['credits.low']);
  });

  it('tells one crossing of many parallel charges', async () => {
    const user_id = await w.user('5');
    await Promise.all(
      Array.from({ length: 60 }, () => w.post('credits/deduct', { user_id, amount: '0.1', service: 'tts' })),
    );
    expect(await typesOf(user_id, LEVELS)).toEqual(['credits.low', 'credits.exhausted']);
  });

  it('tells nothing again when a request is repeated', async () => {
    const user_id = await w.user('5');
    const key = `k-${user_id}`;
    for (let i = 0; i < 2; i += 1) await w.post('credits/bonus', { user_id, amount: '1', reason: 'a test' }, { key });
    expect(await typesOf(user_id, 'credits.granted')).toHaveLength(2);
  });

  it('tells that it was suspended and is active again', async () => {
    const user_id = await w.user('5');
    await w.done(`admin/accounts/${user_id}/suspend`, { reason: 'a test' });
    await w.done(`admin/accounts/${user_id}/resume`, {});
    expect(await typesOf(user_id, 'account.*')).toEqual([
      'account.provisioned',
      'account.suspended',
      'account.reactivated',
    ]);
  });

  it('tells that a hold expired', async () => {
    const user_id = await w.user('5');
    const id = await w.hold(user_id, '1');
    await w.sql(`UPDATE credit_holds SET expires_at = now() - interval '1 second' WHERE id = $1`, [id]);
    await w.sql(`UPDATE user_credits SET due_at = now() - interval '1 second' WHERE user_id = $1`, [user_id]);
    await w.deduct(user_id, '0.1');
    expect((await told(user_id, 'hold.expired')).map(({ data }) => data.object.id)).toEqual([id]);
  });
});

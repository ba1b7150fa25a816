import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, type JsonAnswer, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start({ env: { JOBS: 'off' } });
});
afterAll(() => w.close());

const LEVELS = 'credits.low,credits.exhausted,credits.recovered';
const levels = async (user_id: string): Promise<unknown[]> =>
  (await w.list('events', { user_id, types: LEVELS })).body.map(({ type, data }) => [
    type,
    (data as { object: Json }).object.threshold,
  ]);

async function prefer(user_id: string, more: object): Promise<JsonAnswer> {
  const body = { language: 'en', timezone: 'UTC', kinds: [], ...more };
  const path = 'me/notification-preferences';
  return (await w.t.call(path, { method: 'PUT', token: await w.as(user_id), body })) as JsonAnswer;
}

describe('an own threshold', () => {
  it('decides when an account is low, instead of a tenth of the allocation', async () => {
    const user_id = await w.user('5');
    expect((await prefer(user_id, { low_balance_threshold: '2' })).body.low_balance_threshold).toBe('2.000000');
    await w.deduct(user_id, '3');
    expect(await levels(user_id)).toEqual([]);
    await w.deduct(user_id, '0.1');
    await w.deduct(user_id, '0.1');
    expect(await levels(user_id)).toEqual([['credits.low', '2.000000']]);
    expect((await w.audit(user_id, 'credit.low_balance_threshold')).length).toBe(1);
  });

  it('tells immediately if the account is below it, and that it recovered when it is lowered', async () => {
    const user_id = await w.user('5');
    await prefer(user_id, { low_balance_threshold: '6' });
    await prefer(user_id, { low_balance_threshold: null });
    expect(await levels(user_id)).toEqual([
      ['credits.low', '6.000000'],
      ['credits.recovered', '0.500000'],
    ]);
  });

  it('of zero switches the alert off, and one that is left out stays', async () => {
    const user_id = await w.user('5');
    await prefer(user_id, { low_balance_threshold: '0' });
    expect((await prefer(user_id, {})).body.low_balance_threshold).toBe('0.000000');
    await w.deduct(user_id, '4.9');
    expect(await levels(user_id)).toEqual([]);
    await w.deduct(user_id, '0.1');
    expect(await levels(user_id)).toEqual([['credits.exhausted', '0.000000']]);
  });

  it('must not be negative', async () => {
    const answer = await prefer(await w.user('5'), { low_balance_threshold: '-1' });
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_request']);
  });

  it('goes on with the account when it is moved', async () => {
    const [from, to] = [await w.user('5'), `${await w.user('5')}-new`];
    await prefer(from, { low_balance_threshold: '2', language: 'de' });
    await w.done(`admin/accounts/${from}/move`, { to });
    const { body } = await w.get('me/notification-preferences', {}, await w.as(to));
    expect(body).toMatchObject({ low_balance_threshold: '2.000000', language: 'de' });
  });
});

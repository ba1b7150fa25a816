import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AccountErasureJob } from '../../../src/accounts/account-erasure.service.js';
import { WelcomeJob } from '../../../src/growth/welcome/welcome.job.js';
import { WelcomeService } from '../../../src/growth/welcome/welcome.service.js';
import { amount, units } from '../../../src/platform/values/amount.js';
import { concurrently, type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  const encryption_keys = `tests:${Buffer.alloc(32, 7).toString('base64')}`;
  w = await TestEnv.start({ env: { ENCRYPTION_KEYS: encryption_keys } });
});
afterAll(() => w.close());

const set = (body: object, token = w.admin) => w.t.call('admin/welcome', { method: 'PUT', token, body });

/** A source of its own with steps. */
async function sourceWith(steps: Record<string, string>): Promise<string> {
  const source = `s-${randomUUID().slice(0, 8)}`;
  for (const [on, credits] of Object.entries(steps)) expect((await set({ source, on, credits })).status).toBe(200);
  return source;
}

async function registered(source: string, more: object = {}): Promise<string> {
  const user_id = `user-${randomUUID()}`;
  await w.done('provisioning/register', { user_id, source, ...more });
  return user_id;
}

const welcome = async (user_id: string): Promise<Json> => (await w.get('me/welcome', {}, await w.as(user_id))).body;
const states = async (user_id: string): Promise<Record<string, unknown>> =>
  Object.fromEntries(((await welcome(user_id)).steps as Json[]).map(({ on, state }) => [on as string, state] as const));
const gifts = async (user_id: string): Promise<Json[]> =>
  (await w.ledger(user_id)).filter(({ description }) => String(description).startsWith('Welcome'));
const settleAll = () => w.t.app.get(WelcomeJob).settleAll({ signal: new AbortController().signal });

describe('a new user', () => {
  it('has no welcome while no steps are set', async () => {
    const user_id = await registered('nothing');
    expect(await welcome(user_id)).toBeNull();
    expect(await gifts(user_id)).toEqual([]);
  });

  it('gets the credits of a step when it is done, and they expire', async () => {
    const source = await sourceWith({ registered: '1', email_verified: '2', first_call: '3', payment_method: '4' });
    const user_id = await registered(source);
    expect(await states(user_id)).toEqual({
      registered: 'given',
      email_verified: 'open',
      first_call: 'open',
      payment_method: 'open',
    });
    await w.done('provisioning/register', { user_id, email: `${user_id}@example.com`, email_verified: true });
    await w.done('credits/usage/track', { user_id, service: 'tts', cost: '0.5', charge: true });
    await w.sql(
      `INSERT INTO payments (user_id, kind, status, package_code, credits, amount, currency, paid_at)
      VALUES ($1, 'package', 'paid', 'p', 1, 1, 'usd', now())`,
      [user_id],
    );
    await settleAll();
    expect((await gifts(user_id)).map(({ amount: credits }) => amount(units(credits as string))).toSorted()).toEqual([
      '1.000000',
      '2.000000',
      '3.000000',
      '4.000000',
    ]);
    expect(Object.values(await states(user_id))).toEqual(['given', 'given', 'given', 'given']);
    const bonus = (await w.grants(user_id)).filter(({ source: its }) => its === 'bonus');
    const days = bonus.map(({ expires_at }) =>
      Math.round((Date.parse(expires_at as string) - Date.now()) / 86_400_000),
    );
    expect(days).toEqual([30, 30, 30, 30]);
    await w.verify(user_id);
  });

  it('gets each gift once, in 50 calls at once, and however often it is registered', async () => {
    const source = await sourceWith({ registered: '1', first_call: '3' });
    const user_id = await registered(source);
    await w.done('credits/usage/track', { user_id, service: 'tts', cost: '0.5', charge: true });
    const service = w.t.app.get(WelcomeService);
    await concurrently(50, (n): Promise<unknown> =>
      n % 2 === 0 ? service.settle(user_id) : w.post('provisioning/register', { user_id, source }),
    );
    expect(await gifts(user_id)).toHaveLength(2);
    await w.verify(user_id);
  });

  it('has the steps of * if its source has none of its own, and the source that is named later', async () => {
    await set({ source: '*', on: 'registered', credits: '0.1' });
    try {
      const user_id = await registered('unknown-source');
      expect((await gifts(user_id)).map(({ amount: credits }) => amount(units(credits as string)))).toEqual([
        '0.100000',
      ]);
      const source = await sourceWith({ registered: '7', first_call: '3' });
      const other = await registered('*');
      await w.done('provisioning/register', { user_id: other, source });
      expect(await welcome(other)).toMatchObject({ source });
      expect(await states(other)).toEqual({ registered: 'given', first_call: 'open' });
      expect(await gifts(other)).toHaveLength(1);
    } finally {
      const query = { source: '*', on: 'registered' };
      const gone = await w.t.call('admin/welcome', { method: 'DELETE', token: w.admin, query });
      expect(gone.status).toBe(204);
    }
  });

  it('misses what is not done within 30 days', async () => {
    const user_id = await registered(await sourceWith({ registered: '1', first_call: '3' }));
    await w.sql(`UPDATE welcomes SET started_at = now() - interval '30 days' WHERE user_id = $1`, [user_id]);
    await w.done('credits/usage/track', { user_id, service: 'tts', cost: '0.5', charge: true });
    await settleAll();
    expect(await states(user_id)).toEqual({ registered: 'given', first_call: 'missed' });
    expect(await w.sql('SELECT ended_at IS NOT NULL AS ended FROM welcomes WHERE user_id = $1', [user_id])).toEqual([
      { ended: true },
    ]);
  });
});

describe('nobody', () => {
  it('who has an account already is welcomed', async () => {
    const user_id = await w.user();
    await w.sql(`UPDATE user_credits SET created_at = now() - interval '2 days' WHERE user_id = $1`, [user_id]);
    await w.done('provisioning/register', { user_id, source: await sourceWith({ registered: '1' }) });
    expect(await gifts(user_id)).toEqual([]);
  });

  it('who was erased is welcomed again', async () => {
    const source = await sourceWith({ registered: '1' });
    const user_id = await registered(source);
    await w.done(`admin/accounts/${user_id}/erase`, {});
    await w.t.app.get(AccountErasureJob).eraseAll({ signal: new AbortController().signal });
    await w.done('provisioning/register', { user_id, source });
    expect(await gifts(user_id)).toEqual([]);
  });

  it('but an admin sets steps', async () => {
    const body = { source: 'x', on: 'registered', credits: '1' };
    expect((await set(body, await w.as(await w.user()))).status).toBe(403);
    expect((await set({ ...body, on: 'jumped' })).status).toBe(422);
    expect((await set({ ...body, credits: '0' })).status).toBe(422);
    const query = { source: 'never-set', on: 'registered' };
    expect((await w.t.call('admin/welcome', { method: 'DELETE', token: w.admin, query })).status).toBe(404);
  });
});

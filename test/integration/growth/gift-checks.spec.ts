import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomInt, randomUUID } from 'node:crypto';
import { AccountErasureJob } from '../../../src/accounts/account-erasure.service.js';
import { OldSignalsJob } from '../../../src/growth/abuse/old-signals.job.js';
import { WelcomeJob } from '../../../src/growth/welcome/welcome.job.js';
import { WelcomeService } from '../../../src/growth/welcome/welcome.service.js';
import { concurrently, type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  const encryption_keys = `tests:${Buffer.alloc(32, 7).toString('base64')}`;
  w = await TestEnv.start({ env: { ENCRYPTION_KEYS: encryption_keys } });
});
afterAll(() => w.close());

const FULL = '5.000000';
const check = (is_on: boolean, token = w.admin) =>
  w.t.call('admin/gift-checks', { method: 'PUT', token, body: { is_on } });
const settleAll = () => w.t.app.get(WelcomeJob).settleAll({ signal: new AbortController().signal });
const anyIp = () => `93.${randomInt(256)}.${randomInt(256)}.7`;

async function registered(more: object = {}): Promise<string> {
  const user_id = `user-${randomUUID()}`;
  await w.done('provisioning/register', { user_id, ...more });
  return user_id;
}
const withMail = (email: string, email_verified = false, signals: object = { ip: anyIp() }) =>
  registered({ email, email_verified, signals });
const balance = async (user_id: string): Promise<unknown> => (await w.balance(user_id)).balance;
const welcome = async (user_id: string): Promise<Json> => (await w.get('me/welcome', {}, await w.as(user_id))).body;
const reviews = async (state: string): Promise<Json[]> =>
  (await w.get('admin/gift-reviews', { state, limit: '100' })).body as unknown as Json[];
const decide = (user_id: string, decision: string) => w.done(`admin/gift-reviews/${user_id}/${decision}`, {});
const paid = (user_id: string, more = '0') =>
  w.sql(
    `INSERT INTO payments (user_id, kind, status, package_code, credits, amount, currency, paid_at, refunded)
    VALUES ($1, 'package', 'paid', 'p', 1, 1, 'usd', now(), $2)`,
    [user_id, more],
  );

/** How many of the users have all initial credits. */
async function fullGifts(user_ids: string[]): Promise<number> {
  const [row] = await w.sql(`SELECT count(*)::int AS n FROM user_credits WHERE user_id = ANY ($1) AND balance = 5`, [
    user_ids,
  ]);
  return Number(row?.n);
}

describe('without checks', () => {
  it('everybody gets whole gifts, and no signal is stored', async () => {
    const users = [await withMail('a@mailinator.com'), await withMail('a@mailinator.com')];
    expect(await fullGifts(users)).toBe(2);
    expect(await w.sql('SELECT 1 FROM abuse_signals WHERE user_id = ANY ($1)', [users])).toEqual([]);
    expect((await w.get('admin/gift-checks')).body).toEqual({ is_on: false, updated_at: null });
    expect(await welcome(users[0] as string)).toBeNull();
  });
});

describe('with checks', () => {
  beforeEach(async () => expect((await check(true)).status).toBe(200));
  afterEach(async () => expect((await check(false)).status).toBe(200));

  it('1,000 registrations of one farmer get at most 2 full gifts', async () => {
    const name = `f${randomUUID().slice(0, 8)}`;
    const mailOf = (i: number): string =>
      [
        `${name}+${i}@gmail.com`,
        `${name.slice(0, 1 + (i % 8))}.${name.slice(1 + (i % 8))}+${i}@googlemail.com`,
        `${name}${i}@mailinator.com`,
        `${name}${i}@yopmail.com`,
      ][i % 4] as string;
    const users = await concurrently(1_000, (i) =>
      withMail(mailOf(i), false, { ip: `93.184.216.${i % 256}`, device: `d-${name}-${i}` }),
    );
    expect(await fullGifts(users)).toBeLessThanOrEqual(2);
  });

  it('100 people with verified addresses behind one network get full gifts', async () => {
    const users = await concurrently(100, (i) =>
      withMail(`person${i}-${randomUUID().slice(0, 6)}@school-${i % 3}.example`, true, { ip: `81.2.69.${i}` }),
    );
    expect(await fullGifts(users)).toBeGreaterThanOrEqual(95);
  });

  it('store keyed digests, never what was seen', async () => {
    const name = randomUUID();
    const user_id = await withMail(`${name}@corp-${name}.example`, false, { ip: '81.2.70.1', device: `dev-${name}` });
    const rows = await w.sql('SELECT * FROM abuse_signals WHERE user_id = $1', [user_id]);
    expect(rows.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['email', 'email_domain', 'address_block', 'device']),
    );
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${name}|81\\.2`));
  });

  it('a good payment gives the rest, once, in 20 calls at once; one that was refunded does not', async () => {
    const name = randomUUID();
    await withMail(`${name}@gmail.com`);
    const user_id = await withMail(`${name}+2@gmail.com`);
    expect(await balance(user_id)).toBe('0.000000');
    expect(await welcome(user_id)).toMatchObject({ withheld: FULL, next: 'pay_once', steps: [] });
    await paid(user_id, '1');
    await settleAll();
    expect(await balance(user_id)).toBe('0.000000');
    await paid(user_id);
    await concurrently(20, () => w.t.app.get(WelcomeService).settle(user_id));
    expect(await balance(user_id)).toBe(FULL);
    expect(await welcome(user_id)).toBeNull();
    await w.sql(`UPDATE payments SET refunded = 1 WHERE user_id = $1`, [user_id]);
    await settleAll();
    expect(await balance(user_id)).toBe(FULL);
    const grants = await w.grants(user_id);
    expect(grants.map(({ source }) => source)).toEqual(['trial']);
    const days = Math.round((Date.parse(grants[0]?.expires_at as string) - Date.now()) / 86_400_000);
    expect(days).toBe(30);
    await w.verify(user_id);
  });

  it('the owner of an address is not harmed by somebody who only claimed it', async () => {
    const email = `${randomUUID()}@gmail.com`;
    expect(await balance(await withMail(email))).toBe(FULL);
    expect(await balance(await withMail(email, true))).toBe(FULL);
    expect(await balance(await withMail(email.replace('@', '+x@'), true))).toBe('0.000000');
  });

  it('half is given at a shared device until an administrator decides', async () => {
    const device = randomUUID();
    const mail = () => `${randomUUID()}@gmail.com`;
    expect(await balance(await withMail(mail(), true, { device }))).toBe(FULL);
    const [second, other] = [await withMail(mail(), true, { device }), await withMail(mail(), true, { device })];
    expect([await balance(second), await balance(other)]).toEqual(['2.500000', '0.000000']);
    const queue = await reviews('open');
    expect(queue.find((review) => review.user_id === second)).toMatchObject({
      trial_factor: '0.500000',
      withheld: '2.500000',
      reasons: ['device_shared'],
      explanation: 'The device is that of another account that got gifts.',
    });
    expect(await decide(second, 'clear')).toMatchObject({
      state: 'cleared',
      withheld: '0.000000',
      decided_by: 'an-admin',
    });
    await decide(second, 'clear');
    expect(await balance(second)).toBe(FULL);
    expect(await decide(other, 'confirm')).toMatchObject({ state: 'confirmed', trial_factor: '0.000000' });
    await paid(other);
    await settleAll();
    expect(await balance(other)).toBe('0.000000');
    expect(await welcome(other)).toMatchObject({ next: 'contact_support' });
    expect((await w.audit(second, 'gift_review.clear')).length).toBe(2);
    expect((await reviews('open')).some(({ user_id }) => user_id === second || user_id === other)).toBe(false);
  });

  it('an unverified address behind a busy network gets the rest when it is verified', async () => {
    const ip = anyIp();
    for (let i = 0; i < 2; i++) await withMail(`${randomUUID()}@gmail.com`, false, { ip });
    const email = `${randomUUID()}@gmail.com`;
    const user_id = await withMail(email, false, { ip });
    expect(await balance(user_id)).toBe('2.500000');
    expect(await welcome(user_id)).toMatchObject({ withheld: '2.500000', next: 'verify_address' });
    await w.done('provisioning/register', { user_id, email, email_verified: true });
    await settleAll();
    expect(await balance(user_id)).toBe(FULL);
  });

  it('lower the credits of steps, and give the rest of them later', async () => {
    const source = `s-${randomUUID().slice(0, 8)}`;
    for (const on of ['registered', 'profile_complete'])
      await w.t.call('admin/welcome', { method: 'PUT', token: w.admin, body: { source, on, credits: '2' } });
    const device = randomUUID();
    await registered({ source, signals: { device } });
    const user_id = await registered({ source, signals: { device } });
    expect(await balance(user_id)).toBe('3.500000');
    await w.done('provisioning/register', { user_id, source, profile_complete: true });
    expect(await balance(user_id)).toBe('4.500000');
    expect(await welcome(user_id)).toMatchObject({ withheld: '4.500000' });
    await decide(user_id, 'clear');
    expect(await balance(user_id)).toBe('9.000000');
    await w.verify(user_id);
  });

  it('of an account that is merged count for the target: gifts of one person are not given twice', async () => {
    const device = randomUUID();
    const [first, second] = [await registered({ signals: { device } }), await registered({ signals: { device } })];
    expect([await balance(first), await balance(second)]).toEqual([FULL, '2.500000']);
    await w.done(`admin/accounts/${first}/move`, { to: second });
    await decide(second, 'clear');
    expect(await balance(second)).toBe(FULL); // the initial credits of the first have lapsed
    expect(await welcome(second)).toBeNull();
    const renamed = `user-${randomUUID()}`;
    await w.done(`admin/accounts/${second}/move`, { to: renamed });
    expect(await w.sql('SELECT "on" FROM welcome_gifts WHERE user_id = $1', [renamed])).toEqual([
      { on: 'initial_credits' },
    ]);
    expect(await balance(await registered({ signals: { device } }))).toBe('2.500000');
    await w.verify(renamed);
  });

  it('an erased user who returns under another id gets no second gift; old signals are deleted', async () => {
    const email = `${randomUUID()}@gmail.com`;
    const first = await withMail(email, true);
    await w.post(`admin/accounts/${first}/erase`, {});
    await w.t.app.get(AccountErasureJob).eraseAll({ signal: new AbortController().signal });
    const second = await withMail(email, true);
    expect(await balance(second)).toBe('0.000000');
    expect(await w.sql('SELECT 1 FROM abuse_signals WHERE user_id = $1', [first])).toEqual([]);
    await w.sql(`UPDATE abuse_signals SET seen_at = now() - interval '181 days' WHERE user_id = $1`, [second]);
    expect(await w.t.app.get(OldSignalsJob).forget()).toBeGreaterThan(0);
    expect(await w.sql('SELECT 1 FROM abuse_signals WHERE user_id = $1', [second])).toEqual([]);
  });

  it('are for administrators only, and audited', async () => {
    const user_id = await registered({ signals: { ip: anyIp() } });
    const token = await w.as(user_id);
    expect((await check(false, token)).status).toBe(403);
    expect((await w.get('admin/gift-reviews', {}, token)).status).toBe(403);
    expect((await w.t.call(`admin/gift-reviews/${user_id}/clear`, { method: 'POST', token })).status).toBe(403);
    const unknown = await w.t.call('admin/gift-reviews/nobody/clear', { method: 'POST', token: w.admin });
    expect(unknown.status).toBe(404);
  });
});

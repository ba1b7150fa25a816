import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { AccountErasureJob } from '../../src/accounts/account-erasure.service.js';
import { RollupVerification } from '../../src/metering/rollup-verification.js';
import { RollupRepository } from '../../src/metering/rollup.repository.js';
import { Database } from '../../src/platform/database.js';
import { KeyRing } from '../../src/platform/key-ring.js';
import { World } from '../support/factories.js';
import { verificationOf } from '../support/verification.js';

const SECRET = 'a secret that Keycloak knows';
let w: World;
beforeAll(async () => {
  const env = { ENCRYPTION_KEYS: KeyRing.make('k1'), KEYCLOAK_WEBHOOK_SECRET: SECRET, KEYCLOAK_DELETION: 'erase' };
  w = await World.start({ env });
});
afterAll(() => w.close());

const ask = (user_id: string) => w.post(`admin/accounts/${encodeURIComponent(user_id)}/erase`, {});
const erase = () => w.t.app.get(AccountErasureJob).eraseAll({ signal: new AbortController().signal });

/** Every row of every table of ours that still shows the text somewhere. */
async function tracesOf(text: string): Promise<string[]> {
  const tables = await w.sql(`SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`);
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await w.sql(`SELECT count(*)::int AS n FROM "${String(name)}" t WHERE t::text LIKE $1`, [
        `%${text}%`,
      ]);
      return rows[0]?.n === 0 ? [] : [String(name)];
    }),
  );
  return found.flat();
}

/** A user whom every table knows by id and by name. */
async function knownEverywhere(): Promise<{ user_id: string; mark: string }> {
  const mark = `mark${randomUUID().slice(0, 8)}`;
  const user_id = `${mark}@example.com`;
  const metadata = { who: mark };
  await w.open(user_id);
  await w.bonus(user_id, '20', { reason: `for ${mark}`, metadata });
  await w.deduct(user_id, '1', { metadata });
  await w.resolve(await w.hold(user_id, '1', { metadata }), 'capture', { amount: '0.5' }, `key-${mark}`);
  const work = { user_id, service: 'tts', cost: '0.1', settle: true, session_id: mark, metadata };
  for (const request_id of [`${mark}-1`, `${mark}-2`]) await w.done('credits/usage/track', { ...work, request_id });
  await w.rollUp();
  await w.done('credits/usage/track', { ...work, request_id: `${mark}-3` });
  const code = `C-${randomUUID().slice(0, 8).toUpperCase()}`;
  await w.done('credits/coupons/create', { code, coupon_type: 'fixed_discount', value: '3' });
  await w.done('credits/coupons/redeem', { code, metadata }, { token: await w.as(user_id) });
  await w.sql(
    `INSERT INTO payments (user_id, kind, status, package_code, credits, amount, currency, detail, checkout_url, paid_at)
    VALUES ($1, 'package', 'paid', 'p', 1, 1, 'usd', $1, $1, now())`,
    [user_id],
  );
  await w.sql(`INSERT INTO payment_customers (user_id, customer_id) VALUES ($1, 'cus_1')`, [user_id]);
  await w.sql(
    `INSERT INTO payment_events (event_id, type, reference, user_id, facts, occurred_at, state, applied_at)
    VALUES ($1, 't', 'r', $2::varchar, jsonb_build_object('user_id', $2::varchar), now(), 'applied', now())`,
    [randomUUID(), user_id],
  );
  await w.sql(
    `INSERT INTO subscriptions (user_id, subscription_id, tier, paid_tier, amount, currency, terms, paid_terms)
    VALUES ($1, $2, 'starter', 'starter', 19, 'usd', '{}', '{}')`,
    [user_id, randomUUID()],
  );
  await w.sql(
    `INSERT INTO openrouter_accounts (user_id, email, encrypted_key, key_hint) VALUES ($1, $1, 'k1.' || repeat('x', 80), 'x')`,
    [user_id],
  );
  await w.sql('INSERT INTO openrouter_key_tries (user_id) VALUES ($1)', [user_id]);
  return { user_id, mark };
}

async function expectSound(): Promise<void> {
  expect((await verificationOf(w.t.app).verify(null)).faults).toEqual([]);
  const usage = new RollupVerification(new RollupRepository(w.t.app.get(Database)));
  expect((await usage.verify(() => undefined)).faults).toEqual([]);
}

describe('a person who is erased', () => {
  it('is in no table any more, and the books add up', async () => {
    const { user_id, mark } = await knownEverywhere();
    expect((await tracesOf(mark)).length).toBeGreaterThan(12);
    const lines = await w.ledger(user_id);
    expect(await ask(user_id)).toMatchObject({ status: 202, body: { status: 'erasing' } });
    expect(await w.sql(`SELECT status FROM subscriptions WHERE user_id = $1`, [user_id])).toEqual([
      { status: 'canceled' },
    ]);
    await erase();
    expect(await tracesOf(mark)).toEqual([]);
    expect(await w.get('credits/balance', { user_id })).toMatchObject({ status: 404 });
    const [kept] = await w.sql('SELECT user_id FROM credit_transactions WHERE id = $1', [lines[0]?.id]);
    const after = await w.ledger(kept?.user_id as string);
    const sums = (all: typeof lines) =>
      all.map(({ id, amount, balance_after, created_at }) => [id, amount, balance_after, created_at]);
    expect(sums(after).slice(0, lines.length)).toEqual(sums(lines));
    expect(after.at(-1)).toMatchObject({ balance_after: '0.0000000000' });
    await expectSound();
  });

  it('can be a customer again, without a second trial', async () => {
    const user_id = `back-${randomUUID()}@example.com`;
    await w.open(user_id);
    await ask(user_id);
    await erase();
    const again = await w.get('credits/balance', {}, await w.as(user_id));
    expect(again).toMatchObject({ status: 200, body: { balance: '0.000000', status: 'active', tier: 'trial' } });
    await ask(user_id);
    await erase();
    expect(await tracesOf(user_id)).toEqual([]);
  });

  it('goes with every account that was moved to theirs', async () => {
    const [old, user_id] = [`old-${randomUUID()}`, `new-${randomUUID()}`];
    await w.open(old);
    await w.done(`admin/accounts/${old}/move`, { to: user_id });
    expect(await ask(old)).toMatchObject({ status: 403, body: { code: 'account_closed', moved_to: user_id } });
    await ask(user_id);
    await erase();
    expect([await tracesOf(old), await tracesOf(user_id)]).toEqual([[], []]);
    await expectSound();
  });

  it('may not spend from the moment on, but what is in flight ends first', async () => {
    const user_id = await w.user('5');
    const hold = await w.hold(user_id, '1');
    await ask(user_id);
    const refused = await w.post('credits/deduct', { user_id, amount: '1', service: 'tts' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'account_closed' } });
    await erase();
    expect(await w.balance(user_id)).toMatchObject({ status: 'erasing' });
    expect(await w.resolve(hold, 'capture', { amount: '0.5' })).toMatchObject({ status: 200 });
    await erase();
    expect(await tracesOf(user_id)).toEqual([]);
    await expectSound();
  });

  it('is erased by an event of Keycloak', async () => {
    const user_id = randomUUID();
    await w.open(user_id);
    const send = (event: object) => {
      const body = JSON.stringify(event);
      const signature = createHmac('sha256', SECRET).update(body).digest('hex');
      const headers = { 'content-type': 'application/json', 'x-keycloak-signature': signature };
      return w.t.call('integrations/keycloak/events', { method: 'POST', body, headers });
    };
    const byAdmin = {
      type: 'admin.USER-DELETE',
      authDetails: { userId: 'an-admin' },
      resourcePath: `users/${user_id}`,
    };
    for (const _twice of [1, 2]) await send(byAdmin);
    expect((await send({ type: 'access.DELETE_ACCOUNT', authDetails: { userId: 'nobody' } })).body).toMatchObject({
      state: 'ignored',
    });
    await erase();
    expect(await tracesOf(user_id)).toEqual([]);
  });
});

describe('the ledger and the audit log', () => {
  it.each(['credit_transactions', 'audit_logs'])(
    '%s change for nobody else, and nothing but names for those',
    async (table) => {
      const user_id = await w.user('5');
      const change = (set: string) => w.sql(`UPDATE ${table} SET ${set} WHERE user_id = $1`, [user_id]);
      await expect(change(`user_id = 'erased-x'`)).rejects.toThrow('append-only');
      await w.sql(`INSERT INTO account_erasures (user_id) VALUES ('erased-x') ON CONFLICT DO NOTHING`);
      await expect(change(`user_id = 'erased-x'`)).rejects.toThrow('append-only');
      await w.sql(`UPDATE user_credits SET status = 'erasing' WHERE user_id = $1`, [user_id]);
      await expect(change(`user_id = 'erased-x', created_at = now()`)).rejects.toThrow('append-only');
      await expect(change(`user_id = 'somebody'`)).rejects.toThrow('append-only');
      await expect(w.sql(`DELETE FROM ${table} WHERE user_id = $1`, [user_id])).rejects.toThrow('append-only');
    },
  );

  it('every table that knows users says what an erasure does to it', async () => {
    const [source] = await w.sql(`SELECT prosrc FROM pg_proc WHERE proname = 'tollgate_erase_account'`);
    const tables = await w.sql(`SELECT table_name AS name FROM information_schema.columns
      JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name = 'user_id'
        AND table_name <> 'account_erasures'`);
    const forgotten = tables.filter(
      ({ name }) => !new RegExp(`(UPDATE|FROM) ${String(name)}\\b`).test(String(source?.prosrc)),
    );
    expect(forgotten).toEqual([]);
  });
});

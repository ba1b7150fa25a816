import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { AccountErasureJob } from '../../../src/accounts/account-erasure.service.js';
import { RollupVerification } from '../../../src/metering/rollup-verification.js';
import { RollupRepository } from '../../../src/metering/rollup.repository.js';
import { Database } from '../../../src/platform/database/database.js';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { TestEnv } from '../../support/factories.js';
import { knownEverywhere } from '../../support/known-everywhere.js';
import { verificationOf } from '../../support/faults/verification.js';

const SECRET = 'a secret that Keycloak knows';
let w: TestEnv;
beforeAll(async () => {
  const env = { ENCRYPTION_KEYS: KeyRing.make('k1'), KEYCLOAK_WEBHOOK_SECRET: SECRET, KEYCLOAK_DELETION: 'erase' };
  w = await TestEnv.start({ env });
});
afterAll(() => w.close());

const ask = (user_id: string) => w.post(`admin/accounts/${encodeURIComponent(user_id)}/erase`, {});
const erase = () => w.t.app.get(AccountErasureJob).eraseAll({ signal: new AbortController().signal });

/** Returns all rows of all tables that contain the text. */
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

async function expectSound(): Promise<void> {
  expect((await verificationOf(w.t.app).verify(null)).faults).toEqual([]);
  const usage = new RollupVerification(new RollupRepository(w.t.app.get(Database)));
  expect((await usage.verify(() => undefined)).faults).toEqual([]);
}

describe('an erased person', () => {
  it('is in no table, and the ledger balances', async () => {
    const { user_id, mark } = await knownEverywhere(w);
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

  it('can return, without a second trial', async () => {
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

  it('is erased together with all accounts merged into theirs', async () => {
    const [old, user_id] = [`old-${randomUUID()}`, `new-${randomUUID()}`];
    await w.open(old);
    await w.done(`admin/accounts/${old}/move`, { to: user_id });
    expect(await ask(old)).toMatchObject({ status: 403, body: { code: 'account_closed', moved_to: user_id } });
    await ask(user_id);
    await erase();
    expect([await tracesOf(old), await tracesOf(user_id)]).toEqual([[], []]);
    await expectSound();
  });

  it('cannot spend from then on, but work in progress is completed first', async () => {
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

  it('can be erased by a Keycloak event', async () => {
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
    '%s change only for erased people, and only in the names',
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

  it('every table with users is covered by the erasure', async () => {
    const [source] = await w.sql(
      `SELECT string_agg(prosrc, '') AS prosrc FROM pg_proc WHERE starts_with(proname, 'tollgate_erase_')`,
    );
    const tables = await w.sql(`SELECT table_name AS name FROM information_schema.columns
      JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name = 'user_id'
        AND table_name <> 'account_erasures' AND NOT EXISTS (SELECT FROM pg_class WHERE relname = table_name AND relispartition)`);
    const forgotten = tables.filter(
      ({ name }) => !new RegExp(`(UPDATE|FROM) ${String(name)}\\b`).test(String(source?.prosrc)),
    );
    expect(forgotten).toEqual([]);
  });
});

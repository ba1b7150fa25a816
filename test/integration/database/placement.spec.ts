import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { GLOBAL_TABLES, LOCAL_TABLES } from '../../../prisma/placement.js';
import { bucketOf, rowId } from '../../../src/platform/database/row-id.js';
import { couponsOf } from '../../support/coupons.js';
import type { Json, TestEnv } from '../../support/factories.js';
import { Shop } from '../../support/services/shop.js';

/** Rows of accounts with an id of their own; that of a line, an event or a grant is made in SQL. */
const WITH_ID = [
  'credit_transactions',
  'credit_grants',
  'credit_holds',
  'usage_events',
  'audit_logs',
  'payments',
  'coupon_attempts',
  'account_discounts',
];

let shop: Shop;
let w: TestEnv;
beforeAll(async () => {
  shop = await Shop.start();
  w = shop.w;
});
afterAll(() => shop.close());

const tables = async (): Promise<string[]> =>
  (
    await w.sql(`SELECT relname FROM pg_class
      WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations' ORDER BY 1`)
  ).map(({ relname }) => relname as string);
const ofAccounts = async (): Promise<string[]> =>
  (await tables()).filter((table) => ![...GLOBAL_TABLES, ...LOCAL_TABLES].includes(table));

describe('tables and the database that they belong to', () => {
  it('are each global, local or of accounts', async () => {
    expect(await tables()).toEqual(expect.arrayContaining([...GLOBAL_TABLES, ...LOCAL_TABLES]));
    expect(GLOBAL_TABLES.filter((table) => LOCAL_TABLES.includes(table))).toEqual([]);
  });

  it('have user_id in every unique key, if they are of accounts', async () => {
    const keys = await w.sql(
      `SELECT c.relname AS table, i.indexrelid::regclass::text AS index, bool_or(a.attname = 'user_id') AS has_user
       FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
       WHERE i.indisunique AND c.relname = ANY ($1) GROUP BY 1, 2`,
      [await ofAccounts()],
    );
    expect(keys.length).toBeGreaterThanOrEqual((await ofAccounts()).length);
    expect(keys.filter(({ has_user }) => has_user !== true)).toEqual([]);
  });

  it('refer to nothing but global tables and rows of the same account', async () => {
    const references = await w.sql(
      `SELECT conrelid::regclass::text AS from, confrelid::regclass::text AS to, EXISTS (
         SELECT FROM unnest(conkey, confkey) AS k (column_number, referred)
         JOIN pg_attribute a ON (a.attrelid, a.attnum) = (conrelid, column_number)
         JOIN pg_attribute b ON (b.attrelid, b.attnum) = (confrelid, referred)
         WHERE a.attname = 'user_id' AND b.attname = 'user_id') AS same_account
       FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace`,
    );
    expect(references.length).toBeGreaterThan(3);
    const isLocal = (table: unknown): boolean => LOCAL_TABLES.includes(table as string);
    const isWithin = ({ from, to, same_account }: (typeof references)[number]): boolean =>
      same_account === true || (isLocal(from) && isLocal(to));
    const others = references.filter((reference) => !isWithin(reference));
    expect(others.filter(({ to }) => !GLOBAL_TABLES.includes(to as string))).toEqual([]);
  });
});

describe('the id of a row of an account', () => {
  it('carries the bits of its user, whichever way the row was made', async () => {
    const coupons = couponsOf(() => w);
    const user_id = await w.open(randomUUID());
    await w.bonus(user_id, '50');
    await w.deduct(user_id, '1');
    await w.post('credits/deduct', { user_id, amount: '0.5', service: 'search' }, { key: randomUUID() });
    await w.hold(user_id, '1');
    await w.sql(`UPDATE user_credits SET due_at = now() WHERE user_id = $1`, [user_id]); // the next one takes the lock
    await w.hold(user_id, '2');
    const event = { user_id, service: 'tts', cost: 0.25 };
    await w.done('credits/usage/track', { ...event, request_id: randomUUID(), charge: true });
    await w.done('credits/usage/track', { ...event, request_id: randomUUID() });
    const { code } = await coupons.coupon({ coupon_type: 'percentage_discount', value: 10 });
    expect((await coupons.redeem(user_id, 'NO-SUCH-CODE')).status).toBe(404);
    await coupons.redeemed(user_id, code);
    await shop.checkout(user_id, { package_code: 'small' });
    const made: Json[] = [];
    for (const table of WITH_ID) {
      const rows = await w.sql(
        `SELECT id::text, tollgate_row_id(user_id, now())::text AS like FROM ${table} WHERE user_id = $1`,
        [user_id],
      );
      made.push(...rows.map((row) => ({ table, ...row })));
    }
    expect([...new Set(made.map(({ table }) => table))]).toEqual(WITH_ID);
    const bits = rowId(user_id).slice(24, 28);
    expect(made.filter(({ id }) => (id as string).slice(24, 28) !== bits)).toEqual([]);
    expect(made.filter(({ like }) => (like as string).slice(24, 28) !== bits)).toEqual([]);
  });

  it('is the same in SQL for ids of any characters', async () => {
    for (const user_id of ['a', 'ann@example.com', 'ünï ⌘ 世界', 'x'.repeat(255), '\\x00', "o'neil"]) {
      const [row] = await w.sql(`SELECT tollgate_row_id($1, now(), 7)::text AS id`, [user_id]);
      expect((row!.id as string).slice(15)).toMatch(new RegExp(`^.{3}-8007-${rowId(user_id).slice(24, 28)}`));
      expect(Number.parseInt((row!.id as string).slice(24, 28), 16) >> 6).toBe(bucketOf(user_id));
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { storageFaults } from './storage.js';

const table = { name: 'public.user_credits', live_rows: 40_000, dead_rows: 60_000, is_vacuumed: false };
const storage = { database_bytes: 1, xid_age: 1_000, tables: [] };

describe('a storage fault', () => {
  it.each([
    ['few dead rows', { ...table, dead_rows: 49_999 }],
    ['fewer dead rows than live ones', { ...table, live_rows: 70_000 }],
    ['a table that is vacuumed', { ...table, is_vacuumed: true }],
  ])('is not %s', (_what, one) => {
    expect(storageFaults({ ...storage, tables: [one] })).toEqual([]);
  });

  it('is a table with many dead rows that is not vacuumed', () => {
    const [found, ...others] = storageFaults({ ...storage, tables: [table] });
    expect([found?.level, found?.found, others]).toEqual(['warning', expect.stringContaining('60000 dead and'), []]);
  });

  it.each([
    [499_999_999, undefined],
    [500_000_000, 'warning'],
    [1_500_000_000, 'error'],
  ])('is a transaction id of age %s: %s', (xid_age, level) => {
    expect(storageFaults({ ...storage, xid_age })[0]?.level).toBe(level);
  });
});

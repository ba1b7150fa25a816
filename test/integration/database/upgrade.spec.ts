import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LedgerVerification } from '../../../src/credits/ledger/ledger-verification.js';
import { LedgerVerificationRepository } from '../../../src/credits/ledger/ledger-verification.repository.js';
import { CATALOGUE } from '../../../src/generated/catalogue.js';
import { loadConfig, withDatabaseUrl } from '../../../src/platform/config/config.js';
import { Database } from '../../../src/platform/database/database.js';
import { Metrics } from '../../../src/platform/metrics.js';
import { compareCatalogue, readCatalogue } from '../../../src/platform/schema/catalogue.js';
import { applyMigrations, MIGRATIONS_DIR } from '../../../src/platform/schema/engine.js';
import { cloneDatabase, createEmptyDatabase } from '../../support/database.js';
import { countRows, fillTables } from '../../support/sample-rows.js';

const migrations = (await readdir(MIGRATIONS_DIR, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

/** Filled by later migrations from what is there, or done away with by them. */
const GROWING = ['model_prices', 'payment_refunds', 'payment_disputes', 'usage_rollups'];
/** Emptied by a later migration; the worker sums up again what is in them. */
const SUMMED_UP_AGAIN = ['usage_hourly', 'usage_by_hour'];

async function withClient<T>(url: string, use: (db: pg.Client) => Promise<T>): Promise<T> {
  const db = new pg.Client({ connectionString: url, options: '-c TimeZone=UTC' });
  await db.connect();
  try {
    return await use(db);
  } finally {
    await db.end();
  }
}

async function verify(url: string): Promise<object> {
  const database = new Database(withDatabaseUrl(loadConfig({}), url), new Metrics());
  try {
    return await new LedgerVerification(new LedgerVerificationRepository(database)).verify(null);
  } finally {
    await database.onApplicationShutdown();
  }
}

describe('a database with rows in every table', () => {
  let folder: string;
  /** Migrated one step further with each test. */
  let ladder: Awaited<ReturnType<typeof createEmptyDatabase>>;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tollgate-upgrade-'));
    ladder = await createEmptyDatabase();
  });
  afterAll(async () => {
    await ladder.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(migrations.slice(0, -1))('at %s is brought up to date and keeps them', async (name) => {
    await cp(path.join(MIGRATIONS_DIR, name), path.join(folder, name), { recursive: true });
    await applyMigrations(ladder.url, folder);
    const copy = await cloneDatabase(ladder.url);
    try {
      const before = await withClient(copy.url, fillTables);
      await applyMigrations(copy.url);
      await withClient(copy.url, async (db) => {
        expect(compareCatalogue(CATALOGUE, await readCatalogue(db), { is_newer: false })).toEqual([]);
        const after = await countRows(db);
        const lost = [...before].filter(([table, count]) => after.has(table) && (after.get(table) ?? 0) < count);
        const grown = [...before].filter(([table, count]) => (after.get(table) ?? 0) > count).map(([table]) => table);
        expect(lost.filter(([table]) => !SUMMED_UP_AGAIN.includes(table))).toEqual([]);
        expect(grown.filter((table) => !GROWING.includes(table))).toEqual([]);
      });
      expect(await verify(copy.url)).toMatchObject({ verified: true, faults: [], accounts: 1, lines: 2 });
    } finally {
      await copy.drop();
    }
  });
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { loadConfig, withDatabaseUrl } from '../../../src/platform/config/config.js';
import { Database } from '../../../src/platform/database/database.js';
import { Metrics } from '../../../src/platform/metrics.js';
import { readComments } from '../../../src/platform/schema/catalogue.js';
import { diffDatabaseToSchema, diffMigrationsToSchema, SCHEMA_PATH } from '../../../src/platform/schema/engine.js';
import { remedyOf } from '../../../src/platform/schema/report.js';
import { SchemaService } from '../../../src/platform/schema/schema.service.js';
import { COMMENTS_FILE, ROWS_FILE, runGenerators } from '../../../scripts/generated-files.ts';
import { createEmptyDatabase, createTestDatabase } from '../../support/database.js';

Logger.overrideLogger(false);

let url: string;
let drop: () => Promise<void>;
let database: Database;
let schema: SchemaService;

function use(created: { url: string; drop: () => Promise<void> }): void {
  ({ url, drop } = created);
  const config = withDatabaseUrl(loadConfig({}), url);
  database = new Database(config, new Metrics());
  schema = new SchemaService(config, database);
}

/** Breaks the database and returns what the check then says; what does not stop the service begins with `warning:`. */
async function messagesAfter(sql: string): Promise<string[]> {
  await database.pool.query(sql);
  const { differences, in_sync, can_serve } = await schema.check();
  expect(in_sync).toBe(differences.length === 0);
  expect(can_serve).toBe(differences.every(({ severity }) => severity === 'warning'));
  return differences.map(({ severity, message }) => (severity === 'warning' ? `warning: ${message}` : message));
}

afterEach(async () => {
  await database.onApplicationShutdown();
  await drop();
});

describe('the check of the live database', () => {
  beforeEach(async () => {
    use(await createTestDatabase());
  });

  it('passes on a migrated database', async () => {
    const report = await schema.check();
    expect(report).toEqual({
      can_serve: true,
      in_sync: true,
      differences: [],
      pending_migrations: [],
      failed_migrations: [],
      newer_migrations: [],
    });
    expect(remedyOf(report)).toBeNull();
  });

  it.each([
    [
      'a dropped column',
      'ALTER TABLE credit_transactions DROP COLUMN description',
      ['column credit_transactions.description is missing (should be character varying(500))'],
    ],
    [
      'a renamed column',
      'ALTER TABLE tiers RENAME COLUMN name TO title',
      [
        'column tiers.name is missing (should be character varying(100) not null)',
        'column tiers.title should not exist (is character varying(100) not null)',
      ],
    ],
    [
      'a retyped column',
      'ALTER TABLE tiers ALTER COLUMN rollover_max TYPE numeric(20,6)',
      ['column tiers.rollover_max is numeric(20,6) not null default 0 (should be numeric(20,10) not null default 0)'],
    ],
    [
      'a column that may be null',
      'ALTER TABLE user_credits ALTER COLUMN balance DROP NOT NULL',
      ['column user_credits.balance is numeric(20,10) (should be numeric(20,10) not null)'],
    ],
    [
      'an added column that may be null',
      'ALTER TABLE tiers ADD COLUMN color text',
      ['warning: column tiers.color should not exist (is text)'],
    ],
    [
      'an added column with a default',
      'ALTER TABLE tiers ADD COLUMN color int NOT NULL DEFAULT 1',
      ['warning: column tiers.color should not exist (is integer not null default 1)'],
    ],
    [
      'an added column that this release can not fill',
      'ALTER TABLE audit_logs ADD COLUMN color text NOT NULL',
      ['column audit_logs.color should not exist (is text not null)'],
    ],
    [
      'a widened column',
      'ALTER TABLE audit_logs ALTER COLUMN action TYPE varchar(100)',
      [
        'warning: column audit_logs.action is character varying(100) not null (should be character varying(64) not null)',
      ],
    ],
    [
      'a dropped default',
      'ALTER TABLE credit_grants ALTER COLUMN id DROP DEFAULT',
      [expect.stringMatching(/^column credit_grants.id is uuid not null \(should be .*default tollgate_uuid7/)],
    ],
    [
      'a dropped CHECK',
      'ALTER TABLE user_credits DROP CONSTRAINT user_credits_balance_check',
      ['constraint user_credits.user_credits_balance_check is missing (should be CHECK ((balance >= (0)::numeric)))'],
    ],
    [
      'a CHECK of another meaning',
      `ALTER TABLE user_credits DROP CONSTRAINT user_credits_balance_check, ADD CONSTRAINT user_credits_balance_check CHECK (balance >= -1)`,
      [expect.stringMatching(/^warning: constraint user_credits\.user_credits_balance_check is .*\(should be/)],
    ],
    [
      'a dropped unique key',
      'ALTER TABLE usage_event_names DROP CONSTRAINT usage_event_names_pkey',
      [expect.stringMatching(/^constraint usage_event_names\.usage_event_names_pkey is missing/)],
    ],
    [
      'a dropped index',
      'DROP INDEX credit_grants_live_idx',
      [expect.stringMatching(/^warning: index credit_grants\.credit_grants_live_idx is missing/)],
    ],
    [
      'an added unique index',
      'CREATE UNIQUE INDEX one_plan_per_rank ON tiers (rank)',
      [expect.stringMatching(/^warning: index tiers\.one_plan_per_rank should not exist/)],
    ],
    [
      'a dropped trigger',
      'DROP TRIGGER credit_transactions_append_only ON credit_transactions',
      [expect.stringMatching(/^trigger credit_transactions\.credit_transactions_append_only is missing/)],
    ],
    [
      'a disabled trigger',
      'ALTER TABLE audit_logs DISABLE TRIGGER audit_logs_append_only',
      [expect.stringMatching(/^trigger audit_logs\.audit_logs_append_only is .*\(disabled\) \(should be/)],
    ],
    [
      'a replaced function',
      `CREATE OR REPLACE FUNCTION tollgate_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
      [expect.stringMatching(/^function tollgate_refuse_change\(\) is /)],
    ],
    [
      'an added enum value',
      `ALTER TYPE hold_status ADD VALUE 'lost'`,
      [
        'warning: enum hold_status is active, captured, released, expired, lost (should be active, captured, released, expired)',
      ],
    ],
    [
      'a renamed enum value',
      `ALTER TYPE hold_status RENAME VALUE 'expired' TO 'gone'`,
      ['enum hold_status is active, captured, released, gone (should be active, captured, released, expired)'],
    ],
    ['a dropped table', 'DROP TABLE audit_logs', ['table audit_logs is missing']],
    ['a dropped view', 'DROP VIEW v_monthly_credits', ['warning: table v_monthly_credits is missing (should be view)']],
  ])('names %s', async (_what, sql, messages) => {
    expect(await messagesAfter(sql)).toEqual(messages);
  });

  it('ignores objects of other software in the same database', async () => {
    const others = `
      CREATE TABLE others (id int PRIMARY KEY, tier varchar(64) REFERENCES tiers);
      CREATE TYPE mood AS ENUM ('good');
      CREATE FUNCTION other() RETURNS int LANGUAGE sql AS 'SELECT 1';
      CREATE INDEX for_a_report ON credit_transactions (model);
      CREATE SCHEMA other; CREATE TABLE other.tiers (x int)`;
    expect(await messagesAfter(others)).toEqual([]);
  });

  it('does not depend on the search path of the session', async () => {
    const name = new URL(url).pathname.slice(1);
    await database.pool.query(`CREATE SCHEMA elsewhere; ALTER DATABASE "${name}" SET search_path TO elsewhere`);
    await database.onApplicationShutdown();
    use({ url, drop });
    expect((await schema.check()).differences).toEqual([]);
  });

  it('names a comment that differs from the schema docs', async () => {
    const docs = (await readFile(COMMENTS_FILE, 'utf8')).split('\n').filter((line) => line.startsWith('COMMENT'));
    expect(await readComments(database.pool)).toEqual([...docs].sort());
    await database.pool.query(`COMMENT ON COLUMN tiers.name IS 'It''s another'`);
    expect(await readComments(database.pool)).toContain(`COMMENT ON COLUMN "tiers"."name" IS 'It''s another';`);
  });
});

describe('migrating', () => {
  beforeEach(async () => {
    use(await createEmptyDatabase());
  });

  it('brings an empty database in sync; a second run does nothing', async () => {
    const before = await schema.check();
    expect(before.in_sync).toBe(false);
    expect(remedyOf(before)).toBe('Run: tollgate schema migrate');
    expect(await schema.migrate()).toEqual(before.pending_migrations);
    expect((await schema.check()).in_sync).toBe(true);
    expect(await schema.migrate()).toEqual([]);
  });

  it('by several processes concurrently applies each migration once', async () => {
    const { pending_migrations } = await schema.check();
    const applied = await Promise.all([schema.migrate(), schema.migrate(), schema.migrate()]);
    expect(applied.flat()).toEqual(pending_migrations);
  });

  it('refuses a database that belongs to other software', async () => {
    await database.pool.query('CREATE TABLE theirs (x int)');
    await expect(schema.migrate()).rejects.toThrow('Tollgate needs a separate database');
  });

  it('that fails is rolled back, reports the reason, and can be retried', async () => {
    await database.pool.query(`CREATE FUNCTION tollgate_refuse_change() RETURNS int LANGUAGE sql AS 'SELECT 1'`);
    await expect(schema.migrate()).rejects.toThrow(
      /^migration 20261121000000_foundation failed and changed nothing: .*"tollgate_refuse_change" already exists/,
    );
    const { rows } = await database.pool.query(`SELECT to_regclass('public.tiers') AS tiers`);
    expect(rows).toEqual([{ tiers: null }]);

    const report = await schema.check();
    expect(report.failed_migrations).toEqual(['20261121000000_foundation']);
    expect(remedyOf(report)).toContain('tollgate schema migrate --retry');
    await expect(schema.migrate()).rejects.toThrow('found failed migrations');

    await database.pool.query('DROP FUNCTION tollgate_refuse_change');
    await schema.migrate({ retry: true });
    expect((await schema.check()).in_sync).toBe(true);
  });
});

describe('an edited schema', () => {
  const edited = async (): Promise<string> =>
    (await readFile(SCHEMA_PATH, 'utf8')).replace(/^ {2}captured_amount /m, '  captured_credits ');

  beforeEach(async () => {
    use(await createTestDatabase());
  });

  it('without its migration differs from the migrations and from the database', async () => {
    expect(await diffMigrationsToSchema(url)).toBe('');
    expect(await diffDatabaseToSchema(url)).toBe('');
    const sql =
      /ALTER TABLE "credit_holds" DROP COLUMN "captured_amount",\s+ADD COLUMN +"captured_credits" DECIMAL\(20,10\)/;
    expect(await diffMigrationsToSchema(url, await edited())).toMatch(sql);
    expect(await diffDatabaseToSchema(url, await edited())).toMatch(sql);
  });

  it('generates different row classes, and the unedited schema generates the committed ones', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'tollgate-drift-'));
    try {
      await runGenerators(folder);
      expect(await readFile(path.join(folder, 'rows.ts'), 'utf8')).toBe(await readFile(ROWS_FILE, 'utf8'));
      const copy = path.join(folder, 'schema.prisma');
      await writeFile(copy, await edited());
      await runGenerators(folder, copy);
      const rows = await readFile(path.join(folder, 'rows.ts'), 'utf8');
      expect(rows).toContain('captured_credits!: string;');
      expect(rows).not.toContain('captured_amount');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

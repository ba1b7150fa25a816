import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { printedSchema } from '../../../scripts/printed-schema.ts';
import { startApp, type TestApp } from '../../support/app.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../support/database.js';

/** As PostgreSQL prints this constraint after it was restored from a definition with `IN`. */
const REPRINTED = `ALTER TABLE markup_rules DROP CONSTRAINT markup_rules_match_check, ADD CONSTRAINT markup_rules_match_check
  CHECK (match::text <> '' AND (scope <> 'class' OR match::text = ANY (ARRAY['free'::varchar::text, 'budget'::varchar::text,
    'standard'::varchar::text, 'premium'::varchar::text])))`;

describe('a database restored from what PostgreSQL prints', () => {
  let source: TestDatabase;
  let restored: Omit<TestDatabase, 'pool'>;
  let db: pg.Client;
  let t: TestApp | undefined;

  beforeAll(async () => {
    source = await createTestDatabase();
    restored = await createEmptyDatabase();
    const from = new pg.Client({ connectionString: source.url });
    await from.connect();
    db = new pg.Client({ connectionString: restored.url });
    await db.connect();
    await db.query(await printedSchema(from));
    await db.query(`RESET search_path; ${HISTORY}`);
    for (const table of ['_prisma_migrations', 'tiers', 'usage_rollups', 'markup_rules', 'service_tier_multipliers']) {
      const { rows } = await from.query<{ row: unknown }>(`SELECT to_jsonb(t) AS row FROM ${table} t`);
      await db.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1)`, [
        JSON.stringify(rows.map(({ row }) => row)),
      ]);
    }
    await db.query(`SELECT tollgate_add_event_partitions(now() + interval '3 months')`);
    await from.end();
  });
  afterAll(async () => {
    await t?.close();
    await db.end();
    await restored.drop();
    await source.drop();
  });

  const charge = async (): Promise<number | undefined> => {
    const body = { user_id: 'ann', amount: '1', service: 'restored' };
    return (await t?.call('credits/deduct', { method: 'POST', body, token: await t.tokenFor('ops', 'admin') }))?.status;
  };

  it('serves and charges, with nothing to warn of', async () => {
    t = await startApp({ database_url: restored.url });
    expect(await t.call('/health/ready')).toMatchObject({ status: 200, body: { status: 'ok', warnings: [] } });
    expect(await charge()).toBe(200);
    await t.close();
  });

  it('serves when a constraint is printed in another way', async () => {
    await db.query(REPRINTED);
    t = await startApp({ database_url: restored.url });
    expect((await t.call('/health/ready')).body).toEqual({ status: 'ok', warnings: [], mail: 'log' });
    await t.close();
  });

  it('serves without an index and with another CHECK, and says so', async () => {
    await db.query('DROP INDEX user_credits_moved_idx');
    await db.query(`ALTER TABLE credit_grants DROP CONSTRAINT credit_grants_amount_check,
      ADD CONSTRAINT credit_grants_amount_check CHECK (amount > 0.5)`);
    t = await startApp({ database_url: restored.url });
    expect(await t.call('/health/ready')).toMatchObject({
      status: 200,
      body: {
        warnings: [
          expect.stringMatching(/^index user_credits\.user_credits_moved_idx is missing/),
          expect.stringMatching(/^constraint credit_grants\.credit_grants_amount_check is .*should be/),
        ],
      },
    });
    expect(await charge()).toBe(200);
    await t.close();
  });
});

const HISTORY = `CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL,
  finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;

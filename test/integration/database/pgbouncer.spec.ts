import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig, withDatabaseUrl } from '../../../src/platform/config/config.js';
import { Database } from '../../../src/platform/database/database.js';
import { Metrics } from '../../../src/platform/metrics.js';
import { SchemaService } from '../../../src/platform/schema/schema.service.js';
import { type Answer, startApp } from '../../support/app.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { PGBOUNCER_VERSION, pgbouncerBefore } from '../../support/services/pgbouncer.js';

const [major, minor] = PGBOUNCER_VERSION;
const isThere = major > 0;
const carriesStatements = major > 1 || minor >= 21;
const modes = [...(isThere ? ['session' as const] : []), ...(carriesStatements ? ['transaction' as const] : [])];
const CALLS = 60;
const TRIES_MAX = 20;

if (!carriesStatements) {
  const found = isThere ? `version ${major}.${minor}` : 'none';
  process.stderr.write(
    `pgbouncer.spec.ts: transaction mode is not tried, for it needs PgBouncer 1.21 (found: ${found})\n`,
  );
}

describe('PgBouncer with its defaults', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('is tried in the modes that it has', () => {
    expect(modes).toHaveLength(Number(isThere) + Number(carriesStatements));
  });

  for (const mode of modes) {
    it(`in ${mode} mode is served through, once the role has its settings`, async () => {
      const pooler = await pgbouncerBefore(database.url, mode);
      const config = withDatabaseUrl(loadConfig({}), pooler.url);
      const own = new Database(config, new Metrics());
      await expect(own.pool.query('SELECT 1')).rejects.toThrow('Run tollgate schema migrate');
      await new SchemaService(config, own).migrate();
      await own.onApplicationShutdown();
      await database.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );

      const t = await startApp({ database_url: pooler.url });
      const token = await t.tokenFor('ops', 'admin');
      const answers = await Promise.all(
        Array.from({ length: CALLS }, (_, n) =>
          served(() =>
            t.call(n % 2 ? 'credits/deduct' : 'credits/holds', {
              method: 'POST',
              token,
              headers: { 'idempotency-key': `call-${n}` },
              body: { user_id: `user${n % 7}`, amount: '0.01', service: 's' },
            }),
          ),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map((_, n) => (n % 2 ? 200 : 201)));
      await t.close();
      await pooler.stop();
    });
  }
});

/** Calls until it is served: on a busy machine connections take too long to open, and callers repeat with their key. */
async function served(call: () => Promise<Answer>): Promise<Answer> {
  let answer = await call();
  for (let tries = 1; answer.status === 503 && tries < TRIES_MAX; tries += 1) answer = await call();
  return answer;
}

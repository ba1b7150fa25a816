import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { TokenSigner } from '../../src/auth/token-signer.js';
import { LedgerVerification } from '../../src/credits/ledger/ledger-verification.js';
import { LedgerVerificationRepository } from '../../src/credits/ledger/ledger-verification.repository.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { Database } from '../../src/platform/database/database.js';
import { KeyRing } from '../../src/platform/secrets/key-ring.js';
import { Metrics } from '../../src/platform/metrics.js';
import { historiesOf, termsOf } from '../support/agreement/agreement-history.js';
import { disagreementOf } from '../support/agreement/agreement-order.js';
import { StressRun } from '../support/agreement/agreement-stress.js';
import { TEST_SECRET } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const SERVICE = path.resolve(import.meta.dirname, '../support/agreement-service.mjs');
/** Calls of each variant, and which ones; AGREEMENT_CALLS asks for more of them, AGREEMENT_SEED for others. */
const CALLS = Number(process.env['AGREEMENT_CALLS'] ?? 2_000);
const SEED = Number(process.env['AGREEMENT_SEED'] ?? 65_005);
const VARIANTS = [
  { lanes: 1, processes: 1 },
  { lanes: 2, processes: 1 },
  { lanes: 1, processes: 3 },
  { lanes: 2, processes: 3 },
];

describe.each(VARIANTS)(
  `mixed calls over $processes processes of $lanes lanes (seed ${SEED})`,
  ({ lanes, processes }) => {
    let database: TestDatabase;
    let env: NodeJS.ProcessEnv;
    let services: ChildProcess[] = [];
    let stress: StressRun;
    beforeAll(
      async () => {
        database = await createTestDatabase();
        await database.pool.query(`UPDATE tiers SET rollover_max = 4 WHERE tier = 'professional'`);
        await database.pool.query(`UPDATE tiers SET free_calls_per_day = CASE tier WHEN 'starter' THEN 15 ELSE 6 END`);
        const { PATH, HOME } = process.env;
        env = {
          PATH,
          HOME,
          ENV_FILE: '/dev/null',
          LOG_LEVEL: 'fatal',
          JWT_SECRET: TEST_SECRET,
          ENCRYPTION_KEYS: KeyRing.make('k1'),
          DATABASE_URL: database.url,
          POSTING_LANES: String(lanes),
        };
        const token = await new TokenSigner(loadConfig(env)).signToken({
          user_id: 'caller',
          roles: ['admin'],
          ttl_s: 600,
        });
        services = Array.from({ length: processes }, () => fork(SERVICE, { env, execArgv: [] }));
        const urls = await Promise.all(services.map(async (service) => String((await once(service, 'message'))[0])));
        stress = new StressRun(urls, token, SEED + 10 * lanes + processes, database.pool);
        await stress.prepare();
        await stress.run(CALLS);
      },
      120_000 + CALLS * 60,
    );
    afterAll(async () => {
      await Promise.all(services.map((service) => (service.disconnect(), once(service, 'exit'))));
      await database.drop();
    });

    it('are answered as if those of each account had run one after the other', async () => {
      expect(stress.calls.length).toBeGreaterThan(CALLS);
      expect(stress.calls.filter(({ status }) => status === 503).length).toBeLessThan(CALLS / 100);
      const isFreeRefused = stress.calls.some(({ answer }) => answer.code === 'free_call_limit_exceeded');
      expect(isFreeRefused).toBe(stress.hasFreeCalls);
      expect(stress.calls.filter(({ answer }) => answer.code === 'budget_exceeded').length).toBeGreaterThan(
        CALLS / 100,
      );
      const terms = await termsOf(database.pool);
      const histories = await historiesOf(database.pool, stress.calls);
      const disagreements = histories.map((history) => disagreementOf(history, terms)).filter((text) => text !== null);
      expect(disagreements.join('\n\n')).toBe('');
    }, 60_000);

    it('leave a ledger that verifies', async () => {
      const db = new Database(loadConfig(env), new Metrics());
      const report = await new LedgerVerification(new LedgerVerificationRepository(db)).verify(null);
      await db.onApplicationShutdown();
      expect(report).toMatchObject({ verified: true, faults: [] });
    });
  },
);

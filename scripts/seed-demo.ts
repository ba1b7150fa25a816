/**
 * `npm run seed:demo [-- --accounts N --days D --seed S]`: fills an empty database with the life of a platform: by default 200
 * accounts and 60 days of usage, with plans, purchases, coupons, refunds and bonuses. Everything goes through the
 * service's own interface under a clock that runs from the first day to now, so the books add up. The same seed gives
 * the same people and calls. Uses DATABASE_URL, else the embedded database, which it creates if needed.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import cliProgress from 'cli-progress';
import pg from 'pg';
import type { createApp as CreateApp } from '../src/app/setup.ts';
import type { TokenSigner as Signer } from '../src/auth/token-signer.ts';
import type { ReadinessService as Readiness } from '../src/health/readiness.service.ts';
import type * as ConfigFile from '../src/platform/config/config.ts';
import type * as EmbeddedFile from '../src/platform/embedded/embedded-postgres.ts';
import type * as EngineFile from '../src/platform/schema/engine.ts';
import { DemoClock } from './demo/clock.ts';
import { DemoPlatform } from './demo/platform.ts';
import { peopleOf, type Person } from './demo/people.ts';
import { Random } from './demo/random.ts';

const HOUR_MS = 3_600_000;
const TOKEN_TTL_S = 100 * 24 * 3600;

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '200' },
    days: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
});
const [accounts, days, seed] = [Number(values.accounts), Number(values.days), Number(values.seed)];

const { createApp } = (await fromDist('app/setup.js')) as { createApp: typeof CreateApp };
const { TokenSigner } = (await fromDist('auth/token-signer.js')) as { TokenSigner: typeof Signer };
const { ReadinessService } = (await fromDist('health/readiness.service.js')) as { ReadinessService: typeof Readiness };
const { loadConfig, withDatabaseUrl } = (await fromDist('platform/config/config.js')) as typeof ConfigFile;
const { startEmbedded } = (await fromDist('platform/embedded/embedded-postgres.js')) as typeof EmbeddedFile;
const { applyMigrations } = (await fromDist('platform/schema/engine.js')) as typeof EngineFile;

/** Nothing is asked of a payment provider: packages only want to know that there is one. */
const PAYMENTS = {
  STRIPE_SECRET_KEY: 'sk_test_demo',
  STRIPE_WEBHOOK_SECRET: 'whsec_demo',
  STRIPE_API_URL: 'http://127.0.0.1:9',
  PAYMENT_SUCCESS_URL: 'http://localhost/paid',
  PAYMENT_CANCEL_URL: 'http://localhost/canceled',
};
const given = loadConfig({ ...process.env, ...PAYMENTS, JOBS: 'off', PRICE_SYNC: 'off', LOG_LEVEL: 'silent' });
const embedded =
  given.database.url === null
    ? await startEmbedded({ dataDir: given.database.data_dir, kind: 'tool', log: () => undefined })
    : null;
const url = embedded?.url ?? given.database.url ?? '';
if (embedded) await applyMigrations(url);
const pool = new pg.Pool({ connectionString: url, max: 1 });
try {
  await assertEmpty();
  await seedDatabase();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  await pool.end();
  await embedded?.stop();
}

/** The clock is set for the whole database, and the ledger is append-only: neither suits a database in use. */
async function assertEmpty(): Promise<void> {
  const { rows } = await pool.query<{ accounts: number; sessions: number }>(
    `SELECT (SELECT count(*)::int FROM user_credits) AS accounts,
       (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()) AS sessions`,
  );
  const [found] = rows;
  if (found?.accounts)
    throw new Error(`This database has ${String(found.accounts)} accounts already. Use an empty one.`);
  if (found?.sessions) throw new Error('Someone else is connected to this database. Stop the service first.');
}

async function seedDatabase(): Promise<void> {
  const began_ms = Date.now();
  const clock = await DemoClock.open(pool);
  const app = await createApp(withDatabaseUrl(given, url));
  try {
    // the schema check would refuse the defaults that the clock has changed
    app.get(ReadinessService).assertReady = () => undefined;
    await app.init();
    const end_ms = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    await clock.set(new Date(end_ms - days * 24 * HOUR_MS));
    const token = await app.get(TokenSigner).signToken({ user_id: 'demo-admin', roles: ['admin'], ttl_s: TOKEN_TTL_S });
    const random = new Random(seed);
    const platform = new DemoPlatform(app.getHttpAdapter().getInstance(), token, pool, random);
    await platform.open();
    await playDays(platform, clock, peopleOf(random, accounts, days), end_ms);
    console.log(`${String(accounts)} accounts, ${platform.summary()}`);
  } finally {
    await app.close();
    await clock.close();
  }
  console.log(`Seeded in ${((Date.now() - began_ms) / 1000).toFixed(1)} s. Check it with: ./tollgate ledger verify`);
}

async function playDays(platform: DemoPlatform, clock: DemoClock, people: Person[], end_ms: number): Promise<void> {
  const format = '{bar} {value} of {total} days, {events} events';
  const bar = new cliProgress.SingleBar({ format, noTTYOutput: true }, cliProgress.Presets.shades_classic);
  bar.start(days, 0, { events: 0 });
  for (let hour = 0; hour < days * 24; hour += 1) {
    const now = new Date(end_ms - (days * 24 - hour) * HOUR_MS);
    await clock.set(now);
    await platform.playHour(people, now, days - Math.floor(hour / 24));
    if (hour % 24 === 23) bar.update((hour + 1) / 24, { events: platform.events });
  }
  bar.stop();
}

function fromDist(module: string): Promise<unknown> {
  return import(path.resolve(import.meta.dirname, '../dist', module));
}

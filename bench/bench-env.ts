import { randomBytes } from 'node:crypto';
import { mkdirSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SignJWT } from 'jose';
import pg from 'pg';
import type { Postgres } from '../src/platform/embedded/binaries.ts';
import { startTemporaryServer } from '../src/platform/embedded/temporary-server.ts';
import { seedAccounts } from './accounts.ts';
import { build, killServers, parentOf, ROOT, type Server, startServer } from './processes.ts';

const TMPFS = 0x01021994;
const MAX_CONNECTIONS = 300;
const TOKEN_TTL = '2h';
const INTERRUPTED = 130;
const ENCRYPTION_KEYS = `bench:${randomBytes(32).toString('base64')}`;

/** Everything that a measurement plays on: a database server with fsync on a real disk, seeded databases, a token. */
export interface BenchEnv {
  /** Folder on the disk that the database lies on. */
  disk: string;
  url: (database: string) => string;
  pool: (database: string) => pg.Pool;
  /** Makes a database that holds what `seeded` held at the start. */
  clone: (database: string) => Promise<void>;
  /** Process id of the database server. */
  postmaster: number;
  /** Token of a service that may charge anybody. */
  token: string;
  /** Token of an admin. */
  admin_token: string;
  /** Makes a token of a plain user. */
  tokenOf: (user_id: string) => Promise<string>;
  /** Ends the database server as a crash does, and starts it again. */
  crash: () => Promise<void>;
  /** Starts the built service on a database. */
  serve: (database: string, flags?: string[]) => Promise<Server>;
  /** Environment that a process of ours needs to serve on a database. */
  env: (database: string) => Record<string, string>;
  close: () => Promise<void>;
}

/**
 * Builds the service and starts PostgreSQL. The database `seeded` is a template: nobody connects to it.
 * @param postgres the PostgreSQL to run; default is the bundled one
 */
export async function startBenchEnv(postgres?: Postgres): Promise<BenchEnv> {
  await build();
  const secret = randomBytes(48).toString('base64url');
  const disk = diskFolder();
  const options = { fsync: true, max_connections: MAX_CONNECTIONS, base: disk };
  const cluster = await startTemporaryServer(postgres ? { ...options, postgres } : options);
  const pools = new Map<string, pg.Pool>();
  const pool = (database: string): pg.Pool => {
    const known = pools.get(database);
    if (known) return known;
    const opened = new pg.Pool({ connectionString: cluster.url(database), max: 2 });
    opened.on('error', () => undefined); // an idle connection that a crash of the server cut: the next one is new
    pools.set(database, opened);
    return opened;
  };
  const env = (database: string): Record<string, string> => ({
    DATABASE_URL: cluster.url(database),
    JWT_SECRET: secret,
    ENCRYPTION_KEYS,
    LOG_LEVEL: 'warn',
    NODE_ENV: 'production',
    PRICE_SYNC: 'off',
  });
  const close = async (): Promise<void> => {
    killServers();
    await Promise.all([...pools.values()].map((open) => open.end()));
    await cluster.stop();
  };
  closeOnSignals(close);
  try {
    const admin = pool('postgres');
    await admin.query('CREATE DATABASE seeded');
    const migrating = await startServer(['dist/main.js'], { ...env('seeded'), MIGRATE_ON_START: 'true' });
    await migrating.stop();
    await seedAccounts(pool('seeded'));
    await pools.get('seeded')?.end();
    pools.delete('seeded');
    const { rows } = await admin.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return {
      disk,
      url: cluster.url,
      pool,
      postmaster: parentOf(rows[0]?.pid ?? 0),
      token: await tokenWith(secret, 'service'),
      admin_token: await tokenWith(secret, 'admin'),
      tokenOf: (user_id) => tokenWith(secret, 'user', user_id),
      crash: cluster.crash,
      env,
      clone: async (database) => {
        await admin.query(`CREATE DATABASE ${database} TEMPLATE seeded`);
        await pool(database).query('VACUUM ANALYZE');
      },
      serve: (database, flags = []) => startServer([...flags, '--enable-source-maps', 'dist/main.js'], env(database)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function closeOnSignals(close: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void close().finally(() => process.exit(INTERRUPTED)));
  }
}

/** A folder on a real disk that the database's user may enter; BENCH_DIR names another. */
function diskFolder(): string {
  const given = process.env['BENCH_DIR'];
  const candidates = given === undefined ? [os.tmpdir(), '/var/tmp', path.join(ROOT, '.data')] : [given];
  for (const folder of candidates) {
    mkdirSync(folder, { recursive: true });
    if (statfsSync(folder).type !== TMPFS) return folder;
  }
  throw new Error(`${candidates.join(', ')}: all in memory; set BENCH_DIR to a folder on a real disk`);
}

function tokenWith(secret: string, role: string, user_id = 'bench'): Promise<string> {
  return new SignJWT({ roles: [role] })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(user_id)
    .setIssuer('tollgate')
    .setAudience('tollgate')
    .setIssuedAt()
    .setExpirationTime(TOKEN_TTL)
    .sign(new TextEncoder().encode(secret));
}

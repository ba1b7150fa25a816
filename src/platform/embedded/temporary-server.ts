import { randomBytes } from 'node:crypto';
import { rmSync, statfsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { locatePostgres, type Postgres } from './binaries.ts';
import {
  SUPERUSER,
  type Settings,
  freePort,
  initCluster,
  isAlive,
  runningServer,
  startCluster,
  stopCluster,
} from './cluster.ts';

const PREFIX = 'tollgate-pg-';
const ROOM_NEEDED_BYTES = 1e9;

/** A temporary PostgreSQL cluster. */
export interface TemporaryServer {
  /** Returns the connection string of a database; `postgres` always exists. */
  url: (database: string) => string;
  /** Simulates a crash: kills the server, so that unwritten data is lost, and starts it again. */
  crash: () => Promise<void>;
  /** Stops the server and removes its folder. */
  stop: () => Promise<void>;
}

export interface ThrowawayOptions {
  /** Without fsync, the server is about twice as fast and loses everything in a crash. */
  fsync: boolean;
  max_connections?: number;
  /** Additional server settings. */
  settings?: Settings;
  /** Parent folder of the cluster; by default in memory if there is enough space. */
  base?: string;
  /** The PostgreSQL to run; default is the bundled one. */
  postgres?: Postgres;
}

/**
 * Starts a cluster for tests, checks and benchmarks.
 * @throws EmbeddedUnavailable
 */
export async function startTemporaryServer(options: ThrowawayOptions): Promise<TemporaryServer> {
  const postgres = options.postgres ?? (await locatePostgres());
  const base = options.base ?? roomiestBase();
  await removeLeftovers(postgres, base);
  const home = await mkdtemp(path.join(base, `${PREFIX}${String(process.pid)}-`));
  await chmod(home, 0o711);
  const dir = path.join(home, 'data');
  const password = randomBytes(16).toString('hex');
  const port = await freePort();
  await initCluster(postgres, dir, password, false);
  await startCluster(postgres, dir, port, settingsFor(options));
  return {
    url: (database) => `postgresql://${SUPERUSER}:${password}@127.0.0.1:${String(port)}/${database}`,
    crash: async () => {
      await stopCluster(postgres, dir, 'immediate');
      await startCluster(postgres, dir, port, settingsFor(options));
    },
    stop: async () => {
      await stopCluster(postgres, dir, 'immediate');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function settingsFor({ fsync, max_connections = 200, settings }: ThrowawayOptions): Settings {
  const quick: Settings = fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  return { max_connections: String(max_connections), ...quick, ...settings };
}

/**
 * Returns a folder in memory if possible: cloning a database then takes 10 ms instead of 300. Docker's default of 64 MB
 * is too small.
 */
function roomiestBase(): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize > ROOM_NEEDED_BYTES) return '/dev/shm';
  } catch {
    // no such file system here
  }
  return os.tmpdir();
}

/** Stops and removes the clusters of runs that were killed. */
async function removeLeftovers(postgres: Postgres, base: string): Promise<void> {
  for (const name of await readdir(base)) {
    const owner = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (!owner || isAlive(owner)) continue;
    const dir = path.join(base, name, 'data');
    if ((await runningServer(dir)) !== null) await stopCluster(postgres, dir, 'immediate');
    // it can belong to another user, who must remove it
    await rm(path.join(base, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

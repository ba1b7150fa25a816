import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readFile, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EmbeddedUnavailable, OWN_SERVER, blockingFolder, locatePostgres, type Postgres } from './binaries.ts';
import {
  SUPERUSER,
  dropStalePid,
  freePort,
  initCluster,
  isAlive,
  makeTraversable,
  chownTo,
  runningServer,
  startCluster,
  stopCluster,
} from './cluster.ts';
import { Lease, FolderInUse, type LeaseKind } from './lease.ts';

const DATABASE = 'tollgate';
const MAJOR_VERSION = '18';
const PARTIAL = 'postgres.partial-';
const START_ATTEMPTS = 5;

/** A running embedded server. */
export interface EmbeddedServer {
  /** Connection string of the database `tollgate`. */
  url: string;
  /** Stops the server, unless a tool or the service still uses it; then the last one stops it. */
  stop: () => Promise<void>;
}

export interface EmbeddedOptions {
  /** Folder for all persistent data; the cluster is in its subfolder `postgres`. */
  dataDir: string;
  /** Receives one-sentence messages about slow or noteworthy steps. */
  log: (message: string) => void;
  /** One `service` at a time, and any number of `tool`s (commands). Default: `service`. */
  kind?: LeaseKind;
}

/**
 * Starts the bundled PostgreSQL, or joins the one already running in this data folder, even if a killed service left it
 * behind. Committed data is on disk.
 * @throws EmbeddedUnavailable if it cannot run here, FolderInUse if another service runs in the folder
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  try {
    return await openFolder(options);
  } catch (error) {
    if (error instanceof EmbeddedUnavailable || error instanceof FolderInUse) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmbeddedUnavailable(
      `The embedded PostgreSQL does not start in ${path.resolve(options.dataDir)} (${reason}). Nothing was deleted: ` +
        `remove the cause, choose another folder with DATA_DIR, ${OWN_SERVER}.`,
      { cause: error },
    );
  }
}

async function openFolder({ dataDir, log, kind = 'service' }: EmbeddedOptions): Promise<EmbeddedServer> {
  const postgres = await locatePostgres();
  const home = await prepareHome(dataDir, postgres);
  const dir = path.join(home, 'postgres');
  if (!existsSync(dir)) await createCluster(postgres, home, log);
  await checkVersion(dir);
  const password = await readPassword(home);
  const { port, lease } = await startAndLease({ postgres, home, dir, password, kind, log });
  const url = urlOf(port, password, DATABASE);
  await lease.ensureDatabase(DATABASE);
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    if (await lease.release()) await stopCluster(postgres, dir);
    else log('PostgreSQL keeps running because another command uses it; the last one stops it.');
  };
  return { url, stop: () => (stopping ??= stop()) };
}

/** Creates the data folder and lets the server's user access its content. */
async function prepareHome(dataDir: string, { account }: Postgres): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o755 });
  const home = await realpath(dataDir);
  await makeTraversable(home, account);
  const blocked = blockingFolder(home, account);
  if (blocked === null) return home;
  throw new EmbeddedUnavailable(
    `PostgreSQL cannot keep its data in ${home}, because its user "postgres" cannot enter ${blocked}: choose a ` +
      `folder that it can enter, for example DATA_DIR=/var/lib/tollgate, ${OWN_SERVER}.`,
  );
}

/**
 * Creates the cluster under a temporary name and renames it when complete, so that a crash leaves all of it or nothing.
 */
async function createCluster(postgres: Postgres, home: string, log: (message: string) => void): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith(PARTIAL) && !isAlive(parseInt(name.slice(PARTIAL.length), 10))) {
      await rm(path.join(home, name), { recursive: true, force: true });
    }
  }
  log(`Creating a PostgreSQL database in ${path.join(home, 'postgres')}`);
  const password = await newPassword(home);
  const partial = path.join(home, `${PARTIAL}${String(process.pid)}`);
  try {
    await prepareCluster(postgres, home, partial, password);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function prepareCluster(postgres: Postgres, home: string, partial: string, password: string): Promise<void> {
  // initdb also needs a password file, which is next to the folder and removed afterwards
  await initCluster(postgres, partial, password, true);
  await chownTo(partial, postgres.account);
  try {
    await rename(partial, path.join(home, 'postgres'));
  } catch (error) {
    // another process was faster; its cluster has the same password
    if (!existsSync(path.join(home, 'postgres', 'PG_VERSION'))) throw error;
    return;
  }
  const folder = await open(home);
  await folder.sync();
  await folder.close();
}

async function newPassword(home: string): Promise<string> {
  const file = path.join(home, 'postgres-password');
  try {
    await writeFile(file, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  await chmod(file, 0o600);
  return readPassword(home);
}

async function readPassword(home: string): Promise<string> {
  const file = path.join(home, 'postgres-password');
  const password = (await readFile(file, 'utf8').catch(orNothing)).trim();
  if (password !== '') return password;
  throw new EmbeddedUnavailable(
    `${file}, which contains the password of the database, is missing or empty: restore it.`,
  );
}

/** Returns '' for a missing file; throws any other error. */
function orNothing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}

async function checkVersion(dir: string): Promise<void> {
  const version = (await readFile(path.join(dir, 'PG_VERSION'), 'utf8').catch(orNothing)).trim();
  if (version === MAJOR_VERSION) return;
  const found = version === '' ? 'is not a PostgreSQL data folder' : `was created by PostgreSQL ${version}`;
  throw new EmbeddedUnavailable(
    `${dir} ${found}, and the bundled server is version ${MAJOR_VERSION}. It was left untouched: move it away, set ` +
      `DATA_DIR to another folder, ${OWN_SERVER}.`,
  );
}

interface Place {
  postgres: Postgres;
  home: string;
  dir: string;
  password: string;
  kind: LeaseKind;
  log: (message: string) => void;
}

/** Retries: two processes can start concurrently, or one can stop while another starts. */
async function startAndLease(place: Place): Promise<{ port: number; lease: Lease }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const port = (await runningServer(place.dir))?.port ?? (await startServer(place));
      const lease = await Lease.take(urlOf(port, place.password, 'postgres'), place.kind, place.log);
      return { port, lease };
    } catch (error) {
      if (error instanceof FolderInUse) {
        throw new FolderInUse(
          `The data folder ${place.home} is in use by another Tollgate (process ${error.message}): stop that one, ` +
            `or use a separate folder for this one with DATA_DIR.`,
        );
      }
      if (attempt === START_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300 * attempt));
    }
  }
}

/** Reuses the port of the last start if it is free, so that connection strings stay valid. */
async function startServer({ postgres, home, dir }: Place): Promise<number> {
  const file = path.join(home, 'postgres-port');
  const last = Number((await readFile(file, 'utf8').catch(() => '')).trim()) || 0; // the first start has no file
  const port = await freePort(last);
  await dropStalePid(dir);
  await startCluster(postgres, dir, port, {});
  if (port !== last) await writeFile(file, `${String(port)}\n`);
  return port;
}

function urlOf(port: number, password: string, database: string): string {
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${String(port)}/${database}`;
}

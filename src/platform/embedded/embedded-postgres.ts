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
  openPassage,
  own,
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
  /** Stops the server, unless a tool or the service still uses it: then the last one out does. */
  stop: () => Promise<void>;
}

export interface EmbeddedOptions {
  /** Folder for everything that must survive; the cluster lies in its subfolder `postgres`. */
  dataDir: string;
  /** Told, in one sentence each, what takes time or is worth knowing. */
  log: (message: string) => void;
  /** One `service` at a time; any number of `tool`s (commands) beside it. Default `service`. */
  kind?: LeaseKind;
}

/**
 * Starts the PostgreSQL that comes with the package, or joins the one already running in this data folder, also
 * when it was left behind by a service that was killed. Committed data survives anything the disk survives.
 * Throws EmbeddedUnavailable when it cannot run here and FolderInUse when another service runs in the folder.
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
    else log('PostgreSQL keeps running for another command that uses it; the last one stops it.');
  };
  return { url, stop: () => (stopping ??= stop()) };
}

/** Makes the data folder and sees to it that the server's user can reach what lies in it. */
async function prepareHome(dataDir: string, { account }: Postgres): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o755 });
  const home = await realpath(dataDir);
  await openPassage(home, account);
  const blocked = blockingFolder(home, account);
  if (blocked === null) return home;
  throw new EmbeddedUnavailable(
    `PostgreSQL cannot keep its data in ${home}, because its user "postgres" may not enter ${blocked}: choose a ` +
      `folder that it may enter, for example DATA_DIR=/var/lib/tollgate, ${OWN_SERVER}.`,
  );
}

/** Builds the cluster beside its place and renames it when complete, so that a crash leaves all of it or nothing. */
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
  // initdb also needs to write its password file, which lies beside the folder and is gone afterwards.
  await initCluster(postgres, partial, password, true);
  await own(partial, postgres.account);
  try {
    await rename(partial, path.join(home, 'postgres'));
  } catch (error) {
    // Another process was faster; its cluster has the same password and is as good as ours.
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
  throw new EmbeddedUnavailable(`${file}, which opens the database beside it, is missing or empty: restore it.`);
}

/** For a file that may be absent; one that may not be read is another matter. */
function orNothing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}

async function checkVersion(dir: string): Promise<void> {
  const version = (await readFile(path.join(dir, 'PG_VERSION'), 'utf8').catch(orNothing)).trim();
  if (version === MAJOR_VERSION) return;
  const found = version === '' ? 'is not a PostgreSQL data folder' : `was made by PostgreSQL ${version}`;
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

/** Two may start at once, or one stop while the other starts: whoever loses such a race simply tries again. */
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
            `or give this one a folder of its own with DATA_DIR.`,
        );
      }
      if (attempt === START_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300 * attempt));
    }
  }
}

/** Keeps the port of the last start where it is still free, so that connection strings stay valid. */
async function startServer({ postgres, home, dir }: Place): Promise<number> {
  const file = path.join(home, 'postgres-port');
  const last = Number((await readFile(file, 'utf8').catch(() => '')).trim()) || 0;
  const port = await freePort(last);
  await dropStalePid(dir);
  await startCluster(postgres, dir, port, {});
  if (port !== last) await writeFile(file, `${String(port)}\n`);
  return port;
}

function urlOf(port: number, password: string, database: string): string {
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${String(port)}/${database}`;
}

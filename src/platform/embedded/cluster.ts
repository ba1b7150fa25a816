import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, readFile, readlink, realpath, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Account, Postgres } from './binaries.ts';

/** The role created by initdb; it owns everything in the cluster. */
export const SUPERUSER = 'tollgate';
const START_LIMIT_S = 300;
const STOP_LIMIT_S = 60;
const LOG_LIMIT_BYTES = 5_000_000;

/** Server settings, as in postgresql.conf. Values must be plain words or numbers. */
export type Settings = Record<string, string>;

interface Outcome {
  code: number | null;
  output: string;
}

/**
 * Creates a new cluster in `dir`, which must not exist. With `sync`, it is flushed to disk when the promise resolves.
 */
export async function initCluster(postgres: Postgres, dir: string, password: string, sync: boolean): Promise<void> {
  await mkdir(dir, { mode: 0o700 });
  await chownTo(dir, postgres.account);
  const passwordFile = `${dir}.pw`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  await chownTo(passwordFile, postgres.account);
  try {
    const access = [`--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    const flags = [...access, '--encoding=UTF8', '--locale=C', `--pgdata=${dir}`];
    const { code, output } = await execute(postgres, postgres.initdb, sync ? flags : [...flags, '--no-sync']);
    if (code !== 0) throw new Error(`initdb failed: ${output.trim()}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/**
 * Starts the server and resolves when it accepts connections, on 127.0.0.1 only. pg_ctl starts it in a separate
 * session, so a Ctrl-C in the terminal does not reach it.
 * @throws Error with the end of the server's log
 */
export async function startCluster(postgres: Postgres, dir: string, port: number, settings: Settings): Promise<void> {
  const log = path.join(dir, 'server.log');
  const logSize = await trimLog(log);
  const all: Settings = { listen_addresses: '127.0.0.1', unix_socket_directories: "''", timezone: 'UTC', ...settings };
  const options = Object.entries(all).map(([name, value]) => `-c ${name}=${value}`);
  const flags = ['-D', dir, '-l', log, '-w', '-t', String(START_LIMIT_S)];
  const args = [...flags, '-o', [`-p ${String(port)}`, ...options].join(' '), 'start'];
  const { code, output } = await execute(postgres, postgres.pgCtl, args);
  if (code === 0) return;
  const written = (await readFile(log, 'utf8').catch(() => '')).slice(logSize); // it may have failed before logging
  throw new Error(`PostgreSQL did not start: ${(written || output).trim().split('\n').slice(-5).join(' ')}`);
}

/**
 * Stops the server: open transactions are rolled back, committed data is on disk. Does nothing if it is not running.
 */
export async function stopCluster(postgres: Postgres, dir: string, mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
  const stopWith = (how: string) =>
    execute(postgres, postgres.pgCtl, ['-D', dir, '-m', how, '-w', '-t', String(STOP_LIMIT_S), 'stop']);
  const first = await stopWith(mode);
  if (first.code !== 0 && (await runningServer(dir)) !== null) await stopWith('immediate');
}

/** Returns the server running in `dir`, or null. A postmaster.pid left by a dead server is ignored. */
export async function runningServer(dir: string): Promise<{ pid: number; port: number } | null> {
  const lines = (await readFile(path.join(dir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n'); // no server
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid <= 0 || !port) return null;
  return (await worksIn(pid, dir)) ? { pid, port } : null;
}

/**
 * Removes a postmaster.pid whose process id now belongs to another process, as is common after a container restart.
 * PostgreSQL detects a dead process itself, but would never start while an unrelated process has the id.
 */
export async function dropStalePid(dir: string): Promise<void> {
  const file = path.join(dir, 'postmaster.pid');
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]); // no file: no server
  if (!pid || process.platform !== 'linux' || !isAlive(pid)) return;
  if (!(await worksIn(pid, dir))) await rm(file, { force: true });
}

/** Returns whether a process with this id exists, regardless of its owner. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Returns `preferred` if it is free, otherwise any free port on 127.0.0.1. */
export async function freePort(preferred = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', (error) => {
      if (preferred === 0) reject(error);
      else freePort().then(resolve, reject);
    });
    server.listen(preferred, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => {
        resolve(port);
      });
    });
  });
}

/** Makes the server's user the owner of a file or folder. */
export async function chownTo(target: string, account: Account): Promise<void> {
  if (account !== null) await chown(target, account.uid, account.gid);
}

/** Lets the server's user traverse a folder without listing it. */
export async function makeTraversable(folder: string, account: Account): Promise<void> {
  if (account !== null) await chmod(folder, (await stat(folder)).mode | 0o011);
}

/** Returns whether a process works in `dir`; a PostgreSQL server always has its data folder as working directory. */
async function worksIn(pid: number, dir: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return (await readlink(`/proc/${String(pid)}/cwd`)) === (await realpath(dir));
  } catch {
    return false; // the process has ended, or belongs to another user
  }
}

/** Truncates the log if it is large. Returns its size. */
async function trimLog(log: string): Promise<number> {
  const size = await stat(log).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= LOG_LIMIT_BYTES) return size;
  await truncate(log);
  return 0;
}

/** Runs a tool as the server's user without our environment, because PG* variables would change its behaviour. */
async function execute(postgres: Postgres, tool: string, args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
    // "detached", so that a Ctrl-C in the terminal reaches only our process
    const options = { cwd: '/', env, detached: true, ...postgres.account };
    const child = spawn(tool, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer) => (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    // "exit" instead of "close", so that the server can never keep us waiting
    child.on('exit', (code) => {
      resolve({ code, output });
    });
  });
}

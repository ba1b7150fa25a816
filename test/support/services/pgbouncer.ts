import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort } from '../../../src/platform/embedded/cluster.js';
import { eventually } from '../eventually.js';

const FOLDERS = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];
const binary = FOLDERS.map((folder) => path.join(folder, 'pgbouncer')).find((file) => existsSync(file));

/** Version of the PgBouncer on this machine, such as 1.21; 0 when there is none. */
export const PGBOUNCER_VERSION: readonly [major: number, minor: number] = versionOf(binary);

function versionOf(file: string | undefined): [number, number] {
  const text = file === undefined ? '' : execFileSync(file, ['--version'], { encoding: 'utf8' });
  const [, major = '0', minor = '0'] = /PgBouncer (\d+)\.(\d+)/.exec(text) ?? [];
  return [Number(major), Number(minor)];
}

/** Starts one with its defaults before the database of `url`. */
export async function pgbouncerBefore(
  url: string,
  mode: 'session' | 'transaction',
): Promise<{ url: string; stop: () => Promise<void> }> {
  if (binary === undefined) throw new Error('there is no pgbouncer on this machine');
  const { hostname, port, username, password, pathname } = new URL(url);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tollgate-pgbouncer-'));
  const own_port = await freePort();
  const lines = [
    '[databases]',
    `${pathname.slice(1)} = host=${hostname} port=${port} user=${username} password=${password}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${own_port}`,
    'auth_type = any',
    'unix_socket_dir =',
    `pool_mode = ${mode}`,
  ];
  const ini = path.join(folder, 'pgbouncer.ini');
  writeFileSync(ini, `${lines.join('\n')}\n`);
  chmodSync(folder, 0o755);
  const isRoot = process.getuid?.() === 0; // which it refuses to be
  const child: ChildProcess = spawn(binary, ['-q', ...(isRoot ? ['-u', 'nobody'] : []), ini], { stdio: 'ignore' });
  const pooled = new URL(url);
  pooled.port = String(own_port);
  await eventually(() => answers(pooled.href));
  return {
    url: pooled.href,
    stop: async () => {
      child.kill('SIGINT');
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

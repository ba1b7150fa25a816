import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { EmbeddedUnavailable, blockingFolder } from '../../../src/platform/embedded/binaries.js';
import { runningServer } from '../../../src/platform/embedded/cluster.js';
import { startEmbedded, type EmbeddedServer } from '../../../src/platform/embedded/embedded-postgres.js';

const root = path.resolve(import.meta.dirname, '../../..');
const homes: string[] = [];

function newHome(): string {
  const parent = mkdtempSync(path.join(os.tmpdir(), 'tollgate-embedded-'));
  homes.push(parent);
  return path.join(parent, 'data');
}

async function passable(dataDir: string): Promise<string> {
  // mkdtemp closes its folder to others; the server's user has to pass through it.
  await chmod(path.dirname(dataDir), 0o711);
  return dataDir;
}

const start = (dataDir: string, kind: 'service' | 'tool' = 'service') =>
  startEmbedded({ dataDir, kind, log: () => undefined });

async function query(server: { url: string }, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A service in a process of its own, so that it can be killed. Resolves when its server runs. */
async function startInChild(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const module = path.join(root, 'src/platform/embedded/embedded-postgres.ts');
  const code = `
    const { startEmbedded } = await import(${JSON.stringify(module)});
    const { url } = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, log: () => {} });
    console.log(url);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', () => reject(new Error('the child ended before its server ran')));
  });
  return { child, url };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

afterAll(async () => {
  for (const home of homes) await rm(home, { recursive: true, force: true });
});

describe('the embedded PostgreSQL', () => {
  let dataDir: string;
  let server: EmbeddedServer;

  beforeAll(async () => {
    dataDir = await passable(newHome());
    server = await start(dataDir);
    await query(server, `CREATE TABLE kept (word text); INSERT INTO kept VALUES ('before')`);
  });
  afterAll(() => server.stop());

  test('is version 18, UTF-8, in UTC, durable, and requires a password', async () => {
    const [row] = await query(
      server,
      `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('server_encoding') AS encoding,
              current_setting('TimeZone') AS zone, current_setting('fsync') AS fsync,
              current_setting('synchronous_commit') AS synchronous_commit,
              current_setting('listen_addresses') AS addresses,
              (SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules) AS auth`,
    );
    expect(row).toEqual({
      major: 18,
      encoding: 'UTF8',
      zone: 'UTC',
      fsync: 'on',
      synchronous_commit: 'on',
      addresses: '127.0.0.1',
      auth: 'scram-sha-256',
    });
  });

  test('stores its password in a file that only its owner can read', async () => {
    const file = path.join(dataDir, 'postgres-password');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(server.url).toContain((await readFile(file, 'utf8')).trim());
  });

  test('refuses a second service in the same folder and names the first one', async () => {
    await expect(start(dataDir)).rejects.toThrow(
      `The data folder ${dataDir} is in use by another Tollgate (process ${String(process.pid)})`,
    );
    expect(await query(server, 'SELECT word FROM kept')).toEqual([{ word: 'before' }]);
  });

  test('serves commands and the service concurrently, and neither stops it for the other', async () => {
    const tool = await start(dataDir, 'tool');
    await server.stop();
    expect(await query(tool, 'SELECT word FROM kept')).toEqual([{ word: 'before' }]);
    server = await start(dataDir);
    await tool.stop();
    expect(await query(server, 'SELECT word FROM kept')).toEqual([{ word: 'before' }]);
  });

  test('preserves data and connection string across a restart', async () => {
    const { url } = server;
    await server.stop();
    expect(await runningServer(path.join(dataDir, 'postgres'))).toBeNull();
    server = await start(dataDir);
    expect(server.url).toBe(url);
    expect(await query(server, 'SELECT word FROM kept')).toEqual([{ word: 'before' }]);
  });

  test('is taken over and later stopped by the next start after its service was killed', async () => {
    await server.stop();
    const { child, url } = await startInChild(dataDir);
    const orphan = await runningServer(path.join(dataDir, 'postgres'));
    await query({ url }, `INSERT INTO kept VALUES ('from the killed one')`);
    await kill(child);
    server = await start(dataDir);
    expect(await runningServer(path.join(dataDir, 'postgres'))).toEqual(orphan);
    expect(await query(server, 'SELECT count(*)::int AS words FROM kept')).toEqual([{ words: 2 }]);
    await server.stop();
    expect(await runningServer(path.join(dataDir, 'postgres'))).toBeNull();
    server = await start(dataDir);
  });

  test('recovers everything committed after the server was killed and left its pid file', async () => {
    await server.stop();
    const { child, url } = await startInChild(dataDir);
    await query({ url }, `INSERT INTO kept VALUES ('committed')`);
    const { pid } = (await runningServer(path.join(dataDir, 'postgres')))!;
    process.kill(pid, 'SIGKILL');
    await kill(child);
    expect(existsSync(path.join(dataDir, 'postgres/postmaster.pid'))).toBe(true);
    server = await start(dataDir);
    expect(await query(server, `SELECT word FROM kept WHERE word = 'committed'`)).toHaveLength(1);
  });

  test('starts even if the process id in its pid file belongs to another process', async () => {
    await server.stop();
    await writeFile(path.join(dataDir, 'postgres/postmaster.pid'), `${String(process.pid)}\n/nowhere\n1\n5432\n\n`);
    server = await start(dataDir);
    expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('uses another port if its own is taken', async () => {
    const before = new URL(server.url).port;
    await server.stop();
    const squatter = spawn(process.execPath, [
      '--eval',
      `require('net').createServer().listen(${before}, '127.0.0.1', () => console.log('listening'))`,
    ]);
    await new Promise((resolve) => squatter.stdout.once('data', resolve));
    server = await start(dataDir);
    await kill(squatter);
    expect(new URL(server.url).port).not.toBe(before);
    expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('a data folder', () => {
  test('with an incomplete cluster is created again', async () => {
    const dataDir = await passable(newHome());
    // A number that no process has: the one that was making it is dead.
    await mkdir(path.join(dataDir, 'postgres.partial-99999999/base'), { recursive: true });
    await writeFile(path.join(dataDir, 'postgres-password'), 'from-the-first-attempt\n');
    const server = await start(dataDir);
    expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres-password', 'postgres-port']);
  });

  test('that is opened by two services concurrently ends with one cluster and one service', async () => {
    const dataDir = await passable(newHome());
    const both = await Promise.allSettled([startInChild(dataDir), start(dataDir, 'tool')]);
    expect(both.map((each) => each.status)).toEqual(['fulfilled', 'fulfilled']);
    for (const each of both) {
      if (each.status === 'rejected') continue;
      if ('child' in each.value) await kill(each.value.child);
      else await each.value.stop();
    }
    const last = await start(dataDir);
    await last.stop();
    expect(await runningServer(path.join(dataDir, 'postgres'))).toBeNull();
  });

  test('from another PostgreSQL version is left untouched', async () => {
    const dataDir = await passable(newHome());
    await mkdir(path.join(dataDir, 'postgres'), { recursive: true });
    await writeFile(path.join(dataDir, 'postgres/PG_VERSION'), '17\n');
    await expect(start(dataDir)).rejects.toThrow(/was created by PostgreSQL 17.*left untouched.*DATABASE_URL/);
    expect(await readdir(path.join(dataDir, 'postgres'))).toEqual(['PG_VERSION']);
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot("that the server's user cannot reach is refused with the folder in the way and a remedy", async () => {
    const dataDir = newHome();
    const attempt = start(dataDir);
    await expect(attempt).rejects.toThrow(EmbeddedUnavailable);
    await expect(attempt).rejects.toThrow(`cannot enter ${path.dirname(dataDir)}`);
    await expect(attempt).rejects.toThrow('DATA_DIR=/var/lib/tollgate');
  });

  test('needs permissions on every folder above it', async () => {
    const dataDir = newHome();
    const stranger = { uid: 54321, gid: 54321 };
    expect(blockingFolder(dataDir, stranger)).toBe(path.dirname(dataDir));
    expect(blockingFolder(await passable(dataDir), stranger)).toBeNull();
  });
});

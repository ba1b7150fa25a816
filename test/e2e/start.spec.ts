import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort, runningServer } from '../../src/platform/embedded/cluster.js';
import { startEmbedded } from '../../src/platform/embedded/embedded-postgres.js';
import { launch, ready } from '../support/services/built-service.js';

describe('the built service on its embedded database', () => {
  let home: string;
  let dataDir: string;
  let port: number;
  let started: ChildProcess[];

  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'tollgate-start-'));
    await chmod(home, 0o711);
    dataDir = path.join(home, 'data');
    port = await freePort();
    started = [];
  });

  afterEach(async () => {
    for (const child of started) killGroup(child, 'SIGKILL');
    // Joining and leaving stops a server that a failed test has left behind.
    await (await startEmbedded({ dataDir, kind: 'tool', log: () => undefined })).stop();
    await rm(home, { recursive: true, force: true });
  });

  test('loses nothing when it is killed, and a restart and a SIGTERM leave no process behind', async () => {
    const first = await start();
    await onDatabase(`COMMENT ON DATABASE tollgate IS 'written before the kill'`);
    const gone = exitOf(first);
    first.kill('SIGKILL');
    await gone;
    expect(await server()).not.toBeNull();

    const second = await start();
    expect(
      await onDatabase(`SELECT shobj_description(oid, 'pg_database') AS said FROM pg_database
      WHERE datname = 'tollgate'`),
    ).toEqual([{ said: 'written before the kill' }]);
    const ended = exitOf(second);
    second.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(await server()).toBeNull();
    await expect(fetch(`http://127.0.0.1:${String(port)}/health/live`)).rejects.toThrow();
  });

  test('stops cleanly, including the server, when Ctrl-C reaches all processes of "npm start"', async () => {
    // npm passes the signal on, so the service hears it twice: that must not count as impatience.
    const npm = await start('npm', ['start']);
    const ended = exitOf(npm);
    killGroup(npm, 'SIGINT');
    expect([0, 130]).toContain((await ended).code);
    expect(await server()).toBeNull();
  });

  test('stops cleanly, including the server, when only npm gets a SIGTERM', async () => {
    const npm = await start('npm', ['start']);
    const ended = exitOf(npm);
    npm.kill('SIGTERM');
    await ended;
    await expect(fetch(`http://127.0.0.1:${String(port)}/health/live`)).rejects.toThrow();
    expect(await server()).toBeNull();
  });

  test('refuses to start next to another service in the same folder, with one sentence', async () => {
    await start();
    const second = begin(await freePort());
    let output = '';
    second.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    expect(await exitOf(second)).toEqual({ code: 1, signal: null });
    expect(output).toMatch(/^The data folder .* is in use by another Tollgate \(process \d+\): .*DATA_DIR\.\n$/);
    expect((await fetch(`http://127.0.0.1:${String(port)}/health/ready`)).status).toBe(200);
  });

  function begin(onPort: number, command?: string, args?: string[]): ChildProcess {
    const { PATH, HOME } = process.env;
    // Nothing else is set: this is what somebody has who has just cloned it.
    const env = { PATH, HOME, DATA_DIR: dataDir, PORT: String(onPort) };
    // A group of its own, as a terminal gives it: the tests signal all of it or only its head.
    const child = launch(env, command, args, { detached: true });
    started.push(child);
    return child;
  }

  const start = (command?: string, args?: string[]): Promise<ChildProcess> => ready(begin(port, command, args), port);

  const server = () => runningServer(path.join(dataDir, 'postgres'));

  /** Runs a statement beside the service, as a command would. */
  async function onDatabase(sql: string): Promise<unknown[]> {
    const { url, stop } = await startEmbedded({ dataDir, kind: 'tool', log: () => undefined });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
      await stop();
    }
  }
});

function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

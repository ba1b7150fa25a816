import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile, type ChildProcess } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../src/platform/embedded/cluster.js';
import { TEST_SECRET } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { launch, ready, ROOT } from '../support/services/built-service.js';

/** `BULK_ACCOUNTS=10000` for a larger run. */
const ACCOUNTS = Number(process.env['BULK_ACCOUNTS'] ?? 1_000);
const KILLS = 4;
const PATIENCE_MS = 300_000;
const LOOK_EVERY_MS = 50;

let database: TestDatabase;
let env: NodeJS.ProcessEnv;
const started: ChildProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const { PATH, HOME } = process.env;
  env = { PATH, HOME, LOG_LEVEL: 'fatal', JWT_SECRET: TEST_SECRET, DATABASE_URL: database.url, PRICE_SYNC: 'off' };
  await database.pool.query(
    `INSERT INTO user_credits (user_id, balance, tier, reset_date, due_at, created_at)
     SELECT 'user-' || n, 0, 'starter', now() + interval '9 days', now() + interval '9 days', now() - interval '9 days'
     FROM generate_series(1, $1) AS n`,
    [ACCOUNTS],
  );
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await database.drop();
});

const number = async (sql: string): Promise<number> =>
  Number((await database.pool.query<{ n: string }>(`SELECT (${sql}) AS n`)).rows[0]?.n);

/** Schedules come round every minute, and a dead worker is missed after half a minute. */
async function patiently(look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error('nothing came of it');
    await pause(LOOK_EVERY_MS);
  }
}

/** Kills a process once `sql` has counted up to a number; returns whether it was still running. */
async function killedAt(child: ChildProcess, sql: string, wanted: number): Promise<boolean> {
  const isGone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await patiently(async () => child.exitCode !== null || (await number(sql)) >= wanted);
  const wasRunning = child.exitCode === null;
  child.kill('SIGKILL');
  await isGone;
  return wasRunning;
}

async function expectVerified(): Promise<void> {
  const run = promisify(execFile)(process.execPath, ['dist/cli.js', 'ledger', 'verify', '--json'], { cwd: ROOT, env });
  expect(JSON.parse((await run).stdout)).toMatchObject({ verified: true, fault_count: 0 });
}

describe('credits for many accounts', () => {
  it('survive a command that is killed again and again in the midst of a file: each line is booked once', async () => {
    const lines = Array.from({ length: ACCOUNTS }, (_, n) => `user-${n + 1},2,June`);
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'credits-')), 'june.csv');
    await writeFile(file, ['user_id,amount,reason', ...lines].join('\n'));
    const args = ['dist/cli.js', 'credits', 'import', file, '--mode', 'best_effort', '--json'];
    const booked = `SELECT count(*) FROM credit_import_lines WHERE state = 'booked'`;
    let kills = 0;
    for (let n = 1; n <= KILLS; n += 1) {
      const child = launch(env, process.execPath, args);
      started.push(child);
      kills += Number(await killedAt(child, booked, (n * ACCOUNTS) / (KILLS + 1)));
    }
    expect(kills).toBe(KILLS);
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, env });
    expect(JSON.parse(stdout)).toMatchObject({ state: 'complete', booked: ACCOUNTS, refused: 0 });
    expect(await number(`SELECT count(*) FROM credit_grants WHERE source = 'bonus'`)).toBe(ACCOUNTS);
    expect(await number('SELECT count(*) FROM user_credits WHERE balance <> 2')).toBe(0);
    await expectVerified();
  }, 600_000);

  it('survive a worker that is killed in the midst of an occurrence: each account gets it once', async () => {
    const today = new Date().toISOString().slice(0, 10);
    await database.pool.query(
      `INSERT INTO scheduled_grants (name, tier, amount, every, starts_on, active_since, created_by)
       VALUES ('Daily', 'starter', 3, 'day', $1::text, $1::text::timestamptz, 'ops')`,
      [today],
    );
    const start = async (): Promise<ChildProcess> => {
      const port = await freePort();
      const child = launch({ ...env, HOST: '127.0.0.1', PORT: String(port) });
      started.push(child);
      return ready(child, port);
    };
    const granted = 'SELECT COALESCE(sum(granted), 0) FROM scheduled_grant_runs';
    expect(await killedAt(await start(), granted, ACCOUNTS / 3)).toBe(true);
    expect(await number(granted)).toBeLessThan(ACCOUNTS);
    // two workers go on, once the dead one is missed
    await Promise.all([start(), start()]);
    await patiently(async () => (await number('SELECT count(completed_at) FROM scheduled_grant_runs')) === 1);
    expect(await number(granted)).toBe(ACCOUNTS);
    expect(await number('SELECT count(*) FROM user_credits WHERE balance <> 5')).toBe(0);
    await expectVerified();
  }, 600_000);
});

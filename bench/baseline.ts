import { type ChildProcess, execFile, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type pg from 'pg';
import { USER_PREFIX } from './accounts.ts';

/*
 * What PostgreSQL does without any service before it: the same tables, indexes and constraints as the real ones (the
 * database is a clone), plus a table of usage events with a single index. `:n` is the number of the user.
 */
const AMOUNT = '0.004217';
const USER = `'${USER_PREFIX}' || :n`;
const LINE =
  'credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model, description, actor, request_id, created_at)';
const TEXTS = `'usage', 'openrouter', 'openai/gpt-4o-mini', 'openrouter: openai/gpt-4o-mini', 'bench', uuidv7()::text, now()`;
const EVENT = 'baseline_events (user_id, service, model, input_tokens, output_tokens, provider_cost, credits_charged)';
const EVENT_VALUES = `'openrouter', 'openai/gpt-4o-mini', 1200, 340, ${AMOUNT}, ${AMOUNT}`;
const CHARGE = `UPDATE user_credits SET balance = balance - ${AMOUNT}, used_this_period = used_this_period + ${AMOUNT}, last_updated = now()
  WHERE user_id = ${USER} AND balance - held - capped >= ${AMOUNT}`;

/** Programs of the baseline, one statement per entry. */
export const BASELINES = {
  three_statements: [
    'BEGIN',
    CHARGE,
    `INSERT INTO ${LINE} VALUES (uuidv7(), ${USER}, -${AMOUNT}, 1000, ${TEXTS})`,
    `INSERT INTO ${EVENT} VALUES (${USER}, ${EVENT_VALUES})`,
    'COMMIT',
  ],
  one_statement: [
    `WITH u AS (${CHARGE} RETURNING user_id, balance),
    line AS (INSERT INTO ${LINE} SELECT uuidv7(), user_id, -${AMOUNT}, balance, ${TEXTS}::timestamptz FROM u)
    INSERT INTO ${EVENT} SELECT user_id, ${EVENT_VALUES} FROM u`,
  ],
};
export type Baseline = keyof typeof BASELINES;

/** One measurement of the baseline. */
export interface BaselineJob {
  baseline: Baseline;
  users: number;
  connections: number;
  seconds: number;
  url: string;
}

/** Sets up the table of usage events in a clone of the service's database. */
export async function prepareBaseline(pool: pg.Pool): Promise<void> {
  await pool.query(`
    CREATE TABLE baseline_events (
      id uuid NOT NULL DEFAULT uuidv7(), user_id varchar(255) NOT NULL, service varchar(64) NOT NULL, model varchar(255),
      input_tokens int NOT NULL, output_tokens int NOT NULL, provider_cost numeric(20, 10) NOT NULL,
      credits_charged numeric(20, 10) NOT NULL, created_at timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (id, user_id));
    CREATE INDEX ON baseline_events (user_id, created_at DESC, id DESC)`);
}

/** Runs a baseline program for some seconds. */
export interface BaselineClient {
  name: string;
  /** Transactions a second, all of them committed. */
  run: (job: Omit<BaselineJob, 'url'>) => Promise<number>;
  close: () => void;
}

/** pgbench where it is on the PATH, else prepared statements of node-postgres from two processes. */
export function openBaseline(url: string): BaselineClient {
  const { status, stdout } = spawnSync('pgbench', ['--version'], { encoding: 'utf8' });
  return status === 0 && process.env['BENCH_BASELINE'] !== 'node-postgres'
    ? pgbench(url, stdout.trim())
    : nodePostgres(url);
}

function pgbench(url: string, name: string): BaselineClient {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tollgate-baseline-'));
  for (const [baseline, statements] of Object.entries(BASELINES)) {
    const script = [`\\set n random(0, :users - 1)`, ...statements.map((sql) => `${sql.replace(/\s+/g, ' ')};`)];
    writeFileSync(path.join(folder, baseline), script.join('\n'));
  }
  const { hostname, port, username, password, pathname } = new URL(url);
  const access = {
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: password,
    PGDATABASE: pathname.slice(1),
  };
  return {
    name,
    run: async ({ baseline, users, connections, seconds }) => {
      const load = [
        '-c',
        String(connections),
        '-j',
        String(Math.min(2, connections)),
        '-T',
        String(Math.ceil(seconds)),
      ];
      const args = ['-n', '-M', 'prepared', ...load, '-D', `users=${users}`, '-f', path.join(folder, baseline)];
      const { stdout } = await promisify(execFile)('pgbench', args, { env: { ...process.env, ...access } });
      const tps = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
      if (!(tps > 0)) throw new Error(`pgbench did not report its speed: ${stdout}`);
      return tps;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const PROCESSES = 2;

function nodePostgres(url: string): BaselineClient {
  const children: ChildProcess[] = Array.from({ length: PROCESSES }, () =>
    fork(path.join(import.meta.dirname, 'baseline-client.ts')),
  );
  return {
    name: `node-postgres, prepared, ${PROCESSES} processes`,
    run: async (job) => {
      const used = children.slice(0, Math.min(PROCESSES, job.connections));
      const rates = used.map(async (child) => {
        child.send({ ...job, url, connections: Math.ceil(job.connections / used.length) });
        const [answer] = (await once(child, 'message')) as [number | string];
        if (typeof answer === 'string') throw new Error(`the baseline failed: ${answer}`);
        return answer;
      });
      return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0);
    },
    close: () => {
      for (const child of children) child.disconnect();
    },
  };
}

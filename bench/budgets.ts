/**
 * `node bench/budgets.ts [--seconds N] [--rounds N]`: what budgets cost. The same charges and holds, with an API key, on
 * accounts without budgets, on accounts of which half have a budget of the key, and on accounts that all have one, in
 * interleaved rounds, with the CPU time that each request took. Counts the money afterwards. Prints a table.
 */
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { type Expected, USER_PREFIX, USERS, verifyLedger, verifyMoney } from './accounts.ts';
import { startBenchEnv } from './bench-env.ts';
import { type Job, LoadGenerator, type Report } from './load.ts';
import { cpuSeconds, cpuSecondsOfTree, type Server } from './processes.ts';

const CONNECTIONS = 64;
const RAMP_MS = 500;
const WARM_MS = 4_000;
const MARK = 0.8;

interface Kind {
  database: string;
  name: string;
  /** Which of the accounts have a budget, as a condition. */
  with_budget: string;
}
/** What a run measured, with the CPU time of a request in µs. */
type Cost = Report & { service_us: number; database_us: number };

/** A kind of accounts under load. */
interface Side {
  kind: Kind;
  server: Server;
  key: string;
  jobs: { count: number };
  accepted: Expected;
}

const KINDS: readonly [Kind, ...Kind[]] = [
  { database: 'plain', name: 'no budgets', with_budget: 'false' },
  { database: 'half', name: 'half of the accounts with a key budget', with_budget: 'mod(hashtext(user_id), 2) = 0' },
  { database: 'budgets', name: 'a key budget each', with_budget: 'true' },
];
const LOADS: readonly { name: string; workload: Job['workload']; path: string }[] = [
  { name: 'deduct, key, c=64', workload: 'deduct', path: 'credits/deduct' },
  { name: 'hold, then capture, key, c=64 (requests)', workload: 'hold', path: 'credits/holds' },
];

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, rounds: { type: 'string', default: '3' } },
});

const bench = await startBenchEnv();
const generator = new LoadGenerator();
try {
  const sides = await Promise.all(KINDS.map(prepare));
  for (const side of sides) for (const load of LOADS) await run(side, load, WARM_MS);
  const measured = new Map<string, Cost[]>();
  for (let round = 0; round < Number(values.rounds); round += 1) await measure(sides, measured);
  for (const { server } of sides) await server.stop();
  for (const { kind, accepted } of sides) {
    await verifyMoney(bench.pool(kind.database), accepted);
    verifyLedger(bench.url(kind.database), bench.env(kind.database));
  }
  print(measured);
} finally {
  generator.stop();
  await bench.close();
}

/** One round: each load on each kind of accounts, one after the other. */
async function measure(sides: readonly Side[], measured: Map<string, Cost[]>): Promise<void> {
  for (const load of LOADS) {
    for (const side of sides) {
      const row = `${load.name} ${side.kind.name}`;
      measured.set(row, [...(measured.get(row) ?? []), await run(side, load, Number(values.seconds) * 1000)]);
    }
  }
}

/** An instance on a database of its own, with an API key for the charges, and what it has accepted. */
async function prepare(kind: Kind): Promise<Side> {
  await bench.clone(kind.database);
  const making = await bench.serve(kind.database);
  const response = await fetch(`http://127.0.0.1:${making.port}/api/v1/api-keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bench.admin_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', user_id: 'bench', role: 'service', scopes: ['charge'] }),
  });
  if (!response.ok) throw new Error(`The key cannot be created: ${await response.text()}`);
  const { id, key } = (await response.json()) as { id: string; key: string };
  await making.stop();
  await setBudgets(bench.pool(kind.database), kind, id);
  return {
    kind,
    server: await bench.serve(kind.database),
    key,
    jobs: { count: 0 },
    accepted: { lines: 0, keys: 0, charged: 0 },
  };
}

/** Budgets of the key that no run can exceed, for the accounts that are to have one. */
async function setBudgets(pool: pg.Pool, { with_budget }: Kind, api_key_id: string): Promise<void> {
  await pool.query(
    `INSERT INTO budgets (user_id, api_key_id, limit_amount, window_kind, window_start, resets_at, alert_at, set_by, created_by)
     SELECT user_id, $1, 100000, 'month', date_trunc('month', now(), 'UTC'), date_trunc('month', now(), 'UTC') + interval '1 month',
       50000, 'admin', 'bench' FROM user_credits WHERE ${with_budget}`,
    [api_key_id],
  );
  await pool.query(`UPDATE user_credits SET has_budgets = true WHERE ${with_budget}`);
  await pool.query('VACUUM ANALYZE');
}

async function run(
  { server, key, jobs, accepted }: Side,
  { workload, path }: (typeof LOADS)[number],
  measure_ms: number,
): Promise<Cost> {
  jobs.count += 1;
  const before = [cpuSeconds(server.pid), cpuSecondsOfTree(bench.postmaster)] as const;
  const report = await generator.run({
    port: server.port,
    path: `/api/v1/${path}`,
    workload,
    user_prefix: USER_PREFIX,
    users: USERS,
    keyed: true,
    connections: CONNECTIONS,
    ramp_ms: RAMP_MS,
    measure_ms,
    requests_max: 5_000_000,
    token: key,
    run: `job-${jobs.count}`,
  });
  accepted.lines += report.lines;
  accepted.keys += report.keys;
  accepted.charged += report.charged;
  const us = (seconds: number): number => (seconds * 1e6) / report.keys;
  return {
    ...report,
    service_us: us(cpuSeconds(server.pid) - before[0]),
    database_us: us(cpuSecondsOfTree(bench.postmaster) - before[1]),
  };
}

/** Prints medians over the rounds; a ratio is taken in each round. */
function print(measured: ReadonlyMap<string, readonly Cost[]>): void {
  const columns = ['1/s', '× no budgets', 'p50 ms', 'p99 ms', 'CPU of the service µs', 'CPU of the database µs'];
  console.log(`\n| what | accounts | ${columns.join(' | ')} |\n| --- | --- |${' ---: |'.repeat(columns.length)}`);
  for (const load of LOADS) {
    const plain = measured.get(`${load.name} ${KINDS[0].name}`) ?? [];
    for (const kind of KINDS) {
      const reports = measured.get(`${load.name} ${kind.name}`) ?? [];
      const ratio = median(reports.map(({ per_s }, n) => per_s / (plain[n]?.per_s ?? NaN)));
      const of = (figure: keyof Cost): number => median(reports.map((report) => Number(report[figure])));
      const [rate, p50, p99] = [of('per_s').toFixed(0), of('p50_ms').toFixed(2), of('p99_ms').toFixed(2)];
      const [service, database] = [of('service_us').toFixed(0), of('database_us').toFixed(0)];
      const figures = [rate, ratio.toFixed(2), p50, p99, service, database];
      console.log(`| ${load.name} | ${kind.name} | ${figures.join(' | ')} |`);
    }
  }
  console.log(`\n(mark: at least ${MARK} with a budget each)`);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

/**
 * `npm run bench [-- --quick] [--write]`: measures charging against what PostgreSQL and naive code do on the same
 * machine, in interleaved rounds, and proves afterwards that the money is right. bench/README.md says what is measured
 * and how. Exits with 1 when any answer was wrong or a sum does not add up; a missed mark is no failure.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Expected, USER_PREFIX, USERS, verifyLedger, verifyMoney } from './accounts.ts';
import { type BaselineClient, openBaseline, prepareBaseline } from './baseline.ts';
import { LoadGenerator } from './load.ts';
import { machineFacts } from './machine.ts';
import { FULL, type HttpSlot, type Measured, type Pace, QUICK, ROUND, type Round } from './plan.ts';
import { cpuSecondsOfTree, machineSeconds, ROOT, type Server, startServer } from './processes.ts';
import { tables, writeDocument } from './results.ts';
import { startBenchEnv, type BenchEnv } from './bench-env.ts';

const REQUESTS_MAX = 5_000_000;
const TEXTBOOK_POOL = '16';
/** Slots that run before the first round. */
const WARMED = new Set(['deduct', 'statement', 'prisma', 'hold', 'track', 'deduct_batch', 'balance']);

/** The applications under load, each on a database of its own, and what they have accepted. */
interface BenchRun {
  bench: BenchEnv;
  pace: Pace;
  generator: LoadGenerator;
  baseline: BaselineClient;
  servers: Record<HttpSlot['on'], Server>;
  accepted: Record<HttpSlot['on'], Expected>;
  jobs: number;
}

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const started = performance.now();
const bench = await startBenchEnv();
const generator = new LoadGenerator();
let baseline: BaselineClient | undefined;
try {
  for (const database of ['service', 'naive', 'baseline']) await bench.clone(database);
  await prepareBaseline(bench.pool('baseline'));
  baseline = openBaseline(bench.url('baseline'));
  const text = await measureAll(bench, options.quick ? QUICK : FULL, baseline);
  console.log(`\n${text}`);
  const command = options.quick ? 'npm run bench -- --quick' : 'npm run bench';
  if (options.write) await writeDocument(path.join(ROOT, 'docs/benchmarks.md'), command, text);
} finally {
  generator.stop();
  baseline?.close();
  await bench.close();
}

async function measureAll(bench: BenchEnv, pace: Pace, baseline: BaselineClient): Promise<string> {
  const facts = await machineFacts(bench.pool('postgres'), bench.disk, baseline.name);
  const starts_s = await measureStarts(bench, pace.starts);
  const service = await bench.serve('service');
  const naive = await startServer(['bench/naive-app.ts'], {
    ...bench.env('naive'),
    DATABASE_POOL_MAX: TEXTBOOK_POOL,
  });
  const none = (): Expected => ({ lines: 0, keys: 0, charged: 0 });
  const servers = { service, naive };
  const run = { bench, pace, generator, baseline, servers, accepted: { service: none(), naive: none() }, jobs: 0 };
  await warm(run);
  const rounds: Round[] = [];
  const foreign: string[] = [];
  for (let n = 1; n <= pace.rounds; n += 1) {
    const before = usage(bench);
    rounds.push(await measureRound(run, n));
    const after = usage(bench);
    foreign.push(`${Math.round(((after.foreign - before.foreign) / (after.all - before.all)) * 100)} %`);
  }
  for (const server of Object.values(servers)) await server.stop();
  for (const name of ['service', 'naive'] as const) await verifyMoney(bench.pool(name), run.accepted[name]);
  if (!options.quick) verifyLedger(bench.url('service'), bench.env('service'));
  const { lines } = run.accepted.service;
  return tables({
    starts_s,
    rounds,
    facts: [
      ...facts,
      `${pace.rounds} interleaved rounds of ${pace.measure_ms / 1000} s a row, ${USERS} accounts; medians, spread is least to greatest; in all ${Math.round((performance.now() - started) / 1000)} s`,
      `share of the machine that others took, round by round: ${foreign.join(', ')} (a few per cent are the kernel's)`,
      `money: ${lines} accepted charges are ${lines} ledger lines; every balance is the sum of its lines${options.quick ? '' : '; `tollgate ledger verify` agrees'}`,
    ],
  });
}

/** CPU seconds so far: all there were, and those spent on neither us, our children nor the database. */
function usage({ postmaster }: BenchEnv): { foreign: number; all: number } {
  const { busy, all } = machineSeconds();
  return { foreign: busy - cpuSecondsOfTree(process.pid) - cpuSecondsOfTree(postmaster), all };
}

async function measureStarts(bench: BenchEnv, count: number): Promise<number[]> {
  const seconds: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const server = await bench.serve('service');
    seconds.push(server.ready_ms / 1000);
    await server.stop();
  }
  return seconds;
}

/** Lets everything be compiled and cached by whoever does such things. */
async function warm(run: BenchRun): Promise<void> {
  for (const slot of ROUND) {
    if ('baseline' in slot || !WARMED.has(slot.id)) continue;
    const isMain = slot.id === 'deduct' || slot.id === 'prisma';
    await load(run, slot, isMain ? run.pace.warm_ms : run.pace.warm_ms / 4);
  }
}

async function measureRound(run: BenchRun, n: number): Promise<Round> {
  const round: Round = new Map();
  for (const slot of ROUND) {
    const { id, is_hot, connections } = slot;
    const measured: Measured =
      'baseline' in slot
        ? {
            per_s: await run.baseline.run({
              baseline: slot.baseline,
              users: is_hot ? 1 : USERS,
              connections,
              seconds: run.pace.baseline_s,
            }),
          }
        : await load(run, slot, run.pace.measure_ms);
    round.set(id, [...(round.get(id) ?? []), measured]);
    console.log(`round ${n}: ${slot.name}: ${Math.round(measured.per_s)}/s`);
  }
  return round;
}

async function load(run: BenchRun, slot: HttpSlot, measure_ms: number): Promise<Measured> {
  const { on, path: route, workload, keyed, connections, is_hot } = slot;
  run.jobs += 1;
  const { lines, keys, charged, ...measured } = await run.generator.run({
    workload,
    keyed,
    connections,
    measure_ms,
    ramp_ms: run.pace.ramp_ms,
    requests_max: REQUESTS_MAX,
    port: run.servers[on].port,
    path: `/api/v1/${route}`,
    token: run.bench.token,
    run: `job-${run.jobs}`,
    user_prefix: USER_PREFIX,
    users: is_hot ? 1 : USERS,
  });
  const accepted = run.accepted[on];
  accepted.lines += lines;
  accepted.keys += keys;
  accepted.charged += charged;
  return measured;
}

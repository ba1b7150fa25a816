/**
 * `npm run bench [-- --quick] [--write]`: measures charging against what PostgreSQL and textbook code do on the same
 * machine, in interleaved rounds, and proves afterwards that the money is right. bench/README.md says what is measured
 * and how. Exits with 1 when any answer was wrong or a sum does not add up; a missed mark is no failure.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Expected, USER_PREFIX, USERS, verifyLedger, verifyMoney } from './accounts.ts';
import { type FloorClient, openFloor, prepareFloor } from './floor.ts';
import { LoadGenerator } from './load.ts';
import { machineFacts } from './machine.ts';
import { FULL, type HttpSlot, type Measured, type Pace, QUICK, ROUND, type Round } from './plan.ts';
import { cpuSecondsOfTree, machineSeconds, ROOT, type Server, startServer } from './processes.ts';
import { tables, writeDocument } from './results.ts';
import { setStage, type Stage } from './stage.ts';

const REQUESTS_MAX = 5_000_000;
const TEXTBOOK_POOL = '16';

/** The applications under load, each on a database of its own, and what they have accepted. */
interface Scene {
  stage: Stage;
  pace: Pace;
  generator: LoadGenerator;
  floor: FloorClient;
  servers: Record<HttpSlot['on'], Server>;
  accepted: Record<HttpSlot['on'], Expected>;
  jobs: number;
}

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const started = performance.now();
const stage = await setStage();
const generator = new LoadGenerator();
let floor: FloorClient | undefined;
try {
  for (const database of ['service', 'textbook', 'floor']) await stage.clone(database);
  await prepareFloor(stage.pool('floor'));
  floor = openFloor(stage.url('floor'));
  const text = await play(stage, options.quick ? QUICK : FULL, floor);
  console.log(`\n${text}`);
  const command = options.quick ? 'npm run bench -- --quick' : 'npm run bench';
  if (options.write) await writeDocument(path.join(ROOT, 'docs/benchmarks.md'), command, text);
} finally {
  generator.stop();
  floor?.close();
  await stage.close();
}

async function play(stage: Stage, pace: Pace, floor: FloorClient): Promise<string> {
  const facts = await machineFacts(stage.pool('postgres'), stage.disk, floor.name);
  const starts_s = await measureStarts(stage, pace.starts);
  const service = await stage.serve('service');
  const textbook = await startServer(['bench/textbook-app.ts'], {
    ...stage.env('textbook'),
    DATABASE_POOL_MAX: TEXTBOOK_POOL,
  });
  const none = (): Expected => ({ lines: 0, keys: 0, charged: 0 });
  const servers = { service, textbook };
  const scene = { stage, pace, generator, floor, servers, accepted: { service: none(), textbook: none() }, jobs: 0 };
  await warm(scene);
  const rounds: Round[] = [];
  const foreign: string[] = [];
  for (let n = 1; n <= pace.rounds; n += 1) {
    const before = usage(stage);
    rounds.push(await playRound(scene, n));
    const after = usage(stage);
    foreign.push(`${Math.round(((after.foreign - before.foreign) / (after.all - before.all)) * 100)} %`);
  }
  for (const server of Object.values(servers)) await server.stop();
  for (const name of ['service', 'textbook'] as const) await verifyMoney(stage.pool(name), scene.accepted[name]);
  if (!options.quick) verifyLedger(stage.url('service'), stage.env('service'));
  const { lines } = scene.accepted.service;
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
function usage({ postmaster }: Stage): { foreign: number; all: number } {
  const { busy, all } = machineSeconds();
  return { foreign: busy - cpuSecondsOfTree(process.pid) - cpuSecondsOfTree(postmaster), all };
}

async function measureStarts(stage: Stage, count: number): Promise<number[]> {
  const seconds: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const server = await stage.serve('service');
    seconds.push(server.ready_ms / 1000);
    await server.stop();
  }
  return seconds;
}

/** Lets everything be compiled and cached by whoever does such things. */
async function warm(scene: Scene): Promise<void> {
  for (const slot of ROUND) {
    if ('floor' in slot || !['deduct', 'statement', 'prisma', 'hold', 'track', 'balance'].includes(slot.id)) continue;
    const isMain = slot.id === 'deduct' || slot.id === 'prisma';
    await load(scene, slot, isMain ? scene.pace.warm_ms : scene.pace.warm_ms / 4);
  }
}

async function playRound(scene: Scene, n: number): Promise<Round> {
  const round: Round = new Map();
  for (const slot of ROUND) {
    const { id, is_hot, connections } = slot;
    const measured: Measured =
      'floor' in slot
        ? {
            per_s: await scene.floor.run({
              floor: slot.floor,
              users: is_hot ? 1 : USERS,
              connections,
              seconds: scene.pace.floor_s,
            }),
          }
        : await load(scene, slot, scene.pace.measure_ms);
    round.set(id, [...(round.get(id) ?? []), measured]);
    console.log(`round ${n}: ${slot.name}: ${Math.round(measured.per_s)}/s`);
  }
  return round;
}

async function load(scene: Scene, slot: HttpSlot, measure_ms: number): Promise<Measured> {
  const { on, path: route, workload, keyed, connections, is_hot } = slot;
  scene.jobs += 1;
  const { lines, keys, charged, ...measured } = await scene.generator.run({
    workload,
    keyed,
    connections,
    measure_ms,
    ramp_ms: scene.pace.ramp_ms,
    requests_max: REQUESTS_MAX,
    port: scene.servers[on].port,
    path: `/api/v1/${route}`,
    token: scene.stage.token,
    run: `job-${scene.jobs}`,
    user_prefix: USER_PREFIX,
    users: is_hot ? 1 : USERS,
  });
  const accepted = scene.accepted[on];
  accepted.lines += lines;
  accepted.keys += keys;
  accepted.charged += charged;
  return measured;
}

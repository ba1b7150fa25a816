/**
 * `node bench/webhooks.ts [--events 10000] [--worker]`: how fast events reach five endpoints, and what charges notice of it.
 * The receivers, the service and the database share the machine; with `--worker`, a worker sends instead of the service.
 * Prints a table; fails if an event is missing or out of order.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { USER_PREFIX } from './accounts.ts';
import { type BenchEnv, startBenchEnv } from './bench-env.ts';
import { type Job, LoadGenerator } from './load.ts';
import { launchServer, startServer, stop } from './processes.ts';

const DATABASE = 'webhooks';
const ENDPOINTS = 5;
const ACCOUNTS = 1_000;
const RAMP_MS = 2_000;
const CHARGES_MS = 15_000;
const POLL_MS = 25;

const { values } = parseArgs({
  options: { events: { type: 'string', default: '10000' }, worker: { type: 'boolean', default: false } },
});
const events = Number(values.events);

const receiver = fork(path.join(import.meta.dirname, 'webhook-receiver.ts'));
let received = 0;

const bench = await startBenchEnv();
const generator = new LoadGenerator();
try {
  const target = await portOf(receiver);
  receiver.on('message', (message) => ({ received } = message as { received: number }));
  await bench.clone(DATABASE);
  const env = {
    ...bench.env(DATABASE),
    ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
  };
  const jobs = values.worker ? 'off' : 'on';
  const service = await startServer(['--enable-source-maps', 'dist/main.js'], { ...env, JOBS: jobs });
  const worker = values.worker ? launchServer(['--enable-source-maps', 'dist/cli.js', 'worker'], env, 0) : null;
  await createEndpoints(service.port, target);
  const charges = (run: string) => generator.run(jobOf(service.port, run));
  await charges('warm');
  const alone = await charges('alone');
  const quiet_s = await deliver(0);
  const before = received;
  const delivered = deliver(1);
  const beside = await charges('beside');
  const meanwhile = (received - before) / ((RAMP_MS + CHARGES_MS) / 1000);
  await delivered;
  console.log(`\n${events} events of ${ACCOUNTS} accounts, ${ENDPOINTS} endpoints\n`);
  console.log('| | deliveries/s | charges/s | p50 ms | p99 ms |\n| --- | ---: | ---: | ---: | ---: |');
  console.log(`| webhooks alone | ${((events * ENDPOINTS) / quiet_s).toFixed(0)} | | | |`);
  for (const [name, report, deliveries] of [
    ['charges alone', alone, ''],
    ['both, while the charges last', beside, meanwhile.toFixed(0)],
  ] as const) {
    const { per_s, p50_ms, p99_ms } = report;
    console.log(`| ${name} | ${deliveries} | ${per_s.toFixed(0)} | ${p50_ms.toFixed(1)} | ${p99_ms.toFixed(1)} |`);
  }
  await service.stop();
  if (worker) await stop(worker);
} finally {
  generator.stop();
  if (receiver.connected) receiver.disconnect();
  await bench.close();
}

function jobOf(port: number, run: string): Job {
  return {
    port,
    path: '/api/v1/credits/deduct',
    workload: 'deduct',
    user_prefix: USER_PREFIX,
    users: ACCOUNTS,
    keyed: true,
    connections: 8,
    ramp_ms: RAMP_MS,
    measure_ms: CHARGES_MS,
    requests_max: 1_000_000,
    token: bench.token,
    run,
  };
}

async function portOf(child: ChildProcess): Promise<number> {
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return port;
}

async function createEndpoints(port: number, target: number): Promise<void> {
  for (let n = 0; n < ENDPOINTS; n += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/webhooks/endpoints`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bench.admin_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url: `http://127.0.0.1:${target}/${n}`, events: ['*'] }),
    });
    if (answer.status !== 201) throw new Error(await answer.text());
  }
}

/** Writes events and waits until all have arrived everywhere. Returns the seconds. */
async function deliver(round: number): Promise<number> {
  const wanted = received + events * ENDPOINTS;
  const began_ms = performance.now();
  await write(bench, round);
  while (received < wanted) {
    if (!receiver.connected) throw new Error('the receiver ended: see its error above');
    await pause(POLL_MS);
  }
  return (performance.now() - began_ms) / 1000;
}

/** Writes as many events for each account, as `writeEvents` does. */
async function write({ pool }: BenchEnv, round: number): Promise<void> {
  const each = events / ACCOUNTS;
  await pool(DATABASE).query(
    `WITH counter AS (
       INSERT INTO event_counters AS c (user_id, last_sequence, last_at)
       SELECT 'hooks-' || u, $1::int, clock_timestamp() FROM generate_series(1, ${ACCOUNTS}) AS u
       ON CONFLICT (user_id) DO UPDATE SET last_sequence = c.last_sequence + $1, last_at = clock_timestamp()
       RETURNING user_id, last_at
     )
     INSERT INTO events (id, user_id, sequence, type, occurred_at, data)
     SELECT tollgate_row_id(user_id, last_at, n), user_id, $2::int * $1 + n, 'hold.expired', last_at,
       '{"object": {"amount": "1.000000", "service": "tts"}}'
     FROM counter, generate_series(1, $1::int) AS n`,
    [each, round],
  );
}

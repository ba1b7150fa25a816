/**
 * `node bench/webhooks.ts [--events 10000] [--worker]`: how fast events reach five endpoints, and what charges notice of it.
 * The receivers, the service and the database share the machine; with `--worker`, a worker sends instead of the service.
 * Prints a table; fails if an event is missing or out of order.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { USER_PREFIX } from './accounts.ts';
import { type BenchEnv, startBenchEnv } from './bench-env.ts';
import { type Job, LoadGenerator } from './load.ts';
import { launchServer, startServer, stop } from './processes.ts';

const DATABASE = 'webhooks';
const ENDPOINTS = 5;
const ACCOUNTS = 1_000;
const CHARGES_MS = 15_000;
const POLL_MS = 25;

const { values } = parseArgs({
  options: { events: { type: 'string', default: '10000' }, worker: { type: 'boolean', default: false } },
});
const events = Number(values.events);

/** What arrived: for each endpoint and account the number of the last event. */
const last = new Map<string, number>();
let received = 0;
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { user_id, sequence } = JSON.parse(Buffer.concat(chunks).toString()) as { user_id: string; sequence: number };
    const key = `${request.url ?? ''} ${user_id}`;
    if (sequence !== (last.get(key) ?? 0) + 1) throw new Error(`${key}: ${sequence} after ${last.get(key) ?? 0}`);
    last.set(key, sequence);
    received += 1;
    response.writeHead(204).end();
  });
});

const bench = await startBenchEnv();
const generator = new LoadGenerator();
try {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  await bench.clone(DATABASE);
  const env = {
    ...bench.env(DATABASE),
    ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
  };
  const jobs = values.worker ? 'off' : 'on';
  const service = await startServer(['--enable-source-maps', 'dist/main.js'], { ...env, JOBS: jobs });
  const worker = values.worker ? launchServer(['--enable-source-maps', 'dist/cli.js', 'worker'], env, 0) : null;
  await createEndpoints(service.port);
  const charges = (run: string) => generator.run(jobOf(service.port, run));
  await charges('warm');
  const alone = await charges('alone');
  const quiet_s = await deliver(0);
  const [beside, busy_s] = await Promise.all([charges('beside'), deliver(1)]);
  console.log(`\n${events} events of ${ACCOUNTS} accounts, ${ENDPOINTS} endpoints\n`);
  console.log('| | deliveries/s | charges/s | p50 ms | p99 ms |\n| --- | ---: | ---: | ---: | ---: |');
  const rate = (seconds: number): string => ((events * ENDPOINTS) / seconds).toFixed(0);
  console.log(`| webhooks alone | ${rate(quiet_s)} | | | |`);
  for (const [name, report, deliveries] of [
    ['charges alone', alone, ''],
    ['both', beside, rate(busy_s)],
  ] as const) {
    const { per_s, p50_ms, p99_ms } = report;
    console.log(`| ${name} | ${deliveries} | ${per_s.toFixed(0)} | ${p50_ms.toFixed(1)} | ${p99_ms.toFixed(1)} |`);
  }
  await service.stop();
  if (worker) await stop(worker);
} finally {
  generator.stop();
  receiver.closeAllConnections();
  receiver.close();
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
    ramp_ms: 2_000,
    measure_ms: CHARGES_MS,
    requests_max: 1_000_000,
    token: bench.token,
    run,
  };
}

async function createEndpoints(port: number): Promise<void> {
  const { port: target } = receiver.address() as AddressInfo;
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
  while (received < wanted) await pause(POLL_MS);
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

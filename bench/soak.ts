/**
 * `node bench/soak.ts [--minutes 30] [--rate 20] [--seed 1]`: a day of a service in half an hour. A steady mix of charges,
 * holds, tracked work, batches, coupons, streamed completions and reports goes on, while 48 times half an hour passes for
 * everything that falls due: ends of periods, expiries of grants and of holds, and the jobs of the night. Each minute is a
 * line: memory, dead rows, lateness. Fails when memory grows, a table bloats, something is late, or the books are wrong.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { PgBoss } from 'pg-boss';
import { USER_PREFIX, verifiedBy } from './accounts.ts';
import { type Answer, Client, Line, type Order } from './mix.ts';
import { startServer } from './processes.ts';
import { faultsOf, Watch } from './soak-watch.ts';
import { FallingDue, HALF_HOURS } from './soak-time.ts';
import { startBenchEnv } from './bench-env.ts';
import { MODEL, seedPrice, startUpstream } from './upstream.ts';
import { freePort } from '../src/platform/embedded/cluster.ts';

const DATABASE = 'soak';
const COUPON = 'SOAK';
const CLIENTS = 4;
const REPEAT_MS = 500;
const MINUTE_MS = 60_000;
const READ_EVERY_MS = 1_000;
const REPORTS = [
  'credits/usage/summary',
  'credits/usage/metrics',
  'credits/transactions?limit=50',
  'credits/transactions?search=tts&limit=5',
  'usage/trends?period=30d',
  'usage/export?format=csv&period=30d',
  'credits/grants',
];

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const [minutes, rate, seed] = [Number(values.minutes), Number(values.rate), Number(values.seed)];
const statuses = new Map<string, number>();

const bench = await startBenchEnv();
const upstream = await startUpstream();
const line = new Line(bench.admin_token);
try {
  await bench.clone(DATABASE);
  const pool = bench.pool(DATABASE);
  await seedPrice(pool);
  await pool.query(
    `INSERT INTO coupon_codes (code, coupon_type, value, created_by) VALUES ($1, 'credit_bonus', 2, 'bench')`,
    [COUPON],
  );
  const inspect_port = await freePort();
  const metrics_port = await freePort();
  const env = { ...bench.env(DATABASE), ...upstream.env, LOG_LEVEL: 'fatal', METRICS_PORT: String(metrics_port) };
  const flags = [`--inspect=127.0.0.1:${inspect_port}`, '--enable-source-maps', 'dist/main.js'];
  const service = await startServer(flags, env);
  const boss = new PgBoss({ connectionString: bench.url(DATABASE), migrate: false, schedule: false, supervise: false });
  boss.on('error', () => undefined); // a connection that the end of the run cut
  await boss.start();
  const due = await FallingDue.begin(pool, boss, (minutes * MINUTE_MS) / HALF_HOURS);
  const watch = await Watch.begin(pool, service.pid, inspect_port, metrics_port);
  const living = { isOver: false };
  const lives = [
    ...Array.from({ length: CLIENTS }, (_, n) => live(n, service.port, living)),
    read(service.port, living),
    due.pass(living),
  ];
  console.log(Watch.HEAD);
  for (let minute = 1; minute <= minutes; minute += 1) {
    await Promise.race([pause(MINUTE_MS), ...lives]); // a life that ends by an error ends the run
    console.log(await watch.look(minute));
  }
  living.isOver = true;
  await Promise.all(lives);
  console.log(`\nanswers: ${[...statuses].map(([status, count]) => `${count} x ${status}`).join(', ')}`);
  console.log(`fell due: ${await due.summary()}`);
  await boss.stop({ graceful: false });
  const odd = [...statuses.keys()].filter((status) => status.startsWith('5'));
  const commands = ['ledger verify', 'usage verify', 'doctor'].flatMap((command) => verifiedBy(command, env) ?? []);
  watch.close();
  await service.stop();
  const faults = [...faultsOf(watch.samples), ...odd.map((status) => `answers of status ${status}`), ...commands];
  for (const fault of faults) console.log(`FAULT: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  else console.log('no growth of memory, no bloat, nothing late; ledger verify, usage verify and doctor agree');
} finally {
  upstream.process.kill();
  await line.close();
  await bench.close();
}

function count(status: number, code: unknown): void {
  const name = status < 400 ? String(status) : `${status} ${String(code)}`;
  statuses.set(name, (statuses.get(name) ?? 0) + 1);
}

/** A client that acts at its share of the rate, and leaves holds and grants behind that expire. */
async function live(n: number, port: number, living: { isOver: boolean }): Promise<void> {
  const every_ms = (CLIENTS * 1_000) / rate;
  const send = async (order: Order): Promise<Answer> => {
    for (;;) {
      try {
        const answer = await line.ask(port, order);
        count(answer.status, answer.body['code']);
        return answer;
      } catch (error) {
        count(503, (error as Error).message); // to be repeated with its key
        await pause(REPEAT_MS);
      }
    }
  };
  const client = new Client(seed * 1_000 + n, `s${n}`, COUPON, send);
  for (let act = 0; !living.isOver; act += 1) {
    const from = performance.now();
    await client.act();
    if (act % 10 === 0) await send(expiring(n, act));
    await pause(Math.max(0, every_ms - (performance.now() - from)));
  }
}

/** A hold that nobody ends, or a grant that expires, each within one to six hours. */
function expiring(n: number, act: number): Order {
  const user_id = `${USER_PREFIX}${(act * 7 + n) % 400}`;
  const ttl_seconds = (1 + ((act / 10) % 6)) * 3_600;
  const key = `expiring-${n}-${act}`;
  if (act % 20 === 0) {
    const body = { user_id, amount: '0.5', service: 'tts', ttl_seconds };
    return { kind: 'hold', user_id, key, path: 'credits/holds', body };
  }
  const body = { user_id, amount: '1', source: 'bonus', expires_at: new Date(Date.now() + ttl_seconds * 1_000) };
  return { kind: 'deduct', user_id, key, path: 'credits/allocate', body };
}

/** Asks for reports and completions, one after the other. */
async function read(port: number, living: { isOver: boolean }): Promise<void> {
  for (let n = 0; !living.isOver; n += 1) {
    const user_id = `${USER_PREFIX}${n % 50}`;
    const path = REPORTS[n % REPORTS.length] ?? '';
    const url = `http://127.0.0.1:${port}`;
    const authorization = `Bearer ${bench.admin_token}`;
    const report = await fetch(`${url}/api/v1/${path}${path.includes('?') ? '&' : '?'}user_id=${user_id}`, {
      headers: { authorization },
    });
    await report.arrayBuffer();
    count(report.status, path);
    const messages = [{ role: 'user', content: 'What is the capital of France, and why?' }];
    const chat = await fetch(`${url}/v1/chat/completions?user_id=${user_id}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ model: MODEL, stream: n % 2 === 0, max_tokens: 50, messages }),
    });
    await chat.arrayBuffer();
    count(chat.status, 'chat');
    await pause(READ_EVERY_MS);
  }
}

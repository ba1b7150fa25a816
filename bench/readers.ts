/**
 * `node bench/readers.ts [--lines N] [--seconds S]`: what a charge takes while 24 readers ask, without a pause, for
 * the reads that cost the database most: searches, counts, deep pages, days of another zone, hours and exports of four
 * users with very many lines and events. Charges go on beside them at a steady pace, each measured. Prints a table.
 */
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { startBenchEnv } from './bench-env.ts';

const DATABASE = 'readers';
/** The accounts that are read: one account's share of the waiting reads would be full with 24 readers. */
const READ_ACCOUNTS = ['reader-0', 'reader-1', 'reader-2', 'reader-3'];
const READERS = 24;
const CHARGERS = 4;
const PAUSE_MS = 5;
const CHUNK = 50_000;
const MARK = 3;

const READS = [
  'credits/transactions?search=nothing-like-it',
  'credits/transactions?offset=240000&limit=50',
  'credits/transactions?count=true&limit=1',
  'usage/analytics?tz=Asia/Kolkata',
  'usage/trends?period=12m&tz=Asia/Kolkata',
  'usage/history?period=30d&period_type=hourly',
  'credits/transactions/export?format=csv',
  'usage/export?format=csv&period=30d',
];

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, seconds: { type: 'string', default: '12' } },
});
const [lines, seconds] = [Number(values.lines), Number(values.seconds)];

interface Answer {
  status: number;
  ms: number;
}

const bench = await startBenchEnv();
const agent = new Agent({ keepAlive: true, maxSockets: READERS + CHARGERS });
try {
  await bench.clone(DATABASE);
  await record(bench.pool(DATABASE));
  const service = await bench.serve(DATABASE);
  for (const account of READ_ACCOUNTS) {
    const { status } = await call(service.port, 'GET', `credits/balance?user_id=${account}&provision=true`);
    if (status !== 200) throw new Error(`The account ${account} cannot be opened: ${status}`);
  }
  await charges(service.port); // warms up
  const quiet = await charges(service.port);
  const reading = { isOn: true };
  const readers = Array.from({ length: READERS }, (_, i) => read(service.port, i, reading));
  await new Promise((wake) => setTimeout(wake, 2_000));
  const busy = await charges(service.port);
  reading.isOn = false;
  const reads = (await Promise.all(readers)).flat();
  const wrong = reads.find(({ status }) => status !== 200 && status !== 503);
  if (wrong) throw new Error(`A read was answered ${wrong.status}`);
  await service.stop();
  print(quiet, busy, reads);
} finally {
  agent.destroy();
  await bench.close();
}

/** `lines` ledger lines in all, and as many events, over the last 30 days. The accounts themselves are left alone. */
async function record(pool: pg.Pool): Promise<void> {
  for (let from = 0; from < lines; from += CHUNK) {
    const range = [from, Math.min(lines, from + CHUNK) - 1, READ_ACCOUNTS, lines];
    await pool.query(
      `INSERT INTO usage_events (user_id, service, model, tokens_used, input_tokens, output_tokens, provider_cost,
         platform_markup, total_cost, is_free_tier, request_id, occurred_at)
       SELECT ($3::text[])[1 + n % 4], 'service-' || n % 3, 'model-' || n % 12, 1500, 1000, 500, 0.0005, 0.00005, 0.00055, false,
         'request-' || n, now() - ($4::bigint - n) * interval '29 days' / $4
       FROM generate_series($1::bigint, $2::bigint) AS n`,
      range,
    );
    await pool.query(
      `INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model, description,
         metadata, actor, created_at)
       SELECT tollgate_uuid7(at, (n % 4096)::int), ($3::text[])[1 + n % 4], -0.00055, 1, 'usage', 'service-' || n % 3, 'model-' || n % 12,
         'a charge', '{}', 'bench', date_trunc('milliseconds', at)
       FROM (SELECT n, now() - ($4::bigint - n) * interval '29 days' / $4 AS at
         FROM generate_series($1::bigint, $2::bigint) AS n) AS line`,
      range,
    );
  }
  await pool.query('VACUUM ANALYZE');
  await pool.query('CHECKPOINT'); // or the disk is still busy with these rows while charges are measured
}

function call(port: number, method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
  const from = performance.now();
  const headers = { authorization: `Bearer ${bench.token}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method, path: `/api/v1/${path}`, agent, headers }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, ms: performance.now() - from }));
      response.on('error', reject);
    });
    sent.on('error', reject).end(body && JSON.stringify(body));
  });
}

/** Charges of many users at a steady pace, for as long as was asked. */
async function charges(port: number): Promise<Answer[]> {
  const until = performance.now() + seconds * 1000;
  const all = await Promise.all(
    Array.from({ length: CHARGERS }, async (_, charger) => {
      const answers: Answer[] = [];
      for (let n = charger; performance.now() < until; n += CHARGERS) {
        const charge = { user_id: `charged-${n % 1000}`, amount: '0.000001', service: 'tts' };
        answers.push(await call(port, 'POST', 'credits/deduct', charge));
        await new Promise((wake) => setTimeout(wake, PAUSE_MS));
      }
      return answers;
    }),
  );
  return all.flat();
}

/** One reader, whose next read begins when the last one has ended. */
async function read(port: number, reader: number, reading: { isOn: boolean }): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let n = reader; reading.isOn; n += 1) {
    const path = READS[n % READS.length] as string;
    const account = READ_ACCOUNTS[reader % READ_ACCOUNTS.length] as string;
    answers.push(await call(port, 'GET', `${path}&user_id=${account}`).catch(() => ({ status: 0, ms: 0 })));
  }
  return answers;
}

function print(quiet: Answer[], busy: Answer[], reads: Answer[]): void {
  const row = (what: string, answers: Answer[]): number => {
    const took = answers.map(({ ms }) => ms).sort((a, b) => a - b);
    const at = (share: number): number => took[Math.floor(share * (took.length - 1))] ?? NaN;
    const counts = Map.groupBy(answers, ({ status }) => status);
    const statuses = [...counts].map(([status, of]) => `${of.length} x ${status}`).join(', ');
    console.log(`| ${what} | ${at(0.5).toFixed(1)} | ${at(0.99).toFixed(1)} | ${statuses} |`);
    return at(0.99);
  };
  console.log(`\n| what | p50 ms | p99 ms | answers |\n| --- | ---: | ---: | --- |`);
  const before = row('deduct, quiet', quiet);
  const beside = row(`deduct, beside ${READERS} readers`, busy);
  row('the reads', reads);
  const ratio = beside / before;
  console.log(`\np99 beside the readers / quiet: ${ratio.toFixed(2)} (mark: below ${MARK})`);
}

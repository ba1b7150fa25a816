/**
 * `node bench/ledger.ts [--lines 1000000] [--charges N]`: what a charge and a page of transactions take while the ledger
 * of an account grows from 10,000 lines on, tenfold each time, and what a page takes deep in it. Asked over HTTP one after
 * the other. Prints a table.
 */
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { startBenchEnv } from './bench-env.ts';

const DATABASE = 'ledger';
const ACCOUNT = 'bench-0';
const CHUNK = 50_000;
const FIRST = 10_000;
const DEPTH = 0.9;
const WARM_CALLS = 100;

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, charges: { type: 'string', default: '1000' } },
});
const [lines, charges] = [Number(values.lines), Number(values.charges)];

const bench = await startBenchEnv();
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
try {
  await bench.clone(DATABASE);
  const pool = bench.pool(DATABASE);
  const service = await bench.serve(DATABASE);
  console.log('| lines of the account | charge p50 ms | p99 ms | first page p50 ms | page at 90 % p50 ms | ratio |');
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: |');
  let booked = 0;
  for (let size = FIRST; size <= lines; size *= 10) {
    await book(pool, booked, size);
    booked = size;
    const cursor = await cursorAt(pool, Math.floor(size * DEPTH));
    const charge = await measured(() =>
      call(service.port, 'POST', 'credits/deduct', { user_id: ACCOUNT, amount: '0.000001', service: 'tts' }),
    );
    const page = `credits/transactions?user_id=${ACCOUNT}&limit=50`;
    const first = await measured(() => call(service.port, 'GET', page));
    const deep = await measured(() => call(service.port, 'GET', `${page}&cursor=${cursor}`));
    const figures = [charge.p50, charge.p99, first.p50, deep.p50, deep.p50 / first.p50].map((n) => n.toFixed(2));
    console.log(`| ${size.toLocaleString('en')} | ${figures.join(' | ')} |`);
  }
  await service.stop();
} finally {
  agent.destroy();
  await bench.close();
}

/** Books lines over the last year; the account itself is left alone. */
async function book(pool: pg.Pool, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += CHUNK) {
    await pool.query(
      `INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model, description,
         actor, created_at)
       SELECT tollgate_row_id($3, at, (n % 16384)::int), $3, -0.00055, 1, 'usage', 'tts', 'model-' || n % 12, 'a charge', 'bench', at
       FROM (SELECT n, date_trunc('milliseconds', now() - interval '365 days' + n * interval '364 days' / $4::bigint) AS at
         FROM generate_series($1::bigint, $2::bigint - 1) AS n) AS line`,
      [first, Math.min(to, first + CHUNK), ACCOUNT, lines],
    );
  }
  await pool.query('VACUUM ANALYZE credit_transactions');
  await pool.query('CHECKPOINT'); // or the disk is still busy with these lines while charges are measured
}

/** The cursor of the page that begins behind this many lines. */
async function cursorAt(pool: pg.Pool, depth: number): Promise<string> {
  const { rows } = await pool.query<{ id: string; ms: string }>(
    `SELECT id, floor(extract(epoch FROM created_at) * 1000)::text AS ms FROM credit_transactions
     WHERE user_id = $1 ORDER BY id DESC OFFSET $2 LIMIT 1`,
    [ACCOUNT, depth],
  );
  return Buffer.from(`${rows[0]?.ms}.${rows[0]?.id}`).toString('base64url');
}

function call(port: number, method: 'GET' | 'POST', path: string, body?: object): Promise<void> {
  const headers = { authorization: `Bearer ${bench.token}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method, path: `/api/v1/${path}`, agent, headers }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${path}: ${response.statusCode}`));
      });
    });
    sent.on('error', reject).end(body && JSON.stringify(body));
  });
}

async function measured(ask: () => Promise<void>): Promise<{ p50: number; p99: number }> {
  const took: number[] = [];
  for (let n = 0; n < WARM_CALLS + charges; n += 1) {
    const from = performance.now();
    await ask();
    if (n >= WARM_CALLS) took.push(performance.now() - from);
  }
  took.sort((a, b) => a - b);
  const at = (share: number): number => took[Math.floor(share * (took.length - 1))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

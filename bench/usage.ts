/**
 * `node bench/usage.ts [--events N] [--hot N] [--accounts N] [--calls N]`: what reports on usage take for a user who has
 * very many of very many events, all within the last 30 days, asked over HTTP one after the other. Their work names ten
 * API keys, five members and tags. The full size is 10M events, 1M of them the user's, the others of 1M accounts;
 * `--events 1000000 --hot 100000 --accounts 100000` is a trial.
 */
import { Agent, get } from 'node:http';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { startBenchEnv } from './bench-env.ts';

const HOT = 'usage-hot';
const DATABASE = 'metered';
const DAYS = 30;
const CHUNK = 20_000;
const DAY_MS = 86_400_000;
const POLL_MS = 500;
const WARM_CALLS = 50;

const REPORTS: Record<string, string> = {
  'summary, 30 days (gate 10 ms, goal 2 ms)': 'credits/usage/summary',
  'summary, days of New York (10 ms)': 'credits/usage/summary?tz=America/New_York',
  'by-model, 30 days, every pool': 'credits/usage/by-model',
  'daily, today': 'credits/usage/daily',
  'metrics, 90 days (50 ms)': 'credits/usage/metrics?range=90d',
  'metrics, 24 hours': 'credits/usage/metrics?range=24h',
  'metrics, 90 days of New York (50 ms)': 'credits/usage/metrics?range=90d&tz=America/New_York',
  'metrics, 90 days of Kolkata (50 ms)': 'credits/usage/metrics?range=90d&tz=Asia/Kolkata',
  'series, 30 days by model': 'usage/series?group_by=model',
  'series, 90 days of New York by model (50 ms)': `usage/series?group_by=model&tz=America/New_York&from=${daysAgo(89)}`,
  'series, 30 days by API key': 'usage/series?group_by=api_key',
  'series, 90 days of New York by API key (50 ms)': `usage/series?group_by=api_key&tz=America/New_York&from=${daysAgo(89)}`,
  'series, 30 days by tag': 'usage/series?group_by=tag',
  'series, 30 days of one member': 'usage/series?group_by=model&member_id=member-1',
  'events of one tag, a page': 'usage/events?tag=tag-1',
};

/** What the summary would cost without a roll-up: a scan of the user's events. */
const WITHOUT_ROLLUP = `
SELECT service, model, count(*), sum(total_cost), sum(tokens_used) FROM usage_events
WHERE user_id = $1 AND id >= tollgate_id_at(now() - interval '30 days') GROUP BY 1, 2`;

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '10000000' },
    hot: { type: 'string', default: '1000000' },
    accounts: { type: 'string', default: '1000000' },
    calls: { type: 'string', default: '500' },
  },
});
const [events, hot, calls] = [Number(values.events), Number(values.hot), Number(values.calls)];
const accounts = Number(values.accounts);

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const bench = await startBenchEnv();
try {
  await bench.clone(DATABASE);
  const pool = bench.pool(DATABASE);
  await timed(`${events} events recorded`, () => record(pool));
  await timed('vacuum', () => pool.query('VACUUM ANALYZE usage_events'));
  const service = await bench.serve(DATABASE);
  await timed('rolled up by the service', () => rolledUp(pool));
  await pool.query('VACUUM ANALYZE');
  await pool.query('CHECKPOINT');
  for (const [name, path] of Object.entries(REPORTS)) {
    const took = await measured(() => call(service.port, path));
    console.log(`| ${name} | ${took.p50.toFixed(2)} | ${took.p99.toFixed(2)} |`);
  }
  const scan = await measured(() => pool.query(WITHOUT_ROLLUP, [HOT]), Math.min(calls, 20));
  console.log(`the same sums in SQL without the roll-up: p50 ${scan.p50.toFixed(2)} ms`);
  await service.stop();
} finally {
  agent.destroy();
  await bench.close();
}

/**
 * Every so many events one of the hot user, spread evenly over the days, twelve models in three services. One in
 * fifty is recorded two hours after the work, all others when it is done.
 */
async function record(pool: pg.Pool): Promise<void> {
  const every = Math.max(1, Math.round(events / hot));
  for (let from = 0; from < events; from += CHUNK) {
    await pool.query(
      `INSERT INTO usage_events (id, created_at, user_id, service, model, tokens_used, input_tokens, output_tokens, provider_cost,
         platform_markup, total_cost, is_free_tier, request_id, occurred_at, api_key_id, member_id, tags)
       SELECT tollgate_row_id(user_id, recorded, (n % 16384)::int), recorded, user_id, 'service-' || n / $3 % 3,
         'model-' || n / $3 % 12, 1500, 1000, 500, CASE WHEN n % 10 = 1 THEN 0 ELSE 0.0005 END,
         CASE WHEN n % 10 = 1 THEN 0 ELSE 0.00005 END, CASE WHEN n % 10 = 1 THEN 0 ELSE 0.00055 END, n % 10 = 1,
         'request-' || n, recorded - CASE WHEN n / $3 % 50 = 1 THEN interval '2 hours' ELSE interval '1 second' END,
         CASE WHEN user_id = $4 THEN ('00000000-0000-7000-8000-00000000000' || n / $3 % 10)::uuid END,
         CASE WHEN user_id = $4 THEN 'member-' || n / $3 % 5 END,
         CASE WHEN user_id = $4 AND n / $3 % 3 = 0 THEN ARRAY['tag-' || n / $3 % 7] END
       FROM generate_series($1::bigint, $2::bigint - 1) AS n, LATERAL (
         SELECT CASE WHEN n % $3 = 0 THEN $4 ELSE 'usage-' || n % $6 END AS user_id,
           date_trunc('milliseconds', now() - ($5 - n) * interval '${DAYS - 1} days' / $5) AS recorded
       ) AS work`,
      [from, Math.min(events, from + CHUNK), every, HOT, events, accounts],
    );
  }
}

/** Waits until both roll-ups are done, and says when the days are. */
async function rolledUp(pool: pg.Pool): Promise<void> {
  const from = performance.now();
  let hasDays = false;
  for (;;) {
    const { rows } = await pool.query<{ days: boolean; hours: boolean }>(
      `SELECT NOT EXISTS (SELECT FROM usage_events WHERE recorded_xid >= (SELECT min(watermark) FROM usage_rollups)) AS days,
         NOT EXISTS (SELECT FROM usage_events WHERE recorded_xid >= (SELECT min(event_watermark) FROM hourly_rollups)) AS hours`,
    );
    if (rows[0]?.days && !hasDays) {
      hasDays = true;
      console.log(`days rolled up: ${((performance.now() - from) / 1000).toFixed(1)} s`);
    }
    if (rows[0]?.days && rows[0].hours) return;
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

function call(port: number, path: string): Promise<void> {
  const url = new URL(`http://127.0.0.1:${port}/api/v1/${path}`);
  url.searchParams.set('user_id', HOT);
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { authorization: `Bearer ${bench.token}` } }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${path}: ${response.statusCode}`));
      });
    }).on('error', reject);
  });
}

async function measured(ask: () => Promise<unknown>, times = calls): Promise<{ p50: number; p99: number }> {
  for (let n = 0; n < Math.min(WARM_CALLS, times); n += 1) await ask();
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const from = performance.now();
    await ask();
    took.push(performance.now() - from);
  }
  took.sort((a, b) => a - b);
  const at = (share: number): number => took[Math.floor(share * (took.length - 1))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const from = performance.now();
  await work();
  console.log(`${what}: ${((performance.now() - from) / 1000).toFixed(1)} s`);
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
}

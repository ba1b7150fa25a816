/**
 * `node bench/dashboard.ts [--lines 1000000]`: the speed of the dashboard for an account with very many ledger lines and
 * events, in Chromium. For each page: largest contentful paint, first chart or table row after the shell, the CPU time that
 * the page's main thread took until then, requests to the API, and the delay from an interaction to the next paint; on
 * loopback, and with a CPU four times slower on a line of 1.6 Mbit/s. Also the size of the first page. Prints tables with the
 * marks. On a busy machine only the CPU time means anything.
 */
import { parseArgs } from 'node:util';
import type { Browser, CDPSession, Page } from 'playwright-core';
import type pg from 'pg';
import { USER_PREFIX } from './accounts.ts';
import { startBenchEnv } from './bench-env.ts';
import { launchBrowser } from '../test/support/services/chromium.ts';

const DATABASE = 'dashboard';
const ACCOUNT = `${USER_PREFIX}0`;
const CHUNK = 50_000;
const ROUNDS = 5;
const SETTLE_MS = 1_500;
const READY_MAX_MS = 120_000;
const SLOW = { cpu: 4, latency_ms: 150, bytes_per_s: 1.6e6 / 8 };
const MARKS = { lcp_ms: 1_000, slow_lcp_ms: 2_500, first_ms: 300, interaction_ms: 200, bytes: 300 * 1024, requests: 8 };

interface PageUnderTest {
  path: string;
  /** What counts as the first content after the shell. */
  first: string;
  /** Interactions, each a button or tab by its name. */
  clicks: readonly string[];
}

const PAGES: readonly PageUnderTest[] = [
  { path: '/', first: '.chart-bars', clicks: ['Service', '7 days', '30 days', 'Table'] },
  { path: '/usage', first: '.chart-bars', clicks: ['Tokens', 'Calls', 'Week', 'Table'] },
  { path: '/transactions', first: 'tr[data-row]', clicks: [] },
];

interface Visit {
  lcp_ms: number;
  first_ms: number;
  /** CPU time of the main thread until the first content. */
  cpu_ms: number;
  interaction_ms: number;
  requests: number;
  bytes: number;
}

/** Set before the page's own scripts: when the shell appeared, the largest paint and the slowest interaction. */
const OBSERVER = `
  window.lcp = 0; window.longest = 0; window.shellAt = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.lcp = entry.startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration); })
    .observe({ type: 'event', durationThreshold: 16, buffered: true });
  new MutationObserver((_changes, observer) => {
    if (!document.querySelector('main h1')) return;
    window.shellAt = performance.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });`;

/** Scripts and styles, until the first chart is drawn. */
const BYTES = `performance.getEntriesByType('resource')
  .filter(({ name }) => /[.](js|css)$/.test(name))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`;

const { values } = parseArgs({ options: { lines: { type: 'string', default: '1000000' } } });
const lines = Number(values.lines);

const bench = await startBenchEnv();
const browser = await launchBrowser();
try {
  await bench.clone(DATABASE);
  await record(bench.pool(DATABASE));
  const service = await bench.serve(DATABASE);
  await rolledUp(bench.pool(DATABASE));
  const url = `http://127.0.0.1:${service.port}`;
  console.log(`${lines.toLocaleString('en')} ledger lines and events of one account; medians of ${ROUNDS} visits\n`);
  console.log(
    '| page | LCP ms | first content after the shell ms | CPU until then ms | interaction to next paint ms | requests | LCP ms, slow |',
  );
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  let first_page_bytes = 0;
  for (const page of PAGES) {
    const visits = await repeat(() => visit(browser, url, page, false));
    const slow = await repeat(() => visit(browser, url, page, true));
    const of = (name: keyof Visit, from = visits): number => median(from.map((one) => one[name]));
    if (page.path === '/') first_page_bytes = of('bytes');
    const cells = [
      judged(of('lcp_ms'), MARKS.lcp_ms),
      judged(of('first_ms'), MARKS.first_ms),
      of('cpu_ms').toFixed(0),
      page.clicks.length === 0 ? '' : judged(of('interaction_ms'), MARKS.interaction_ms),
      judged(of('requests'), MARKS.requests),
      judged(of('lcp_ms', slow), MARKS.slow_lcp_ms),
    ];
    console.log(`| ${page.path} | ${cells.join(' | ')} |`);
  }
  const kib = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`;
  console.log(
    `\nscripts and styles of the first page with its charts: ${kib(first_page_bytes)} (mark ${kib(MARKS.bytes)})`,
  );
  await service.stop();
} finally {
  await browser.close();
  await bench.close();
}

/** One account's ledger lines and events over the last 30 days, an event for each line, with its id as in the service. */
async function record(pool: pg.Pool): Promise<void> {
  const until = new Date();
  for (let from = 0; from < lines; from += CHUNK) {
    const range = [from, Math.min(lines, from + CHUNK) - 1, ACCOUNT, lines, until];
    await pool.query(
      `WITH line AS (
         INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model, description,
           metadata, actor, created_at)
         SELECT tollgate_row_id($3, at, (n % 4096)::int), $3, -0.00055, 1, 'usage', 'service-' || n % 3, 'model-' || n % 12,
           'a charge', '{}', 'bench', at
         FROM (SELECT n, date_trunc('milliseconds', $5::timestamptz - ($4::bigint - n) * interval '29 days' / $4) AS at
           FROM generate_series($1::bigint, $2::bigint) AS n) AS past RETURNING *)
       INSERT INTO usage_events (id, user_id, service, model, tokens_used, input_tokens, output_tokens, provider_cost,
         platform_markup, total_cost, request_id, occurred_at, transaction_id, created_at)
       SELECT id, user_id, service, model, 1500, 1000, 500, 0.0005, 0.00005, 0.00055, id::text, created_at, id, created_at
       FROM line`,
      range,
    );
  }
  await pool.query('VACUUM ANALYZE');
}

/** Waits until the service has rolled all lines and events up, as in a service that has been running. */
async function rolledUp(pool: pg.Pool): Promise<void> {
  const until = performance.now() + READY_MAX_MS;
  for (;;) {
    const { rows } = await pool.query<{ least: number }>(
      `SELECT LEAST(sum(charges), sum(event_count),
         (SELECT sum(event_count) FROM usage_daily WHERE user_id = $1))::float8 AS least
       FROM usage_hourly WHERE user_id = $1`,
      [ACCOUNT],
    );
    if (Number(rows[0]?.least) >= lines) return;
    if (performance.now() > until) throw new Error('The events were not rolled up in time.');
    await new Promise((wake) => setTimeout(wake, 500));
  }
}

async function visit(from: Browser, url: string, page: PageUnderTest, isSlow: boolean): Promise<Visit> {
  const context = await from.newContext({ locale: 'en-GB', timezoneId: 'UTC', viewport: { width: 1360, height: 900 } });
  const opened = await context.newPage();
  try {
    const devtools = await context.newCDPSession(opened);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    if (isSlow) await slowDown(devtools);
    const session = JSON.stringify({ token: await bench.tokenOf(ACCOUNT), via: 'token' });
    await opened.addInitScript(`sessionStorage.setItem('tollgate.session', ${JSON.stringify(session)}); ${OBSERVER}`);
    let requests = 0;
    opened.on('request', (request) => {
      if (new URL(request.url()).pathname.startsWith('/api/')) requests += 1;
    });
    await opened.goto(`${url}/app${page.path}`);
    await opened.locator(page.first).first().waitFor({ timeout: READY_MAX_MS });
    const first_ms = await read(opened, 'performance.now() - window.shellAt');
    const cpu_ms = await cpuOf(devtools);
    await opened.waitForTimeout(SETTLE_MS);
    const lcp_ms = await read(opened, 'window.lcp');
    const bytes = await read(opened, BYTES);
    const seen = requests;
    for (const name of isSlow ? [] : page.clicks) {
      await opened.getByText(name, { exact: true }).first().click();
      await opened.waitForTimeout(SETTLE_MS / 3);
    }
    return { lcp_ms, first_ms, cpu_ms, interaction_ms: await read(opened, 'window.longest'), requests: seen, bytes };
  } finally {
    await context.close();
  }
}

async function read(page: Page, expression: string): Promise<number> {
  return Number(await page.evaluate(expression));
}

async function cpuOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1_000;
}

async function slowDown(session: CDPSession): Promise<void> {
  const { cpu, latency_ms: latency, bytes_per_s } = SLOW;
  await session.send('Emulation.setCPUThrottlingRate', { rate: cpu });
  await session.send('Network.enable');
  const line = { latency, downloadThroughput: bytes_per_s, uploadThroughput: bytes_per_s };
  await session.send('Network.emulateNetworkConditions', { offline: false, ...line });
}

async function repeat<T>(act: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < ROUNDS; round += 1) results.push(await act());
  return results;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? NaN;
}

function judged(value: number, mark: number): string {
  return value <= mark ? value.toFixed(0) : `**${value.toFixed(0)}** (mark ${mark})`;
}

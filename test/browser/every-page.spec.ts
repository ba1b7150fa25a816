import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { TestEnv } from '../support/factories.js';
import { Dashboard, type OpenPage, type Viewer } from './support.js';

const REQUESTS_MAX = 8;
const HEAVY_LINES = 20_000;
const PHONE = { viewport: { width: 390, height: 844 } };

let w: TestEnv;
let dashboard: Dashboard;
beforeAll(async () => {
  w = await TestEnv.start();
  dashboard = await Dashboard.start(w);
});
afterAll(async () => {
  await dashboard.close();
  await w.close();
});

async function inDebt(): Promise<Viewer> {
  const user_id = await w.user('1');
  await w.settle(user_id, '3.5');
  expect(await w.balance(user_id)).toMatchObject({ debt: '2.500000' });
  return { user_id };
}

/** An account with many ledger lines and events of the last 30 days. */
async function heavy(): Promise<Viewer> {
  const user_id = await w.user('100');
  await w.sql(
    `WITH line AS (
       INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model, actor, created_at)
       SELECT tollgate_row_id($1, at, (n % 4096)::int), $1, -0.00055, 100, 'usage', 'service-' || n % 3, 'model-' || n % 12, 'test', at
       FROM (SELECT n, date_trunc('milliseconds', now() - n * interval '29 days' / $2::int) AS at
         FROM generate_series(1, $2::int) AS n) AS past RETURNING *)
     INSERT INTO usage_events (id, user_id, service, model, tokens_used, input_tokens, output_tokens, provider_cost,
       platform_markup, total_cost, request_id, occurred_at, transaction_id, created_at)
     SELECT id, user_id, service, model, 150, 100, 50, 0.0005, 0.00005, 0.00055, id::text, created_at, id, created_at FROM line`,
    [user_id, HEAVY_LINES],
  );
  return { user_id };
}

/** A session that may see the balance and nothing else. */
async function withoutRights(): Promise<Viewer> {
  const user_id = await w.user();
  const { token } = await w.done('portal/sessions', { user_id, scopes: ['balance:read'] });
  return { user_id, token: token as string };
}

const VIEWERS: [who: string, viewer: () => Promise<Viewer>, options: object, pages: number][] = [
  ['a new user', async () => ({ user_id: `new-${Date.now()}` }), { colorScheme: 'dark' }, 7],
  ['a user in debt', inDebt, PHONE, 7],
  ['a user with very many charges', heavy, {}, 7],
  ['a user without any rights', withoutRights, {}, 2],
  ['an admin', async () => ({ user_id: 'ops', roles: ['admin'] }), {}, 17],
  [
    'an admin with a phone, in dark',
    async () => ({ user_id: 'ops', roles: ['admin'] }),
    { ...PHONE, colorScheme: 'dark' },
    17,
  ],
];

describe.each(VIEWERS)('for %s', (_who, viewer, options, pages) => {
  it('every page opens, completely, accessibly and without a fault', async () => {
    const opened = await dashboard.open('/', await viewer(), options);
    await isComplete(opened.page);
    const paths = await pathsOf(opened.page);
    expect(paths.length).toBeGreaterThanOrEqual(pages);
    for (const path of paths) await visit(opened, path);
    await opened.close();
  });
});

const pathsOf = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('nav a')].map((link) => new URL(link.href).pathname)`);

async function visit(opened: OpenPage, path: string): Promise<void> {
  const { page } = opened;
  let requests = 0;
  const count = (request: { url: () => string }): void => {
    if (new URL(request.url()).pathname.startsWith('/api/')) requests += 1;
  };
  page.on('request', count);
  await page.goto(`${dashboard.url}${path}`);
  await isComplete(page);
  page.off('request', count);
  expect([path, requests <= REQUESTS_MAX]).toEqual([path, true]);
  const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect([path, overflow]).toEqual([path, 0]);
  await opened.isAccessible();
}

/** Waits until a page has its heading and no part of it is still a skeleton. */
async function isComplete(page: Page): Promise<void> {
  await page.locator('main h1').waitFor();
  await eventually(async () => (await page.locator('.mantine-Skeleton-root').count()) === 0);
}

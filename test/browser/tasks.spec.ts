import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { KeyRing } from '../../src/platform/secrets/key-ring.js';
import { OpenRouterStandIn } from '../stand-ins/openrouter/server.js';
import { TestEnv } from '../support/factories.js';
import { Dashboard, type OpenPage, type Viewer } from './support.js';

const CLICKS_MAX = 4;
const DAY_MS = 86_400_000;
const MODEL = 'acme/writer-1';
const KEY = 'sk-or-v1-0123456789abcdef0123456789abcdef';

let w: TestEnv;
let openrouter: OpenRouterStandIn;
let dashboard: Dashboard;
beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
  w = await TestEnv.start({ env: { OPENROUTER_BASE_URL: openrouter.base_url, ENCRYPTION_KEYS: KeyRing.make('test') } });
  await w.done('pricing/models', { model: MODEL, input_per_million: '1', output_per_million: '2' });
  dashboard = await Dashboard.start(w);
});
afterAll(async () => {
  await dashboard.close();
  await w.close();
  await openrouter.stop();
});

type Click = (target: Locator) => Promise<void>;

/** Lets a person do a task from the first page, and asserts that few clicks are enough. Typing is free. */
async function isQuick(viewer: Viewer, steps: (opened: OpenPage, click: Click) => Promise<void>): Promise<void> {
  const opened = await dashboard.open('/', viewer);
  let clicks = 0;
  await steps(opened, async (target) => {
    clicks += 1;
    await target.click();
  });
  await opened.isAccessible();
  await opened.close();
  expect(clicks).toBeLessThanOrEqual(CLICKS_MAX);
}

const menu = ({ page }: OpenPage, name: string): Locator => page.getByRole('link', { name, exact: true });
const button = ({ page }: OpenPage, name: string): Locator => page.getByRole('button', { name, exact: true });

describe('within four clicks from the first page', () => {
  it('a person sees why something was charged', async () => {
    const user_id = await w.user('100');
    const work = { user_id, service: 'openrouter', model: MODEL, input_tokens: 300_000, output_tokens: 100_000 };
    await w.done('credits/usage/track', { ...work, charge: true }, { token: w.service });
    await isQuick({ user_id }, async (opened, click) => {
      await click(menu(opened, 'Transactions'));
      await click(opened.page.getByRole('row', { name: MODEL }));
      const receipt = opened.page.getByRole('dialog', { name: 'Receipt' });
      await receipt
        .getByRole('row', { name: /^Input tokens/ })
        .getByText('300,000 × US$1.00 per million')
        .waitFor();
      await receipt.getByRole('row', { name: /^Markup/ }).waitFor();
      await receipt.getByRole('row', { name: /^Total/ }).waitFor();
    });
  });

  it('a person sees when the credits run out', async () => {
    const user_id = await w.user('20');
    await w.sql(
      `INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, actor, created_at)
       SELECT tollgate_row_id($1, at), $1, -1.5, 0, 'usage', 'tts', 'a-test', at
       FROM (SELECT date_trunc('day', now()) - n * interval '1 day' + interval '12 hours' AS at
         FROM generate_series(1, 40) AS n) AS past`,
      [user_id],
    );
    // 20 credits at 1.5 a day
    const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(
      Date.now() + 13 * DAY_MS,
    );
    await isQuick({ user_id }, async ({ page }) => {
      await page.getByText('In 13 days').waitFor();
      await page.getByText(`Around ${day}`).waitFor();
    });
  });

  it('an admin gives somebody 10 credits', async () => {
    const user_id = await w.user('5');
    await isQuick({ user_id: 'an-admin', roles: ['admin'] }, async (opened, click) => {
      const { page } = opened;
      await click(menu(opened, 'Accounts'));
      await page.getByRole('textbox', { name: 'User id or e-mail address' }).fill(user_id);
      await click(page.getByRole('button', { name: user_id }));
      await click(button(opened, 'Give bonus'));
      await page.getByLabel('Credits *', { exact: true }).fill('10');
      await page.getByLabel('Reason').fill('thanks');
      await click(button(opened, 'Give credits'));
      await page.getByText('The bonus credits were added.').first().waitFor();
    });
    expect(await w.balance(user_id)).toMatchObject({ balance: '15.000000' });
  });

  it('an admin sees which model costs the platform money', async () => {
    const user_id = await w.user('20');
    const losing = 'acme/at-a-loss';
    await w.events(user_id, { model: losing, total_cost: '3' }); // the provider was paid, and nothing was charged
    await w.rollUp();
    await isQuick({ user_id: 'an-admin', roles: ['admin'] }, async (opened, click) => {
      await click(menu(opened, 'Prices'));
      await click(opened.page.getByRole('tab', { name: 'Margins' }));
      const [, worst] = await rowsOf(opened, 'Margins');
      expect(worst).toContain(losing);
      expect(worst).toContain('-3.00');
    });
  });

  it('a person connects an own key', async () => {
    const user_id = await w.user('5');
    openrouter.keys.set(KEY, { limit: 10, usage: 2.5 });
    await isQuick({ user_id }, async (opened, click) => {
      await click(menu(opened, 'Own key'));
      await opened.page.getByLabel('Key', { exact: true }).fill(KEY);
      await click(button(opened, 'Connect'));
      await opened.page.getByText('sk-or-v1-...cdef').waitFor();
    });
    const { body } = await w.get('credits/openrouter/account', {}, await w.as(user_id));
    expect(body).toMatchObject({ is_active: true, key_hint: 'sk-or-v1-...cdef' });
  });
});

/** @returns the texts of the rows of a table, the heading first */
async function rowsOf({ page }: OpenPage, name: string): Promise<string[]> {
  const table = page.getByRole('region', { name });
  await table.waitFor();
  return table.getByRole('row').allInnerTexts();
}

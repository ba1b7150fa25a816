import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { TestEnv } from '../support/factories.js';
import { Dashboard } from './support.js';

const MODEL = 'acme/writer-1';
const PHONE = { width: 390, height: 844 };

let env: TestEnv;
let dashboard: Dashboard;
/** Somebody with work of a priced model, one plain charge and one uncharged call. */
let user_id: string;

beforeAll(async () => {
  env = await TestEnv.start();
  dashboard = await Dashboard.start(env);
  await env.done('pricing/models', { model: MODEL, input_per_million: '1', output_per_million: '2' });
  user_id = await env.user('1000', 'professional');
  const work = { user_id, service: 'openrouter', model: MODEL, input_tokens: 300_000, output_tokens: 100_000 };
  for (const request_id of ['one', 'two'])
    await env.done('credits/usage/track', { ...work, request_id, charge: true }, { token: env.service });
  await env.done('credits/usage/track', { ...work, request_id: 'three', output_tokens: 7 }, { token: env.service });
  await env.deduct(user_id, '388.20', { service: 'brigade' });
  await env.deduct(user_id, '0.0000000001', { service: 'brigade' });
});

afterAll(async () => {
  await dashboard.close();
  await env.close();
});

/** Opens a page and counts its requests of the API. */
async function openCounted(path: string, colorScheme: 'light' | 'dark' = 'light') {
  const opened = await dashboard.open('/settings', { user_id }, { colorScheme });
  await opened.page.goto(`${dashboard.url}/health/live`); // nothing of the first page is counted, however late it comes
  const requests: string[] = [];
  opened.page.on('request', (request) => {
    if (request.url().includes('/api/v1/')) requests.push(request.url());
  });
  await opened.page.goto(`${dashboard.url}/app${path}`);
  await settled(opened.page);
  return { ...opened, opened, page: opened.page, requests };
}

const settled = (page: Page): Promise<void> => page.waitForLoadState('networkidle');
const cells = (page: Page, row: RegExp): Promise<string[]> =>
  page.getByRole('row', { name: row }).getByRole('cell').allInnerTexts();

describe('the overview', () => {
  it.each(['light', 'dark'] as const)(
    'shows what there is, what was spent and what burns next, in %s',
    async (scheme) => {
      const { opened, page, requests } = await openCounted('/', scheme);
      const { available } = await env.balance(user_id);
      expect(available).toMatch(/^\d+\.\d{10}$/);
      await page.getByText('Professional', { exact: true }).first().waitFor();
      // every charge counts, with or without a record of work: 2 x 0.525 with the markup, and the plain ones
      const spent = await env.get('usage/spent', { user_id });
      const { credits } = (spent.body as { last_30_days: { credits: string } }).last_30_days;
      expect(Number(credits)).toBeGreaterThan(388.2);
      await page
        .getByText(credits.slice(0, credits.indexOf('.') + 3), { exact: false })
        .first()
        .waitFor();
      await page.getByText('388.20 of it without a record of work').waitFor();
      expect(await page.getByRole('row', { name: /^Bonus credits/ }).count()).toBe(1);
      await page.getByRole('link', { name: MODEL }).waitFor();
      await page.getByRole('figure', { name: /^Spending/ }).waitFor();
      expect(requests.length > 8 ? requests : []).toEqual([]);
      await opened.isAccessible();
      await opened.close();
    },
  );

  it('leads an admin without an account to the administration', async () => {
    const opened = await dashboard.open('/', { user_id: 'ops', roles: ['admin'] });
    await opened.page.getByRole('link', { name: 'To the administration' }).click();
    await opened.page.waitForURL('**/app/admin');
    for (const path of ['usage', 'transactions']) {
      await opened.page.goto(`${dashboard.url}/app/${path}`);
      await opened.page.getByText('You have no credits of your own').waitFor();
      await settled(opened.page);
    }
    await opened.close();
    expect((await env.sql('SELECT FROM user_credits WHERE user_id = $1', ['ops'])).length).toBe(0);
  });

  it('tells an account in debt what it owes', async () => {
    const debtor = await env.user('5');
    await env.settle(debtor, '7.5');
    const opened = await dashboard.open('/', { user_id: debtor }, { viewport: PHONE });
    await opened.page.getByText('Finished work cost 2.50 credits more than there was.').waitFor();
    await opened.page.getByText('Nothing left').waitFor();
    await opened.isAccessible();
    await opened.close();
  });
});

describe('the usage page', () => {
  it('leads from a bar to the calls to the receipt of one charge', async () => {
    const { opened, page, requests } = await openCounted('/usage?compare=previous');
    expect(requests.length > 8 ? requests : []).toEqual([]);
    await page.getByText('3 calls').waitFor();
    await page.getByRole('combobox', { name: 'Time zone' }).click();
    await page.getByRole('option', { name: 'UTC' }).waitFor();
    await opened.isAccessible();
    await page.keyboard.press('Escape');
    await page.getByRole('radiogroup', { name: 'Show as' }).getByText('Table').click();
    const bars = page.getByRole('region', { name: 'Credits' }).getByRole('row');
    await bars.last().getByRole('button').click();
    await page.getByRole('button', { name: /remove this filter$/ }).waitFor();
    const table = page.getByRole('region', { name: 'Calls' });
    await table
      .getByRole('row', { name: new RegExp(`${MODEL}.*0\\.5`, 's') })
      .first()
      .click();
    const receipt = page.getByRole('dialog', { name: 'Receipt' });
    expect(await receipt.getByRole('row', { name: /^Input tokens/ }).innerText()).toContain(
      '300,000 × US$1.00 per million',
    );
    const [, charge] = await cells(page, /^Total/);
    const [line] = await env.sql(
      `SELECT -amount AS amount FROM credit_transactions WHERE user_id = $1 AND model = $2 LIMIT 1`,
      [user_id, MODEL],
    );
    expect(charge?.replace(/\s+credits$/, '')).toBe(line?.amount);
    await opened.isAccessible();
    await page.goBack();
    await receipt.waitFor({ state: 'hidden' });
    await opened.close();
  });

  it('shows a call that was not charged as such, tokens by kind, and German', async () => {
    const options = { locale: 'de-DE', viewport: PHONE };
    const opened = await dashboard.open('/usage?measure=tokens&group_by=pool', { user_id }, options);
    const { page } = opened;
    await page.getByRole('figure', { name: /^Token: 1\.100\.007/ }).waitFor();
    await page.getByText('Nicht abgebucht').click();
    await page.getByText('Dieser Aufruf wurde erfasst, aber nicht vom Konto abgebucht.').waitFor();
    await opened.isAccessible();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    await opened.close();
  });

  it('shows what the service says of a range that is too long', async () => {
    const opened = await dashboard.open('/usage?from=2024-01-01&to=2026-01-01', { user_id });
    await opened.page.getByRole('alert').getByText('must not be more than 366 days').waitFor();
    await opened.page.goto(`${dashboard.url}/app/usage?from=2025-12-01&to=2026-11-30`);
    await opened.page.getByRole('heading', { name: 'Calls' }).waitFor();
    await settled(opened.page);
    expect(await opened.page.getByRole('alert').count()).toBe(0);
    await opened.close();
  });

  it('saves the calls as a file', async () => {
    const opened = await dashboard.open('/usage', { user_id });
    await opened.page.getByRole('button', { name: 'Export' }).click();
    await opened.isAccessible();
    const [download] = await Promise.all([
      opened.page.waitForEvent('download'),
      opened.page.getByRole('menuitem', { name: 'CSV' }).click(),
    ]);
    expect(await readFile(await download.path(), 'utf8')).toContain(MODEL);
    await opened.close();
  });
});

describe('the command palette', () => {
  it('finds a page by its name with Ctrl K, once the page is there', async () => {
    const opened = await dashboard.open('/', { user_id });
    const { page } = opened;
    const search = page.getByPlaceholder('Page or action');
    await eventually(async () => {
      await page.keyboard.press('Control+k');
      return search.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    });
    await search.fill('transactions');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/transactions$/);
    await opened.close();
  });
});

describe('the transactions', () => {
  it('keep filters and the open receipt in the address, and show every amount that is not zero', async () => {
    const opened = await dashboard.open('/transactions?service=brigade', { user_id });
    const { page } = opened;
    await page.getByText('2 lines, newest first').waitFor();
    await page.getByText('-0.0000000001').waitFor();
    await page.getByRole('button', { name: 'brigade' }).first().press('Enter');
    await page.waitForURL(/receipt=/);
    await page.getByText('There is no record of the work.').waitFor();
    await opened.isAccessible();
    await page.reload();
    await page.getByText('There is no record of the work.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Clear all filters' }).click();
    await page.waitForURL((url) => url.search === '');
    await page.goto(`${dashboard.url}/app/transactions?size=10`);
    await page.getByText('1 line, newest first').waitFor();
    await page.getByText('-388.20', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Clear all filters' }).click();
    await page.getByRole('combobox', { name: 'Type' }).click();
    await opened.isAccessible();
    await page.getByRole('option', { name: 'Refund' }).click();
    await page.getByText('No line fits these filters').waitFor();
    await opened.close();
  });

  it('load page by page, with few rows in the document', async () => {
    const owner = await env.user('5');
    for (let n = 0; n < 130; n += 1) await env.bonus(owner, '0.0000000001', {});
    const opened = await dashboard.open('/transactions', { user_id: owner });
    const { page } = opened;
    await page.getByText('The ledger, newest line first').waitFor();
    const region = page.getByRole('region', { name: 'Transactions' });
    await region.focus();
    await eventually(async () => {
      await page.keyboard.press('End');
      return page.getByText('+5.00', { exact: false }).first().isVisible();
    });
    expect(await region.getByRole('row').count()).toBeLessThan(80);
    await opened.close();
  });

  it('of somebody else are refused to a user, and the page says so', async () => {
    const opened = await dashboard.open('/transactions?receipt=0198c0de-0000-7000-8000-000000000000', { user_id });
    await opened.page.getByRole('dialog').getByRole('alert').waitFor();
    await opened.close();
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { KeyRing } from '../../src/platform/secrets/key-ring.js';
import { TestEnv } from '../support/factories.js';
import { Dashboard } from './support.js';

let w: TestEnv;
let dashboard: Dashboard;
beforeAll(async () => {
  w = await TestEnv.start({ env: { ENCRYPTION_KEYS: KeyRing.make('test') } });
  dashboard = await Dashboard.start(w);
});
afterAll(async () => {
  await dashboard.close();
  await w.close();
});

const statusWith = async (key: string): Promise<number> => (await w.t.call('me', { token: key })).status;

/** Reads the secret that the open panel shows. */
async function secretOf(page: Page): Promise<string> {
  const secret = await page.getByRole('region', { name: 'Secret' }).textContent();
  expect(secret).toMatch(/^tg_live_\w{38}$/);
  return secret ?? '';
}

describe('API keys', () => {
  it('are created with the secret shown once, changed, rotated, paused, resumed and revoked', async () => {
    const user_id = await w.user('5');
    const opened = await dashboard.open('/keys', { user_id });
    const { page } = opened;
    await page.getByText('No keys yet').waitFor();
    await page.getByRole('button', { name: 'Create a key' }).first().click();
    const form = page.getByRole('form', { name: 'Create a key' });
    await form.getByRole('button', { name: 'Create a key' }).click();
    await form.getByText('Enter a value.').waitFor();
    await form.getByLabel('Name').and(page.locator(':focus')).waitFor();
    await opened.isAccessible();
    await form.getByLabel('Name').fill('Notebook');
    await form.getByRole('button', { name: 'Create a key' }).click();
    const first = await secretOf(page);
    await opened.isAccessible();
    expect(await statusWith(first)).toBe(200);
    await page.getByRole('button', { name: 'I have saved it' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });

    await page.getByRole('button', { name: 'Notebook' }).click();
    await page.waitForURL(/key=/);
    expect(await page.content()).not.toContain(first);
    await opened.isAccessible();
    await page.getByRole('tab', { name: 'Limits' }).click();
    await page.getByLabel('Requests per minute').fill('60');
    await page.getByLabel('Only these models').fill('openai/*\n\nanthropic/*');
    await opened.isAccessible();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('openai/*, anthropic/*').waitFor();

    await page.getByRole('tab', { name: 'Usage' }).click();
    await page.getByText('Nothing was spent in these days').waitFor();
    await page.getByRole('tab', { name: 'New secret' }).click();
    await page.getByText('No longer').click();
    await page.getByRole('button', { name: 'Replace the secret' }).click();
    const second = await secretOf(page);
    expect([await statusWith(first), await statusWith(second)]).toEqual([401, 200]);
    await page.getByRole('button', { name: 'I have saved it' }).click();

    await confirm(page, 'Pause');
    await page.getByText('This key is paused').waitFor();
    expect(await statusWith(second)).toBe(403);
    await confirm(page, 'Resume');
    await page.getByText('This key is paused').waitFor({ state: 'hidden' });
    expect(await statusWith(second)).toBe(200);
    await confirm(page, 'Revoke');
    await page.getByRole('cell', { name: 'Revoked' }).waitFor();
    expect(await statusWith(second)).toBe(401);
    await opened.close();
  });

  it('that the brake has paused say why and are resumed with one click, by their user and by an admin', async () => {
    const user_id = await w.user('5');
    const token = await w.t.tokenFor(user_id, 'user');
    const braked = async (name: string): Promise<string> => {
      const { id } = await w.done('api-keys', { name }, { token });
      await w.sql(
        `UPDATE api_keys SET paused_at = now(), braked_model = 'openai/gpt-5-pro', braked_burn = 7.25 WHERE id = $1`,
        [id],
      );
      return String(id);
    };
    const statusOf = async (id: string): Promise<unknown> => (await w.get(`api-keys/${id}`)).body.status;
    const id = await braked('Notebook');
    const own = await dashboard.open('/keys', { user_id });
    await own.page.getByText('The brake has paused the key Notebook').waitFor();
    await own.page.getByText('openai/gpt-5-pro, which the key had not used before, cost 7.25 credits').waitFor();
    await own.isAccessible();
    await confirm(own.page, 'Resume');
    await own.page.getByText('The brake has paused').waitFor({ state: 'hidden' });
    expect(await statusOf(id)).toBe('active');
    await own.close();

    const another = await braked('Build server');
    const admin = await dashboard.open('/admin', { user_id: 'ops', roles: ['admin'] });
    const section = admin.page.getByRole('region', { name: 'Keys that the brake has paused' });
    await section.getByText('The brake has paused the key Build server').waitFor();
    await section.getByRole('link', { name: `Account of ${user_id}` }).waitFor();
    await admin.isAccessible();
    await confirm(admin.page, 'Resume');
    await section.waitFor({ state: 'hidden' });
    expect(await statusOf(another)).toBe('active');
    await admin.close();
  });

  it('of an account are there for an admin, in its panel', async () => {
    const user_id = await w.user('5');
    const token = await w.t.tokenFor(user_id, 'user');
    await w.t.call('api-keys', { method: 'POST', body: { name: 'Build server' }, token });
    const opened = await dashboard.open(`/admin/accounts?account=${user_id}&tab=keys`, {
      user_id: 'ops',
      roles: ['admin'],
    });
    const { page } = opened;
    await page.getByRole('button', { name: 'Build server' }).click();
    await page.getByText(`· ${user_id}`).waitFor();
    await opened.isAccessible();
    await confirm(page, 'Pause');
    await page.getByText('This key is paused').waitFor();
    await opened.close();
  });
});

/** Presses a button, and the one of the question that it asks. */
async function confirm(page: Page, label: string): Promise<void> {
  await page.getByRole('button', { name: label, exact: true }).click();
  await page.getByRole('dialog', { name: label }).getByRole('button', { name: label, exact: true }).click();
}

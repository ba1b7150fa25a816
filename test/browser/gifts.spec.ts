import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { TestEnv } from '../support/factories.js';
import { Dashboard, type OpenPage } from './support.js';

let w: TestEnv;
let d: Dashboard;
beforeAll(async () => {
  w = await TestEnv.start({ env: { ENCRYPTION_KEYS: `tests:${Buffer.alloc(32, 7).toString('base64')}` } });
  d = await Dashboard.start(w);
});
afterAll(async () => {
  await d.close();
  await w.close();
});

async function confirm({ page }: OpenPage, label: string): Promise<void> {
  await page.getByRole('button', { name: label }).first().click();
  await page.getByRole('dialog', { name: label }).getByRole('button', { name: label }).click();
}

it('an admin sets a step, which a new user sees with its progress', async () => {
  const opened = await d.open('/admin/gifts', { user_id: 'ops', roles: ['admin'] });
  const { page } = opened;
  await page.getByText('No steps yet').waitFor();
  await page.getByRole('button', { name: 'Set a step' }).click();
  const form = page.getByRole('form', { name: 'Set a step' });
  await form.getByRole('button', { name: 'Set', exact: true }).click();
  await form.getByText('Enter a value.').waitFor();
  await form.getByRole('combobox', { name: 'Step' }).click();
  await page.getByRole('option', { name: 'Make a first call' }).click();
  await form.getByLabel('Credits').fill('7.5');
  await form.getByRole('button', { name: 'Set', exact: true }).click();
  await page.getByRole('cell', { name: 'Make a first call' }).waitFor();
  await opened.isAccessible();
  await opened.close();

  await w.done('provisioning/register', { user_id: 'ann' });
  const seen = await d.open('/coupons', { user_id: 'ann' });
  await seen.page.getByText('0 of 1 steps done').waitFor();
  await w.done('credits/usage/track', { user_id: 'ann', service: 'tts', cost: '0.5', charge: true });
  await w.get('me/welcome', {}, await w.as('ann'));
  await seen.page.reload();
  await seen.page.getByText('1 of 1 steps done').waitFor();
  await seen.isAccessible();
  await seen.close();
});

it('an admin switches the checks on, and decides about an account that got less', async () => {
  const opened = await d.open('/admin/gifts', { user_id: 'ops', roles: ['admin'] });
  const { page } = opened;
  await confirm(opened, 'Switch on');
  await page.getByRole('heading', { name: 'Checks are on' }).waitFor();
  const device = randomUUID();
  for (const user_id of ['bob', 'eve']) await w.done('provisioning/register', { user_id, signals: { device } });
  await page.reload();
  await page.getByRole('row').filter({ hasText: 'eve' }).getByText('2.50').waitFor();
  await opened.isAccessible();
  await confirm(opened, 'Clear');
  await page.getByText('Nothing to decide').waitFor();
  expect(await w.balance('eve')).toMatchObject({ balance: '5.000000' });
  await opened.close();
});

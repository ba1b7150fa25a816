import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestEnv } from '../support/factories.js';
import { Dashboard } from './support.js';

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

describe('budgets', () => {
  it('are created, seen with what is used and held, changed, raised once and removed', async () => {
    const user_id = await w.user('50');
    await w.settle(user_id, '3.5');
    const opened = await dashboard.open('/budgets', { user_id });
    const { page } = opened;
    await page.getByText('No budgets yet').waitFor();
    await page.getByRole('button', { name: 'Create a budget' }).click();
    const form = page.getByRole('form', { name: 'Create a budget' });
    await form.getByRole('button', { name: 'Create a budget' }).click();
    await form.getByText('Enter a value.').waitFor();
    await form.getByLabel('About').click();
    await page.getByRole('option', { name: 'A service' }).click();
    await form.getByLabel('Which one').fill('test');
    await opened.isAccessible();
    await form.getByLabel('About').click();
    await page.getByRole('option', { name: 'The whole account' }).click();
    await form.getByLabel('Limit', { exact: true }).fill('5');
    await form.getByRole('button', { name: 'Create a budget' }).click();
    await page.getByRole('heading', { name: 'Everything' }).waitFor();
    await page.getByText('3.50 of 5.00 Credits').waitFor();
    await page.getByRole('img', { name: '70% used' }).waitFor();
    await opened.isAccessible();

    await page.getByRole('button', { name: 'Raise once: Everything' }).click();
    await page.getByLabel('More, in Credits').fill('2');
    await page.getByLabel('Reason').fill('Launch week');
    await opened.isAccessible();
    await page.getByRole('dialog').getByRole('button', { name: 'Raise once' }).click();
    await page.getByText('3.50 of 7.00 Credits').waitFor();
    await page.getByText(/^2\.00 more until/).waitFor();

    await page.getByRole('button', { name: 'Edit: Everything' }).click();
    await page.getByLabel('Limit (Credits)').fill('4');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('3.50 of 6.00 Credits').waitFor();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No budgets yet').waitFor();
    await opened.close();
  });

  it('that an admin sets in the panel of an account are not changed by its owner, who cannot exceed them', async () => {
    const user_id = await w.user('50');
    const admin = await dashboard.open(`/admin/accounts?account=${user_id}&tab=budgets`, {
      user_id: 'ops',
      roles: ['admin'],
    });
    await admin.page.getByRole('button', { name: 'Create a budget' }).click();
    const form = admin.page.getByRole('form', { name: 'Create a budget' });
    await form.getByLabel('Limit', { exact: true }).fill('10');
    await form.getByRole('button', { name: 'Create a budget' }).click();
    await admin.page.getByText('0.00 of 10.00 Credits').waitFor();
    await admin.isAccessible();
    await admin.close();

    const opened = await dashboard.open('/budgets', { user_id }, { locale: 'de-DE' });
    const { page } = opened;
    await page.getByText('Von der Administration gesetzt').waitFor();
    expect(await page.getByRole('button', { name: /Bearbeiten/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Budget anlegen' }).click();
    const own = page.getByRole('form', { name: 'Budget anlegen' });
    await own.getByLabel('Grenze', { exact: true }).fill('20');
    await own.getByRole('button', { name: 'Budget anlegen' }).click();
    await page.getByText('Die Administration begrenzt dies auf 10,00.').waitFor();
    await opened.close();
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Shop } from '../support/services/shop.js';
import { Administration, button, choose, form, refused, see, settled } from './administration.js';

const PAGES = [
  ['Today', 'Today'],
  ['Accounts', 'Accounts'],
  ['Prices', 'Prices'],
  ['Plans', 'Plans'],
  ['Coupon codes', 'Coupon codes'],
  ['Payments', 'Payments'],
  ['LiteLLM logs', 'LiteLLM logs'],
  ['Reconciliation', 'Reconciliation'],
  ['Audit log', 'Audit log'],
  ['Jobs', 'Jobs'],
] as const;

let admin: Administration;
let s: Shop;
beforeAll(async () => {
  admin = await Administration.start();
  s = admin.shop;
});
afterAll(() => admin.close());

describe('administration', () => {
  it('is not there for a user without the role', async () => {
    const user_id = await s.w.user('5');
    const opened = await admin.dashboard.open('/admin/accounts', { user_id });
    await opened.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    expect(await opened.page.getByRole('link', { name: 'Accounts' }).count()).toBe(0);
    expect(await opened.page.getByText('Administration').count()).toBe(0);
    await opened.close();
  });

  it.each(['light', 'dark'] as const)('has pages that everybody can use, in %s colors', async (colorScheme) => {
    await admin.onPage(
      '/admin',
      async (p) => {
        for (const [link, heading] of PAGES) {
          await p.page.getByRole('link', { name: link, exact: true }).first().click();
          await p.page.getByRole('heading', { name: heading, level: 1 }).waitFor();
          await settled(p);
          await p.isAccessible();
        }
      },
      { colorScheme },
    );
  });

  it('shows what needs somebody, and leads there', async () => {
    const debtor = await s.w.user('1');
    await s.w.settle(debtor, '3.5');
    await admin.onPage('/admin', async (p) => {
      await p.page.getByRole('link', { name: /Accounts in debt/ }).click();
      await p.page.getByRole('button', { name: debtor }).waitFor();
      expect(await p.page.getByRole('checkbox', { name: 'In debt' }).isChecked()).toBe(true);
    });
  });
});

describe('an account', () => {
  it('says what is wrong with a form, keeps what was typed, and books once', async () => {
    const user_id = await s.w.user('5');
    const charge = await s.w.deduct(user_id, '2');
    await admin.onPage(`/admin/accounts?account=${user_id}`, async (p) => {
      await button(p, 'Allocate').click();
      await button(p, 'Allocate credits').click();
      await see(p, 'Enter a value.');
      await form(p, 'Allocate credits from a source').getByLabel('Credits').fill('a lot');
      await button(p, 'Allocate credits').click();
      await see(p, 'Enter an amount such as 12.50.');
      await form(p, 'Allocate credits from a source').getByLabel('Credits').fill('7');
      await button(p, 'Allocate credits').dblclick();
      await see(p, 'The credits were added.');

      await button(p, 'Refund').click();
      await choose(p, p.page.getByRole('combobox', { name: 'Charge to refund' }), 'tts');
      const amount = form(p, 'Refund credits').getByLabel('Credits');
      expect(await amount.inputValue()).toBe('2');
      await amount.fill('3');
      await form(p, 'Refund credits').getByLabel('Reason').fill('too slow');
      await button(p, 'Refund credits').click();
      await refused(p);
      expect(await amount.inputValue()).toBe('3');
      await amount.fill('2');
      await button(p, 'Refund credits').click();
      await see(p, 'The credits were refunded.');
    });
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '12.000000' });
    const lines = await s.w.list('credits/transactions', { user_id, transaction_type: 'refund' });
    expect(lines.body.map(({ amount }) => amount)).toEqual(['2.000000']);
    expect(charge).toBeDefined();
  });

  it('gets another cap and plan, is suspended and resumed', async () => {
    const user_id = await s.w.user('5');
    await admin.onPage(`/admin/accounts?account=${user_id}`, async (p) => {
      await button(p, 'Set cap').click();
      await form(p, 'Set the monthly cap').getByLabel('Plan credits').fill('-1');
      await button(p, 'Save the cap').click();
      await see(p, 'Enter an amount such as 12.50.');
      await form(p, 'Set the monthly cap').getByLabel('Plan credits').fill('3.25');
      await button(p, 'Save the cap').click();
      await see(p, 'The cap was saved.');

      await button(p, 'Change plan').click();
      await form(p, 'Change the plan').getByRole('button', { name: 'Change the plan' }).click();
      await see(p, 'Choose a plan.');
      await choose(p, p.page.getByRole('combobox', { name: 'New plan' }), 'Starter');
      await form(p, 'Change the plan').getByRole('button', { name: 'Change the plan' }).click();
      await see(p, 'The plan was changed.');

      await button(p, 'Suspend').click();
      await button(p, 'Suspend the account').click();
      await see(p, 'Enter a value.');
      await form(p, 'Suspend the account').getByLabel('Reason').fill('abuse');
      await button(p, 'Suspend the account').click();
      await see(p, 'The account was suspended.');
      await see(p, 'Reason: abuse');
      await button(p, 'Resume').click();
      await p.isAccessible();
      await p.page.getByRole('dialog', { name: 'Resume' }).getByRole('button', { name: 'Resume' }).click();
      await see(p, 'The account was resumed.');
    });
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', status: 'active' });
    expect(await s.w.audit(user_id, 'account.suspend')).toHaveLength(1);
  });

  it('shows its ledger with receipts, usage, payments and audit entries', async () => {
    const user_id = await s.w.user('5');
    await s.w.deduct(user_id, '2');
    await admin.onPage(`/admin/accounts?account=${user_id}`, async (p) => {
      for (const tab of ['Transactions', 'Usage', 'Payments', 'Audit log']) {
        await p.page.getByRole('tab', { name: tab }).click();
        await p.page.getByRole('tabpanel', { name: tab }).waitFor();
        await settled(p);
        await p.isAccessible();
      }
      await p.page.getByRole('tab', { name: 'Transactions' }).click();
      await p.page.getByRole('tabpanel', { name: 'Transactions' }).getByRole('button', { name: 'tts' }).first().click();
      await p.page.getByRole('dialog', { name: 'Receipt' }).waitFor();
    });
  });
});

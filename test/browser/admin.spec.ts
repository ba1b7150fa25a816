import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Locator } from 'playwright-core';
import type { Json } from '../support/factories.js';
import { Shop } from '../support/services/shop.js';
import { eventually } from '../support/eventually.js';
import { Dashboard, type OpenPage } from './support.js';

const ADMIN = { user_id: 'an-admin', roles: ['admin' as const] };
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

let s: Shop;
let d: Dashboard;
beforeAll(async () => {
  s = await Shop.start();
  d = await Dashboard.start(s.w);
});
afterAll(async () => {
  await d.close();
  await s.close();
});

/** Opens a path as an admin, hands it to `steps`, and asserts that nothing went wrong on the page. */
async function onPage(path: string, steps: (p: OpenPage) => Promise<void>, options = {}): Promise<void> {
  const opened = await d.open(path, ADMIN, options);
  await steps(opened);
  await opened.close();
}

const button = ({ page }: OpenPage, name: string): Locator => page.getByRole('button', { name, exact: true });
const form = ({ page }: OpenPage, name: string): Locator => page.getByRole('form', { name, exact: true });
const see = ({ page }: OpenPage, text: string): Promise<void> => page.getByText(text).first().waitFor();
const settled = async ({ page }: OpenPage): Promise<void> => {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('[data-loading]').first().waitFor({ state: 'detached' });
};
/** The service refused what was sent. */
const refused = ({ page }: OpenPage): Promise<void> =>
  page.getByRole('alert', { name: 'This did not work' }).first().waitFor();
/** Chooses an option of a select. */
async function choose(p: OpenPage, field: Locator, option: string): Promise<void> {
  await field.click();
  await p.page.getByRole('option', { name: option }).first().click();
}

describe('administration', () => {
  it('is not there for a user without the role', async () => {
    const user_id = await s.w.user('5');
    const opened = await d.open('/admin/accounts', { user_id });
    await opened.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    expect(await opened.page.getByRole('link', { name: 'Accounts' }).count()).toBe(0);
    expect(await opened.page.getByText('Administration').count()).toBe(0);
    await opened.close();
  });

  it.each(['light', 'dark'] as const)('has pages that everybody can use, in %s colors', async (colorScheme) => {
    await onPage(
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
    await onPage('/admin', async (p) => {
      await p.page.getByRole('link', { name: /Accounts in debt/ }).click();
      await p.page.getByRole('button', { name: debtor }).waitFor();
      expect(await p.page.getByRole('checkbox', { name: 'In debt' }).isChecked()).toBe(true);
    });
  });
});

describe('an account', () => {
  it('gets 10 credits within four clicks from the first page', async () => {
    const user_id = await s.w.user('5');
    await onPage('/', async (p) => {
      let clicks = 0;
      const click = async (target: Locator): Promise<void> => {
        clicks += 1;
        await target.click();
      };
      await click(p.page.getByRole('link', { name: 'Accounts', exact: true }));
      await p.page.getByRole('textbox', { name: 'User id or e-mail address' }).fill(user_id);
      await click(p.page.getByRole('button', { name: user_id }));
      await click(button(p, 'Give bonus'));
      await p.page.getByLabel('Credits *', { exact: true }).fill('10');
      await p.page.getByLabel('Reason').fill('thanks');
      await p.isAccessible();
      await click(button(p, 'Give credits'));
      await see(p, 'The bonus credits were added.');
      expect(clicks).toBeLessThanOrEqual(4);
    });
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '15.000000' });
  });

  it('says what is wrong with a form, keeps what was typed, and books once', async () => {
    const user_id = await s.w.user('5');
    const charge = await s.w.deduct(user_id, '2');
    await onPage(`/admin/accounts?account=${user_id}`, async (p) => {
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
    await onPage(`/admin/accounts?account=${user_id}`, async (p) => {
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
    await onPage(`/admin/accounts?account=${user_id}`, async (p) => {
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

describe('prices', () => {
  it('show which model costs us money within four clicks from the first page', async () => {
    const user_id = await s.w.user('100');
    await s.w.events(user_id, { model: 'acme/loss', total_cost: '3' }); // paid to the provider, charged to nobody
    await onPage('/', async (p) => {
      await p.page.getByRole('link', { name: 'Today', exact: true }).click();
      await p.page.getByRole('link', { name: /^Margin/ }).click();
      const first = p.page.getByRole('region', { name: 'Margins' }).getByRole('row').nth(1);
      await first.getByText('acme/loss').waitFor();
      await first.getByText('Costs us money').waitFor();
      await p.isAccessible();
    });
  });

  it('are set, refused when they jump, and withdrawn', async () => {
    const model = `acme/m-${randomUUID().slice(0, 8)}`;
    await onPage('/admin/prices', async (p) => {
      await button(p, 'Set a price').click();
      await form(p, 'Set a price').getByRole('button', { name: 'Set the price' }).click();
      await see(p, 'Enter a value.');
      await p.isAccessible();
      await p.page.getByLabel('Model *').fill(model);
      await p.page.getByLabel('Input, per million tokens', { exact: true }).fill('1');
      await button(p, 'Set the price').click();
      await see(p, 'The price was set.');

      await p.page.getByRole('textbox', { name: 'Model' }).fill(model);
      await p.page.getByRole('button', { name: model }).click();
      await button(p, 'Set a new price').click();
      await p.page.getByLabel('Input, per million tokens', { exact: true }).fill('100');
      await button(p, 'Set the price').click();
      await refused(p);
      await p.page.getByRole('checkbox', { name: /although it differs/ }).check();
      await button(p, 'Set the price').click();
      // the form closes when the list has the new price; the announcement of the first one may still be there
      await button(p, 'Set the price').waitFor({ state: 'hidden' });
      await button(p, 'Withdraw').first().click();
      await p.page.getByRole('dialog', { name: 'Withdraw' }).getByRole('button', { name: 'Withdraw' }).click();
      await see(p, 'The price was withdrawn.');
    });
    const history = await s.w.list('pricing/models/history', { model, service: '*' });
    expect(
      history.body.map(({ input_per_million, withdrawn_at }) => [input_per_million, withdrawn_at !== null]),
    ).toEqual([
      ['100.000000', true],
      ['1.000000', false],
    ]);
  });

  it('that were missing are set, and the work is re-rated', async () => {
    const user_id = await s.w.user('20');
    const model = `acme/new-${randomUUID().slice(0, 8)}`;
    const work = { user_id, service: 'openrouter', model, input_tokens: 1_000_000, charge: true };
    await s.w.done('credits/usage/track', work);
    const before = await s.w.balance(user_id);
    await onPage('/admin/prices?tab=unrated', async (p) => {
      await p.page.getByRole('row', { name: model }).getByRole('button', { name: 'Set a price' }).click();
      await p.page.getByLabel('Input, per million tokens', { exact: true }).fill('5');
      await button(p, 'Set the price').click();
      await see(p, 'The price was set.');
      await button(p, 'Preview').click();
      await p.page.getByRole('region', { name: 'Re-rate' }).getByText(model).waitFor();
      await p.isAccessible();
      await button(p, 'Re-rate now').click();
      await p.page.getByRole('dialog', { name: 'Re-rate now' }).getByRole('button', { name: 'Re-rate now' }).click();
      await see(p, 'The work was re-rated.');
    });
    expect((await s.w.balance(user_id)).balance).not.toBe(before.balance);
  });

  it('have markup rules that are added, changed and deleted, and tried on past work', async () => {
    await onPage('/admin/prices?tab=markup', async (p) => {
      const add = async (match: string, rate: string): Promise<void> => {
        await choose(p, form(p, 'Add a rule').getByRole('combobox', { name: 'Applies to' }), 'Model');
        await p.page.getByLabel('Name').last().fill(match);
        await form(p, 'Add a rule').getByLabel('Markup').fill(rate);
        await button(p, 'Save the rule').click();
      };
      await button(p, 'Add a rule').first().click();
      await button(p, 'Save the rule').click();
      await see(p, 'Enter a value.');
      await add('acme/rule', '12.5');
      await see(p, 'The rule was saved.');
      await button(p, 'Add a rule').first().click();
      await add('acme/rule', '13');
      await refused(p); // there is one already
      await button(p, 'Cancel').last().click();
      const row = p.page.getByRole('row', { name: /acme\/rule/ });
      await row.getByText('12.5%').waitFor();
      await row.getByRole('button', { name: 'Change' }).click();
      await form(p, 'Change the rate').getByLabel('Markup').fill('20');
      await button(p, 'Save the rule').click();
      await row.getByText('20%').waitFor();
      await row.getByRole('button', { name: 'Delete' }).click();
      await p.page.getByRole('dialog', { name: 'Delete' }).getByRole('button', { name: 'Delete' }).click();
      await row.waitFor({ state: 'detached' });

      const whatIf = form(p, 'What would it have cost?');
      await whatIf.getByRole('button', { name: 'Compute' }).click();
      await whatIf.getByText('Enter a value.').waitFor();
      await whatIf.getByLabel('Markup').fill('50');
      await whatIf.getByRole('button', { name: 'Compute' }).click();
      await see(p, 'Under the change');
      await p.isAccessible();
    });
  });
});

describe('plans', () => {
  it('are created, changed, and deleted while nobody uses them', async () => {
    await onPage('/admin/tiers', async (p) => {
      await button(p, 'Create a plan').click();
      const plan = form(p, 'Create a plan');
      await plan.getByLabel('Code').fill('Not A Code');
      await button(p, 'Save the plan').click();
      await plan.getByText('Lower-case letters').first().waitFor();
      expect(await plan.getByText('Enter a value.').count()).toBeGreaterThan(2);
      await plan.getByLabel('Code').fill('tiny');
      await plan.getByLabel('Name').fill('Tiny');
      await plan.getByLabel('Price a month').fill('3');
      await plan.getByLabel('Credits a month').fill('2.5');
      await plan.getByLabel('Flat price per 1,000 tokens').fill('0.002');
      await plan.getByLabel('Position').fill('1');
      await button(p, 'Save the plan').click();
      await see(p, 'The plan was saved.');
      await button(p, 'Tiny').click();
      await form(p, 'Tiny').getByLabel('Calls a day', { exact: true }).fill('7');
      await p.isAccessible();
      await button(p, 'Save the plan').click();
      await eventually(async () => (await s.w.get('credits/tiers/tiny')).body.calls_per_day === 7);

      const remove = async (): Promise<void> => {
        await button(p, 'Delete the plan').click();
        await p.page.getByRole('dialog', { name: 'Delete the plan' }).getByRole('button', { name: 'Delete' }).click();
      };
      await button(p, 'Trial').click();
      await remove();
      await refused(p); // it is in use
      await p.page
        .getByRole('dialog', { name: 'Delete the plan' })
        .getByRole('button', { name: 'Cancel' })
        .last()
        .click();
      await p.page.keyboard.press('Escape');
      await button(p, 'Tiny').click();
      await remove();
      await see(p, 'The plan was deleted.');
    });
    expect((await s.w.get('credits/tiers/tiny')).status).toBe(404);
    await s.w.user('5'); // the plan of new accounts is still there
  });
});

describe('coupons', () => {
  it('are created one by one or as a file, and deactivated', async () => {
    const code = `SPEC-${randomUUID().slice(0, 8).toUpperCase()}`;
    await onPage('/admin/coupons', async (p) => {
      const create = async (): Promise<void> => {
        await button(p, 'Create a coupon').click();
        await form(p, 'Create a coupon').getByLabel('Code').fill(code.toLowerCase());
        await form(p, 'Create a coupon').getByLabel('Credits').fill('5');
        await button(p, 'Create the coupon').click();
      };
      await button(p, 'Create a coupon').click();
      await button(p, 'Create the coupon').click();
      await see(p, 'Enter a value.');
      await p.isAccessible();
      await p.page.keyboard.press('Escape');
      await create();
      await see(p, 'The coupon was created.');
      await create();
      await refused(p); // the code exists
      await p.page.keyboard.press('Escape');

      await button(p, 'Create many').click();
      await form(p, 'Create many').getByLabel('Number of coupons').fill('0');
      await button(p, 'Create and save as file').click();
      await see(p, 'Enter a whole number of at least 1.');
      await form(p, 'Create many').getByLabel('Number of coupons').fill('3');
      await form(p, 'Create many').getByLabel('Credits').fill('1');
      const download = p.page.waitForEvent('download');
      await button(p, 'Create and save as file').click();
      expect((await download).suggestedFilename()).toMatch(/\.csv$/);

      await button(p, code).click();
      await p.page.getByRole('dialog', { name: code }).getByText('Not redeemed yet.').waitFor();
      await p.isAccessible();
      await button(p, 'Deactivate').click();
      await p.page.getByRole('dialog', { name: 'Deactivate' }).getByRole('button', { name: 'Deactivate' }).click();
      await see(p, 'The coupon was deactivated.');
    });
    expect((await s.w.get(`credits/coupons/${code}`)).body).toMatchObject({ is_active: false, value: '5.000000' });
  });
});

describe('payments', () => {
  /** A payment for 10 credits that is held because too little was paid. */
  async function held(): Promise<Json> {
    const user_id = await s.w.user('0');
    const payment = await s.checkout(user_id, { package_code: 'small' });
    await s.tell(...(await s.pay(payment, { amount_total: 800 })));
    return payment;
  }

  it('that are held are accepted or refused', async () => {
    const [good, bad] = [await held(), await held()];
    await onPage('/admin/payments', async (p) => {
      await button(p, String(good.user_id)).click();
      await button(p, 'Accept').first().click();
      await form(p, 'Accept the payment').getByLabel('Credits to grant').fill('some');
      await form(p, 'Accept the payment').getByRole('button', { name: 'Accept' }).click();
      await see(p, 'Enter an amount such as 12.50.');
      await p.isAccessible();
      await form(p, 'Accept the payment').getByLabel('Credits to grant').fill('8');
      await form(p, 'Accept the payment').getByRole('button', { name: 'Accept' }).click();
      await see(p, 'The payment was accepted.');
      await button(p, String(bad.user_id)).click();
      await button(p, 'Refuse').first().click();
      await form(p, 'Refuse the payment').getByLabel('Note').fill('refunded at Stripe');
      await form(p, 'Refuse the payment').getByRole('button', { name: 'Refuse' }).click();
      await see(p, 'The payment was refused.');
    });
    expect(await s.w.balance(String(good.user_id))).toMatchObject({ balance: '8.000000' });
    expect(await s.payment(bad.id)).toMatchObject({ status: 'refused', detail: 'refunded at Stripe' });
  });

  it('that are disputed are listed, and so are the provider’s messages', async () => {
    const user_id = await s.w.user('0');
    const payment = await s.checkout(user_id, { package_code: 'small' });
    await s.tell(...(await s.pay(payment)));
    await s.tell(s.stripe.dispute(s.stripe.intentOf(String(payment.id)), 'needs_response'));
    await onPage('/admin/payments?tab=disputes', async (p) => {
      await button(p, user_id).click();
      await p.page
        .getByRole('dialog', { name: 'Payment' })
        .getByRole('region', { name: 'Disputes of this payment' })
        .waitFor();
      await p.isAccessible();
      await p.page.keyboard.press('Escape');
      await p.page.getByRole('tab', { name: 'Events' }).click();
      await see(p, 'charge.dispute.created');
      await p.isAccessible();
    });
  });
});

describe('LiteLLM logs', () => {
  it('are booked for a user or discarded', async () => {
    const log = (): Json => ({
      id: `chatcmpl-${randomUUID()}`,
      status: 'success',
      model: 'openai/gpt-4o-mini',
      response_cost: 0.01,
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      endTime: Date.now() / 1000,
      metadata: {},
    });
    await s.w.done('integrations/litellm/callback', [log(), log()], { token: s.w.service });
    const user_id = await s.w.user('5');
    await onPage('/admin/litellm', async (p) => {
      await button(p, 'No user named').first().click();
      await button(p, 'Book it').click();
      await see(p, 'Enter a value.');
      await p.isAccessible();
      await form(p, 'Book the log for a user').getByLabel('User id').fill(user_id);
      await button(p, 'Book it').click();
      await see(p, 'The log was booked.');
      await button(p, 'No user named').first().click();
      await button(p, 'Discard').click();
      await p.page.getByRole('dialog', { name: 'Discard' }).getByRole('button', { name: 'Discard' }).click();
      await see(p, 'The log was discarded.');
      await see(p, 'All logs are booked');
    });
    expect((await s.w.balance(user_id)).balance).not.toBe('5.000000');
  });
});

describe('the audit log', () => {
  it('is filtered by account, and an entry shows its details', async () => {
    const user_id = await s.w.user('5');
    await s.w.bonus(user_id, '1');
    await onPage('/admin/audit', async (p) => {
      await p.page.getByRole('textbox', { name: 'Account' }).fill(user_id);
      const region = p.page.getByRole('region', { name: 'Audit log' });
      await eventually(async () => (await region.getByRole('row').filter({ hasNotText: user_id }).count()) === 1);
      await region.getByRole('button').first().click();
      await p.page.getByRole('dialog').getByRole('region', { name: 'Details' }).waitFor();
      await p.isAccessible();
    });
  });
});

describe('jobs', () => {
  it('show their runs; a failed one is retried', async () => {
    const id = randomUUID();
    await s.w.sql(`SELECT pgboss.create_queue('price-sync', '{"policy": "stately", "notify": true}')`);
    await s.w.sql(
      `INSERT INTO pgboss.job (id, name, state, retry_limit, retry_count, data, output, started_on, completed_on)
       VALUES ($1, 'price-sync', 'failed', 0, 0, '{"list": "all"}', '{"message": "no network"}', now(), now())`,
      [id],
    );
    await onPage('/admin/jobs', async (p) => {
      await p.page.getByRole('tab', { name: 'Runs' }).click();
      await choose(p, p.page.getByRole('combobox', { name: 'State' }), 'Failed');
      await button(p, 'price-sync').first().click();
      await p.page.getByRole('dialog', { name: 'price-sync' }).getByText('no network').first().waitFor();
      await p.isAccessible();
      await button(p, 'Retry').click();
      await p.page.getByRole('dialog', { name: 'Retry' }).getByRole('button', { name: 'Retry' }).click();
      await see(p, 'The run was enqueued again.');
    });
    const [run] = await s.w.sql('SELECT state::text FROM pgboss.job WHERE id = $1', [id]);
    expect(run?.state).not.toBe('failed');
  });
});

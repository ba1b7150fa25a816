import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import type { Shop } from '../support/services/shop.js';
import { Administration, button, choose, form, refused, see } from './administration.js';

let admin: Administration;
let s: Shop;
beforeAll(async () => {
  admin = await Administration.start();
  s = admin.shop;
});
afterAll(() => admin.close());

describe('prices', () => {
  it('show which model costs us money within four clicks from the first page', async () => {
    const user_id = await s.w.user('100');
    await s.w.events(user_id, { model: 'acme/loss', total_cost: '3' }); // paid to the provider, charged to nobody
    await admin.onPage('/', async (p) => {
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
    await admin.onPage('/admin/prices', async (p) => {
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
    await admin.onPage('/admin/prices?tab=unrated', async (p) => {
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
    await admin.onPage('/admin/prices?tab=markup', async (p) => {
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
    await admin.onPage('/admin/tiers', async (p) => {
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

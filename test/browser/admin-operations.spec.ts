import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Json } from '../support/factories.js';
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

describe('coupons', () => {
  it('are created one by one or as a file, and deactivated', async () => {
    const code = `SPEC-${randomUUID().slice(0, 8).toUpperCase()}`;
    await admin.onPage('/admin/coupons', async (p) => {
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
    await admin.onPage('/admin/payments', async (p) => {
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
    await admin.onPage('/admin/payments?tab=disputes', async (p) => {
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
    await admin.onPage('/admin/litellm', async (p) => {
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
    await admin.onPage('/admin/audit', async (p) => {
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
    await admin.onPage('/admin/jobs', async (p) => {
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

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing } from '../../src/platform/secrets/key-ring.js';
import { OpenRouterStandIn } from '../stand-ins/openrouter/server.js';
import { eventually } from '../support/eventually.js';
import { Shop } from '../support/services/shop.js';
import { Dashboard } from './support.js';

const KEY = 'sk-or-v1-0123456789abcdef0123456789abcdef';

let shop: Shop;
let openrouter: OpenRouterStandIn;
let dashboard: Dashboard;
beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
  const env = { OPENROUTER_BASE_URL: openrouter.base_url, ENCRYPTION_KEYS: KeyRing.make('test') };
  shop = await Shop.start(env);
  const { data } = (await (await fetch(`${openrouter.base_url}/models`)).json()) as { data: unknown[] };
  await shop.w.done('pricing/import', { data });
  dashboard = await Dashboard.start(shop.w);
});
afterAll(async () => {
  await dashboard.close();
  await shop.close();
  await openrouter.stop();
});

describe('billing', () => {
  it('sends a buyer to the checkout page, and shows the payment when it has arrived', async () => {
    const user_id = await shop.w.user('5');
    const opened = await dashboard.open('/billing', { user_id });
    const { page } = opened;
    await page.getByText('No payments yet').waitFor();
    await opened.isAccessible();
    await page.route('https://checkout.stripe.example/**', (route) => route.fulfill({ body: 'the checkout page' }));
    await page.getByRole('button', { name: 'Buy Package small' }).click();
    await page.getByText('the checkout page').waitFor();
    await page.goto(`${dashboard.url}/app/billing?result=paid`);
    await page.getByText('Your payment is being confirmed').waitFor();
    const [payment] = await shop.history(user_id);
    await shop.tell(...(await shop.pay(payment ?? {})));
    await page.getByText('Your payment has arrived').waitFor();
    await page.getByRole('button', { name: 'Package small', exact: true }).click();
    await page.getByRole('dialog').getByText('US$9.00').first().waitFor();
    await opened.isAccessible();
    await page.getByRole('link', { name: 'Show the transaction' }).click();
    await page.waitForURL(/transactions\?receipt=/);
    await opened.close();
  });

  it('upgrades a plan over the checkout page, and schedules a downgrade that can be called off', async () => {
    const user_id = await shop.w.user('5');
    await shop.subscribe(user_id);
    const opened = await dashboard.open('/billing', { user_id });
    const { page } = opened;
    await page.getByRole('button', { name: 'Change to Trial' }).click();
    await opened.isAccessible();
    await page.getByRole('dialog').getByRole('button', { name: 'Change to Trial' }).click();
    await page
      .getByText(/^Your plan changes to Trial on .*\.$/)
      .first()
      .waitFor();
    expect((await shop.w.get('credits/balance', { user_id })).body.next_tier).toBe('trial');
    await page.getByRole('button', { name: 'Keep Starter' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep Starter' }).click();
    await eventually(async () => (await shop.w.get('credits/balance', { user_id })).body.next_tier === null);
    await page.route('https://checkout.stripe.example/**', (route) => route.fulfill({ body: 'the checkout page' }));
    await page.getByRole('button', { name: 'Upgrade to Professional' }).click();
    await page.getByText('the checkout page').waitFor();
    expect((await shop.history(user_id))[0]).toMatchObject({ kind: 'upgrade', tier: 'professional', status: 'open' });
    await opened.close();
  });

  it('shows a session that sees no balance the plans, and an admin without an account the way to the administration', async () => {
    const { token } = await shop.w.done('portal/sessions', { user_id: await shop.w.user(), scopes: ['payments'] });
    const opened = await dashboard.open('/billing', { user_id: 'of the token', token: token as string });
    await opened.page.getByRole('heading', { name: 'Professional' }).waitFor();
    await opened.page.getByText('No payments yet').waitFor();
    expect(await opened.page.getByRole('alert').count()).toBe(0);
    await opened.close();
    const other = await dashboard.open('/billing', { user_id: 'an-admin', roles: ['admin'] });
    await other.page.getByRole('main').getByRole('link', { name: 'Administration' }).waitFor();
    expect(await shop.w.sql(`SELECT FROM user_credits WHERE user_id = 'an-admin'`)).toEqual([]);
    await other.close();
  });

  it('sets the automatic top-up, shows what the service refuses at its field, and turns it off', async () => {
    const user_id = await shop.w.user('5');
    const opened = await dashboard.open('/billing', { user_id });
    const { page } = opened;
    const threshold = page.getByLabel('When credits fall below');
    await threshold.fill('five');
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page.getByText('Enter an amount such as 12.50.').waitFor();
    await threshold.fill('500');
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page
      .getByText(/must not exceed the credits of the package/)
      .first()
      .waitFor();
    expect(await threshold.inputValue()).toBe('500');
    await threshold.fill('2.5');
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page.getByText('US$0.00 of US$100.00 spent this month').first().waitFor();
    const settings = async () => (await shop.w.get('payments/auto-topup', { user_id })).body;
    expect(await settings()).toMatchObject({ threshold: '2.500000', state: 'on' });
    await page.waitForLoadState('networkidle'); // a confirmation ends when the page is read again
    await page.getByRole('button', { name: 'Turn off' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click();
    await page.getByRole('button', { name: 'Turn on' }).waitFor();
    expect(await settings()).toBeNull();
    await opened.close();
  });
});

describe('coupons', () => {
  it('redeem a code once, refuse it clearly the second time, and list what was redeemed', async () => {
    const user_id = await shop.w.user('5');
    const { code } = await shop.w.done('credits/coupons/create', { coupon_type: 'credit_bonus', value: '12.5' });
    const opened = await dashboard.open('/coupons', { user_id });
    const { page } = opened;
    await page.getByText('No coupon redeemed yet').waitFor();
    const redeem = page.getByRole('button', { name: 'Redeem' });
    await redeem.click();
    await page.getByText('Enter a value.').waitFor();
    await page.getByLabel('Coupon code').fill('?');
    await redeem.click();
    await page.getByText(/3 to 64 letters/).waitFor();
    await page.getByLabel('Coupon code').fill(` ${String(code).toLowerCase()} `);
    await redeem.click();
    await page.getByRole('cell', { name: '+12.50 credits' }).waitFor();
    await opened.isAccessible();
    await page.getByLabel('Coupon code').fill(String(code));
    await redeem.click();
    await page.getByText('You have already redeemed this coupon').waitFor();
    expect(await page.getByLabel('Coupon code').inputValue()).toBe(code);
    await opened.close();
  });
});

describe('an own key', () => {
  it('is connected after OpenRouter has accepted it, checked, and removed', async () => {
    const user_id = await shop.w.user('5');
    openrouter.keys.set(KEY, { limit: 10, usage: 2.5 });
    const opened = await dashboard.open('/own-key', { user_id });
    const { page } = opened;
    const connect = page.getByRole('button', { name: 'Connect', exact: true });
    await page.getByLabel('Key', { exact: true }).fill('not a key');
    await connect.click();
    await page.getByText('An OpenRouter key begins with sk-or-v1-.').waitFor();
    await opened.isAccessible();
    await page.getByLabel('Key', { exact: true }).fill(`sk-or-v1-wrong${'f'.repeat(27)}`);
    await connect.click();
    await page.getByText('OpenRouter does not accept this key').first().waitFor();
    await page.getByLabel('Key', { exact: true }).fill(KEY);
    await connect.click();
    await page.getByText('sk-or-v1-...cdef').waitFor();
    await page.getByText('US$7.50').waitFor();
    openrouter.keys.set(KEY, { limit: 10, usage: 4 });
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('US$6.00').waitFor();
    await page.getByRole('button', { name: 'Remove the key' }).click();
    await opened.isAccessible();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the key' }).click();
    await connect.waitFor();
    await opened.close();
  });
});

describe('models', () => {
  it('show the prices of the own plan, can be searched and compared, and say which are allowed', async () => {
    const user_id = await shop.w.user('5');
    const opened = await dashboard.open('/models', { user_id });
    const { page } = opened;
    await page.getByLabel('Search models').fill('stand-in dear');
    await page
      .getByRole('row', { name: /stand-in\/dear/ })
      .getByText('69.00')
      .waitFor();
    await page
      .getByRole('row', { name: /stand-in\/dear/ })
      .getByText('Not in your plan')
      .waitFor();
    await page.getByRole('button', { name: 'Clear all filters' }).click();
    const boxes = page.getByRole('checkbox');
    await boxes.nth(0).check();
    await boxes.nth(2).check();
    await page.getByRole('button', { name: 'Compare (2)' }).click();
    await page.getByRole('dialog').getByRole('columnheader').nth(2).waitFor();
    await opened.isAccessible();
    await page.reload(); // the comparison is in the address
    await page.getByRole('dialog').getByRole('columnheader').nth(2).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(new URL(page.url()).search).toBe('');
    await opened.close();
  });
});

describe('settings', () => {
  it('that no browser can use, of the browser or kept from before, do not matter', async () => {
    const opened = await dashboard.open('/sign-in', null);
    const { page } = opened;
    await page.addInitScript(`Object.defineProperty(navigator, 'languages', { value: ['de-DE@posix', 'en-US@posix'] });
      localStorage.setItem('tollgate.preferences', JSON.stringify({ locale: 'xx', time_zone: 'Mars/Base' }))`);
    const session = JSON.stringify({ token: await shop.w.as(await shop.w.user()), via: 'token' });
    await page.addInitScript(`sessionStorage.setItem('tollgate.session', ${JSON.stringify(session)})`);
    for (const path of ['/', '/transactions', '/settings']) {
      await page.goto(`${dashboard.url}/app${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      expect(await page.getByText('This page has failed').count()).toBe(0);
    }
    expect(await page.getByRole('combobox', { name: 'Language', exact: true }).count()).toBe(1);
    await opened.close();
  });

  it('change language, time zone and colors at once, and keep them over a reload', async () => {
    const opened = await dashboard.open('/settings', { user_id: await shop.w.user() });
    const { page } = opened;
    await page.getByRole('combobox', { name: 'Time zone', exact: true }).fill('Tokyo');
    await page.getByRole('option', { name: 'Asia/Tokyo' }).click();
    await page.getByText('Dark', { exact: true }).click();
    await page.getByRole('combobox', { name: 'Language', exact: true }).click();
    await opened.isAccessible();
    await page.getByRole('option', { name: 'Deutsch' }).click();
    await page.getByRole('heading', { name: 'Einstellungen', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Einstellungen', level: 1 }).waitFor();
    expect(await page.getByRole('combobox', { name: 'Zeitzone', exact: true }).inputValue()).toBe('Asia/Tokyo');
    expect(await page.evaluate('document.documentElement.dataset.mantineColorScheme')).toBe('dark');
    await opened.isAccessible();
    await opened.close();
  });
});

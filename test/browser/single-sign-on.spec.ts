import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { type LoginProvider, startLoginProvider } from '../support/services/login-provider.js';
import { Dashboard } from './support.js';

const CLIENT = 'tollgate-dashboard';
const AUDIENCE = 'tollgate-tests';
/** The dashboard renews a token a minute before its end: this one six seconds after it was issued. */
const TOKEN_TTL_S = 66;

let t: TestApp;
let dashboard: Dashboard;
let provider: LoginProvider;

beforeAll(async () => {
  provider = await startLoginProvider({ client_id: CLIENT, audience: AUDIENCE, access_token_ttl_s: TOKEN_TTL_S });
  t = await startApp({
    env: {
      JWT_SECRET: undefined,
      JWT_ISSUER: provider.issuer,
      JWT_AUDIENCE: AUDIENCE,
      OIDC_CLIENT_ID: CLIENT,
      OIDC_SCOPE: 'openid api',
      OIDC_RESOURCE: `urn:${AUDIENCE}`,
    },
  });
  dashboard = await Dashboard.start({ t });
  provider.allow(`${dashboard.url}/app/signed-in`);
});
afterAll(async () => {
  await dashboard.close();
  await t.close();
  await provider.stop();
});

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();
const tokenRequests = () => provider.requests.filter((path) => path === '/token').length;

/** What a person does on the provider's own pages. */
async function signInAtProvider(page: Page, user_id: string): Promise<void> {
  await page.locator('input[name=login]').fill(user_id);
  await page.locator('input[name=password]').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function signedIn(path: string, user_id: string) {
  const opened = await dashboard.open(path, null);
  await opened.page.getByRole('button', { name: 'Continue with single sign-on' }).click();
  await signInAtProvider(opened.page, user_id);
  return opened;
}

describe('single sign-on', () => {
  it('brings people back to the page that they wanted, and keeps them signed in over a reload', async () => {
    const opened = await signedIn('/coupons?code=HELLO-1', 'ann');
    const { page } = opened;
    await heading(page, 'Coupons');
    expect(page.url()).toBe(`${dashboard.url}/app/coupons?code=HELLO-1`);
    await page.reload();
    await page.getByRole('button', { name: 'Account ann' }).waitFor();
    expect(await page.evaluate('[localStorage.length, document.cookie]')).toEqual([0, '']);
    await page.getByRole('button', { name: 'Account ann' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL((url) => url.href.startsWith(provider.issuer));
    await page.getByRole('button', { name: /sign me out/i }).click();
    await heading(page, 'Sign in to Tollgate');
    await opened.close();
  });

  it('renews the access token before it ends, without a word', async () => {
    const before = tokenRequests();
    const opened = await signedIn('/settings', 'bob');
    const { page } = opened;
    await heading(page, 'Settings');
    const token = () => page.evaluate(`sessionStorage.getItem('tollgate.session')`);
    const first = await token();
    await eventually(async () => tokenRequests() >= before + 2 && (await token()) !== first);
    await page.getByRole('link', { name: 'Coupons' }).click();
    await page.getByText('No coupon redeemed yet').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await opened.close();
  });

  it('renews an ended session in a window of its own, and the page keeps what was typed', async () => {
    const opened = await signedIn('/coupons', 'cem');
    const { page } = opened;
    await heading(page, 'Coupons');
    await page.getByLabel('Coupon code').fill('HELLO-2');
    await page.route('**/api/v1/**', (route) =>
      route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer ended' } }),
    );
    await page.getByRole('button', { name: 'Redeem' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    await page.unroute('**/api/v1/**');
    const [popup] = await Promise.all([
      page.context().waitForEvent('page'),
      dialog.getByRole('button', { name: 'Continue with single sign-on' }).click(),
    ]);
    // the provider still knows the person, so that the window closes by itself
    await popup.waitForEvent('close');
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Coupon code').inputValue()).toBe('HELLO-2');
    await page.getByRole('button', { name: 'Redeem' }).click();
    await page.getByText('Coupon code not found').waitFor();
    await opened.close();
  });
});

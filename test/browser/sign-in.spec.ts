import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type Json, TestEnv } from '../support/factories.js';
import { Dashboard } from './support.js';

const RETURN_ORIGIN = 'https://platform.example.com';

let w: TestEnv;
let dashboard: Dashboard;
beforeAll(async () => {
  w = await TestEnv.start({ env: { PORTAL_RETURN_ORIGINS: RETURN_ORIGIN }, config: { is_development: true } });
  dashboard = await Dashboard.start(w);
});
afterAll(async () => {
  await dashboard.close();
  await w.close();
});

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Your session has ended' });
const SCOPES = ['balance:read', 'credits:read', 'usage:read', 'coupons'];

/** A link that signs a user in, and the id of its session. */
async function portalLink(user_id: string, more: object = {}): Promise<{ id: string; path: string }> {
  const { id, url } = await w.done('portal/sessions', { user_id, scopes: SCOPES, ...more });
  return { id: id as string, path: (url as string).replace(/^.*\/app/, '') };
}
const revoke = (id: string) => w.t.call(`portal/sessions/${id}`, { method: 'DELETE', token: w.admin });

async function pasteToken(page: Page, token: string): Promise<void> {
  await page.getByLabel('Access token').fill(token);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

describe('a pasted token', () => {
  it('is asked for, tried, and leads to the page that was wanted', async () => {
    const opened = await dashboard.open('/coupons?code=HELLO-1', null);
    const { page } = opened;
    await heading(page, 'Sign in to Tollgate');
    await opened.isAccessible();
    await pasteToken(page, '');
    await page.getByText('Paste a token.').waitFor();
    await pasteToken(page, 'not.a.token');
    await page.getByText('This token was refused. Ask for a new one.').waitFor();
    await pasteToken(page, ` Bearer ${await w.as(await w.user())} `);
    await heading(page, 'Coupons');
    expect(page.url()).toBe(`${dashboard.url}/app/coupons?code=HELLO-1`);
    expect(await page.getByLabel('Coupon code').inputValue()).toBe('HELLO-1');
    await page.reload();
    await heading(page, 'Coupons');
    expect(await page.evaluate('[localStorage.length, document.cookie]')).toEqual([0, '']);
    await opened.close();
  });

  it('never leads to another site', async () => {
    const opened = await dashboard.open('/sign-in?then=https%3A%2F%2Fevil.example%2F', null);
    await pasteToken(opened.page, await w.as(await w.user()));
    await heading(opened.page, 'Overview');
    expect(opened.page.url()).toBe(`${dashboard.url}/app/`);
    await opened.close();
  });

  it('is forgotten on sign-out', async () => {
    const user_id = await w.user();
    const opened = await dashboard.open('/settings', { user_id });
    const { page } = opened;
    await page.getByRole('button', { name: `Account ${user_id}` }).click();
    await opened.isAccessible();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading(page, 'Sign in to Tollgate');
    expect(await page.evaluate(`sessionStorage.getItem('tollgate.session')`)).toBeNull();
    await opened.close();
  });
});

describe('the development mode', () => {
  it('signs in with one click, as a user or as an admin', async () => {
    const opened = await dashboard.open('/', null);
    const { page } = opened;
    await page.getByRole('button', { name: 'Continue as demo user' }).click();
    await heading(page, 'Overview');
    expect(await page.getByRole('link', { name: 'Accounts' }).count()).toBe(0);
    await page.evaluate('sessionStorage.clear()');
    await page.goto(`${dashboard.url}/app/sign-in?then=%2Fsettings`);
    await page.getByRole('button', { name: 'Continue as demo admin' }).click();
    await page.getByText('demo-admin').first().waitFor();
    await page.getByRole('link', { name: 'Accounts' }).waitFor();
    await opened.close();
  });
});

describe('a portal link', () => {
  it('signs its user in without leaving the token in the address, and leads back to the platform', async () => {
    const user_id = await w.user();
    const { path } = await portalLink(user_id, { return_url: `${RETURN_ORIGIN}/account` });
    const opened = await dashboard.open(path, null);
    const { page } = opened;
    await heading(page, 'Overview');
    expect(page.url()).toBe(`${dashboard.url}/app/`);
    await page.getByRole('button', { name: `Account ${user_id}` }).click();
    const back = page.getByRole('link', { name: 'Back to platform.example.com' });
    expect(await back.getAttribute('href')).toBe(`${RETURN_ORIGIN}/account`);
    await page.keyboard.press('Escape');
    await page.goto(`${dashboard.url}/app/billing`);
    await page.getByText('You may not see this page').waitFor(); // payments are not among the scopes
    expect(await page.getByRole('link', { name: 'Billing' }).count()).toBe(0);
    await opened.close();
  });

  it('ends with its sign-out, and says so when it is opened again', async () => {
    const user_id = await w.user();
    const { path } = await portalLink(user_id);
    const opened = await dashboard.open(path, null);
    const { page } = opened;
    await heading(page, 'Overview');
    await page.getByRole('button', { name: `Account ${user_id}` }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading(page, 'Sign in to Tollgate');
    expect((await w.list('portal/sessions', { user_id })).body).toEqual([]);
    await page.goto(`${dashboard.url}/app${path}`);
    await page.getByText('This link has ended. Open it again from where you got it.').waitFor();
    await page.goto(`${dashboard.url}/app/portal`);
    await page.reload();
    await page.getByText('This link is not complete. Open it again from where you got it.').waitFor();
    await opened.isAccessible();
    await opened.close();
  });
});

describe('a session that has ended before the page is opened', () => {
  it.each([
    ['/coupons?code=HELLO-2', 'user', 'Coupons'],
    ['/admin/audit', 'admin', 'Audit log'],
  ] as const)('leads to the sign-in page, and back to %s', async (path, role, name) => {
    const user_id = await w.user();
    const opened = await dashboard.open(path, { user_id, token: 'a.token.ofyesterday' });
    const { page } = opened;
    await heading(page, 'Sign in to Tollgate');
    await pasteToken(page, await w.t.tokenFor(user_id, role));
    await heading(page, name);
    expect(page.url()).toBe(`${dashboard.url}/app${path}`);
    await opened.close();
  });
});

describe('a session that ends while somebody works', () => {
  /** A page on which a code is typed, and whose session has just ended. */
  async function interrupted(user_id: string) {
    const { code } = await w.done('credits/coupons/create', { coupon_type: 'credit_bonus', value: '3' });
    const { id, path } = await portalLink(user_id);
    const opened = await dashboard.open(path, null);
    const { page } = opened;
    await heading(page, 'Overview');
    await page.getByRole('link', { name: 'Coupons' }).click();
    await page.getByLabel('Coupon code').fill(code as string);
    await revoke(id);
    await page.getByRole('button', { name: 'Redeem' }).click();
    await dialog(page).waitFor();
    return { opened, page, code: code as string };
  }

  it('keeps what was typed, and goes on after the same person has signed in again', async () => {
    const user_id = await w.user('5');
    const { opened, page, code } = await interrupted(user_id);
    await opened.isAccessible();
    await pasteToken(page, await w.as(user_id));
    await dialog(page).waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Coupon code').inputValue()).toBe(code);
    await page.getByRole('button', { name: 'Redeem' }).click();
    await page.getByText(`${code} is redeemed`).waitFor();
    expect((await w.get('credits/balance', { user_id })).body.balance).toBe('8.000000');
    await opened.close();
  });

  it('shows somebody else a page of their own', async () => {
    const [first, second] = [await w.user(), await w.user('7.77')];
    const { opened, page, code } = await interrupted(first);
    await pasteToken(page, await w.as(second));
    await heading(page, 'Overview');
    await page.getByRole('button', { name: `Account ${second}` }).waitFor();
    await page.getByText('7.77').first().waitFor();
    expect(await page.content()).not.toContain(code);
    await opened.close();
  });
});

describe('two tabs', () => {
  it('can belong to two people', async () => {
    const [ann, bob] = [await w.user(), await w.user()];
    const opened = await dashboard.open('/settings', { user_id: ann });
    await opened.page.getByText(ann).first().waitFor();
    const other = await opened.page.context().newPage();
    await other.goto(`${dashboard.url}/app/settings`);
    await heading(other, 'Sign in to Tollgate');
    await pasteToken(other, await w.as(bob));
    await other.getByText(bob).first().waitFor();
    await opened.page.reload();
    await opened.page.getByText(ann).first().waitFor();
    await other.getByRole('button', { name: `Account ${bob}` }).click();
    await other.getByRole('button', { name: 'Sign out' }).click();
    await heading(other, 'Sign in to Tollgate');
    await opened.page.reload();
    await opened.page.getByText(ann).first().waitFor();
    await opened.close();
  });
});

describe('a service that is away for a moment', () => {
  it('leaves what was typed, and a repetition acts once', async () => {
    const user_id = await w.user('5');
    const coupon: Json = await w.done('credits/coupons/create', { coupon_type: 'credit_bonus', value: '2' });
    const opened = await dashboard.open(`/coupons?code=${String(coupon.code)}`, { user_id });
    const { page } = opened;
    // the request arrives, and its answer is lost
    await page.route('**/coupons/redeem', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: 'Redeem' }).click();
    await page.getByText('The service cannot be reached.').waitFor();
    expect(await page.getByLabel('Coupon code').inputValue()).toBe(coupon.code);
    await page.unroute('**/coupons/redeem');
    await page.getByRole('button', { name: 'Redeem' }).click();
    await page.getByText(`${String(coupon.code)} is redeemed`).waitFor();
    expect((await w.get('credits/balance', { user_id })).body.balance).toBe('7.000000');
    await opened.close();
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestEnv } from '../support/factories.js';
import { Invitations } from '../support/invitations.js';
import { Dashboard } from './support.js';

let w: TestEnv;
let i: Invitations;
let dashboard: Dashboard;
beforeAll(async () => {
  w = await TestEnv.start({ env: { PUBLIC_URL: 'https://credits.example.com' } });
  i = new Invitations(w);
  dashboard = await Dashboard.start(w);
});
afterAll(async () => {
  await dashboard.close();
  await w.close();
});

describe('an admin', () => {
  it('sets the terms, and revokes an invitation', async () => {
    const opened = await dashboard.open('/admin/referrals', { user_id: 'ops', roles: ['admin'] });
    const { page } = opened;
    await page.getByText('There are no credits for invitations until you set the terms.').waitFor();
    await page.getByRole('button', { name: 'Terms' }).click();
    await page.getByLabel('Credits for who invited').fill('10');
    await page.getByLabel('Credits for the invited').fill('5');
    await page.getByLabel('The invited must have paid').fill('20');
    await page.getByLabel('Sign-up page').fill('https://app.example.com/join');
    await page.getByRole('button', { name: 'Set the terms' }).click();
    await page.getByText('Enter a URL that contains {code}.').waitFor();
    await page.getByLabel('Sign-up page').fill('https://app.example.com/join/{code}');
    await page.getByRole('button', { name: 'Set the terms' }).click();
    await page.getByText('The terms are set.').waitFor();
    const bob = await i.invited(await w.user());
    await page.reload();
    await page.getByRole('button', { name: bob }).click();
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog', { name: 'Revoke' }).getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('revoked', { exact: true }).first().waitFor();
    expect(await i.of(bob)).toMatchObject({ state: 'refused', reason: 'revoked' });
    await opened.isAccessible();
    await opened.close();
  });
});

describe('a user', () => {
  it('sees the code with what it brought, and redeems the code of the link that led here', async () => {
    await i.setProgram();
    const ann = await w.user();
    const bob = await i.invited(ann);
    await i.invited(ann);
    await i.pay(bob, '20');
    const opened = await dashboard.open('/invite', { user_id: ann });
    await opened.page.getByText('10.00 credits').first().waitFor();
    const code = await opened.page.getByLabel('Code', { exact: true }).inputValue();
    expect(await opened.page.getByLabel('Link').inputValue()).toBe(
      `https://credits.example.com/app/invite?ref=${code}`,
    );
    await opened.page.getByRole('row').filter({ hasText: 'Credits given' }).last().waitFor();
    await opened.isAccessible();
    await opened.close();
    const carl = await w.user();
    const invited = await dashboard.open(`/invite?ref=${code}`, { user_id: carl });
    await invited.page.getByRole('button', { name: 'Redeem the code' }).click();
    await invited.page.getByText('A friend invited you').waitFor();
    expect(await i.of(carl)).toMatchObject({ referrer_id: ann, state: 'pending' });
    await invited.isAccessible();
    await invited.close();
  });

  it('reads why a code is refused', async () => {
    await i.setProgram();
    const user_id = await w.user();
    const opened = await dashboard.open(`/invite?ref=${await i.codeOf(user_id)}`, { user_id });
    await opened.page.getByRole('button', { name: 'Redeem the code' }).click();
    await opened.page.getByText('invitations are for people who are new here').waitFor();
    await opened.close();
  });
});

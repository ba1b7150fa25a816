import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { TestEnv } from '../support/factories.js';
import { TestOrganization } from '../support/organizations.js';
import { Dashboard } from './support.js';

const WORK = { service: 'tts', quantity: '1', unit: 'request', charge: true };

let w: TestEnv;
let dashboard: Dashboard;
let acme: TestOrganization;
beforeAll(async () => {
  w = await TestEnv.start();
  dashboard = await Dashboard.start(w);
  acme = await TestOrganization.open(w);
});
afterAll(async () => {
  await dashboard.close();
  await w.close();
});

describe('an organization', () => {
  it('invites somebody without an account, who signs in, accepts, switches and works for it', async () => {
    const owner = await dashboard.open('/', { user_id: acme.owner });
    await owner.page.getByRole('button', { name: /Change the account/ }).click();
    await owner.page.getByRole('button', { name: 'Acme', exact: true }).click();
    await owner.page.getByRole('link', { name: 'Organization', exact: true }).click();
    await owner.page.getByRole('heading', { name: 'Acme' }).waitFor();
    await owner.page.getByText('Your role: Owner').waitFor();
    await owner.isAccessible();
    await owner.page.getByRole('button', { name: 'Invite a person' }).click();
    const form = owner.page.getByRole('form', { name: 'Invite a person' });
    await form.getByLabel('E-mail address').fill('ann@example.com');
    await form.getByLabel('Monthly limit in credits').fill('25');
    await owner.isAccessible();
    await form.getByRole('button', { name: 'Invite a person' }).click();
    const link = new URL((await owner.page.getByRole('region', { name: 'Link' }).textContent()) ?? '');

    const ann = `ann-${randomUUID()}`;
    const guest = await dashboard.open(`${link.pathname.replace('/app', '')}${link.hash}`, null);
    await guest.page.getByRole('heading', { name: 'You have been invited' }).waitFor();
    expect(guest.page.url()).not.toContain('tg_invite');
    await guest.isAccessible();
    await guest.page.getByRole('link', { name: 'Sign in' }).click();
    await guest.page.getByLabel('Access token').fill(await w.as(ann));
    await guest.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await guest.page.getByRole('heading', { name: 'Join Acme' }).waitFor();
    await guest.page.getByText('Your role will be: Member.').waitFor();
    await guest.isAccessible();
    await guest.page.getByRole('combobox', { name: 'Who pays for your work' }).click();
    await guest.page.getByRole('option', { name: 'Only the organization' }).click();
    await guest.page.getByRole('button', { name: 'Accept the invitation' }).click();
    await guest.page.getByRole('button', { name: 'Change the account Acme' }).waitFor();
    await guest.isAccessible();
    expect(await guest.page.getByRole('link', { name: 'Billing' }).count()).toBe(0);

    const done = await w.t.call('credits/usage/track', { method: 'POST', token: await w.as(ann), body: WORK });
    expect(done).toMatchObject({ status: 200, body: { user_id: acme.id } });
    await guest.page.getByRole('button', { name: 'Change the account Acme' }).click();
    await guest.page.getByRole('button', { name: 'My account', exact: true }).click();
    await guest.page.getByRole('link', { name: 'Billing' }).waitFor();
    await guest.close();

    await owner.page.reload();
    await owner.page.getByText(/ of 25\.00$/).waitFor();
    await owner.page.getByRole('button', { name: ann }).click();
    await owner.isAccessible();
    await owner.page.getByRole('button', { name: 'Remove the member' }).click();
    await owner.page.getByRole('dialog').last().getByRole('button', { name: 'Remove the member' }).click();
    await owner.page.getByText('The member was removed.').waitFor();
    await owner.page.getByRole('tab', { name: 'Cost centers' }).click();
    await owner.page.getByLabel('Code').fill('research');
    await owner.page.getByLabel('Name').fill('Research');
    await owner.page.getByRole('button', { name: 'Add a cost center' }).click();
    await owner.page.getByRole('cell', { name: 'Research', exact: true }).waitFor();
    await owner.isAccessible();
    await owner.close();
  });

  it('is opened in the dashboard; somebody who is removed goes on with the own account', async () => {
    const bob = await w.open(`bob-${randomUUID()}`);
    const opened = await dashboard.open(
      '/new-organization',
      { user_id: bob },
      { viewport: { width: 390, height: 844 } },
    );
    await opened.page.getByLabel('Name').fill('Initech');
    await opened.isAccessible();
    await opened.page.getByRole('button', { name: 'Create an organization' }).click();
    await opened.page.waitForURL(/\/app\/$/);
    await opened.page.getByRole('button', { name: 'Open the menu' }).click();
    await opened.page.getByRole('button', { name: 'Change the account Initech' }).waitFor();
    await opened.isAccessible();
    const { body } = await w.t.call('organizations', { token: await w.as(bob) });
    const [{ id }] = body as [{ id: string }];
    await w.t.call(`organizations/${id}`, { method: 'DELETE', token: w.admin });
    await opened.page.reload();
    await opened.page.getByText('Available credits').first().waitFor();
    expect(await opened.page.evaluate("sessionStorage.getItem('tollgate.account')")).toBeNull();
    await opened.close();
  });
});

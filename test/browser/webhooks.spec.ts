import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { TestEnv } from '../support/factories.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { WebhooksOf, WEBHOOKS_ENV } from '../support/webhooks.js';
import { button, form, refused, see, settled } from './administration.js';
import { Dashboard, type OpenPage } from './support.js';

const ADMIN = { user_id: 'an-admin', roles: ['admin' as const] };
const PHONE = { viewport: { width: 390, height: 844 } };

let w: TestEnv;
let hooks: WebhooksOf;
let dashboard: Dashboard;
let receiver: WebhookReceiver;
beforeAll(async () => {
  w = await TestEnv.start({ env: WEBHOOKS_ENV });
  hooks = new WebhooksOf(w);
  [dashboard, receiver] = await Promise.all([Dashboard.start(w), WebhookReceiver.start()]);
});
afterAll(async () => {
  receiver.close();
  await dashboard.close();
  await w.close();
});

const open = (path: string, options = {}): Promise<OpenPage> => dashboard.open(path, ADMIN, options);

describe('the page of webhooks', () => {
  it('adds an endpoint, keeps what was typed when it is refused, and shows the secret once', async () => {
    const p = await open('/admin/webhooks');
    await see(p, 'No endpoints');
    await button(p, 'Add an endpoint').first().click();
    const fields = form(p, 'Add an endpoint');
    await fields.getByLabel('URL').fill('https://10.0.0.1/hook');
    await fields.getByLabel('Description').fill('Billing');
    await fields.getByRole('button', { name: 'Add an endpoint' }).click();
    await see(p, 'must have a public address');
    await refused(p);
    expect(await fields.getByLabel('Description').inputValue()).toBe('Billing');
    await p.isAccessible();
    await fields.getByLabel('URL').fill(receiver.url);
    await fields.getByRole('button', { name: 'Add an endpoint' }).click();
    await see(p, 'whsec_');
    await p.isAccessible();
    await button(p, 'I have saved it').click();
    await see(p, receiver.url);
    await settled(p);
    await p.isAccessible();
    await p.close();
  });

  it('tests an endpoint and sends a delivery again', async () => {
    const user_id = `user-${randomUUID()}`;
    receiver.refuse(503, {}, 'Service Unavailable');
    await hooks.happen(user_id, 2);
    await hooks.deliver();
    const p = await open('/admin/webhooks', { colorScheme: 'dark' });
    await p.page.getByRole('button', { name: receiver.url }).click();
    await see(p, 'Every attempt since');
    await button(p, 'Send a test').click();
    await see(p, 'The endpoint responded with status 503.');
    receiver.accept();
    await button(p, 'Send a test').click();
    await see(p, 'The endpoint accepted the message.');
    await p.isAccessible();
    await p.close();

    const list = await open('/admin/webhooks?tab=deliveries', PHONE);
    await list.page.getByRole('button', { name: 'usage.unrated' }).last().click();
    await see(list, 'Service Unavailable');
    await see(list, '"sequence": 1');
    await list.isAccessible();
    await button(list, 'Send again').click();
    await button(list, 'Send again').last().click();
    await see(list, 'The event was queued again.');
    await list.close();
    await hooks.send();
    expect(receiver.sequencesOf(user_id)).toEqual([1, 2]);
  });
});

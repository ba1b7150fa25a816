import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailSender } from '../../src/mail/outbox/mail-sender.js';
import { TestEnv } from '../support/factories.js';
import { Mailbox } from '../support/services/mailbox.js';
import { Dashboard } from './support.js';

const FACTS = { available: '0.42', threshold: '0.5' };

let w: TestEnv;
let mailbox: Mailbox;
let dashboard: Dashboard;
beforeAll(async () => {
  mailbox = await Mailbox.start();
  w = await TestEnv.start({ env: { ...mailbox.env, JOBS: 'off' } });
  dashboard = await Dashboard.start(w);
});
afterAll(async () => {
  await dashboard.close();
  await w.close();
  await mailbox.stop();
});

/** A person with two unread notifications. */
async function person(): Promise<string> {
  const user_id = await w.user('5');
  for (const [kind, facts] of [
    ['low_balance', FACTS],
    ['exhausted', { resets_at: '2027-01-01T00:00:00Z' }],
  ] as const) {
    await w.sql(
      `INSERT INTO notifications (user_id, kind, cause, facts, in_inbox) VALUES ($1, $2::varchar, $2::varchar, $3, true)`,
      [user_id, kind, facts],
    );
  }
  return user_id;
}

describe('notifications', () => {
  it('are counted in the header and read in the inbox', async () => {
    const user_id = await person();
    const opened = await dashboard.open('/', { user_id });
    const { page } = opened;
    await page.getByRole('link', { name: 'Notifications, 2 unread' }).click();
    await page.getByRole('heading', { name: 'Your credits are running low' }).waitFor();
    await opened.isAccessible();
    await page.getByRole('button', { name: 'Mark as read', exact: true }).first().click();
    await page.getByRole('link', { name: 'Notifications, 1 unread' }).waitFor();
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await page.getByRole('link', { name: 'Notifications, none unread' }).waitFor();
    expect(await page.getByText('Everything is read').count()).toBe(1);
  });

  it('are chosen in the settings, and the address is confirmed by a link', async () => {
    const user_id = await person();
    const opened = await dashboard.open('/settings', { user_id });
    const { page } = opened;
    const mail = page.getByRole('checkbox', { name: 'E-mail: Credits running low' });
    await mail.click(); // it changes with the answer of the service
    await mail.and(page.locator(':not(:checked)')).waitFor();
    const threshold = page.getByRole('form', { name: 'Warn me when fewer credits than this are left' });
    await threshold.getByRole('textbox').fill('6');
    await threshold.getByRole('button', { name: 'Save' }).click();
    await page.getByText('You are told when your credits fall below this amount.').waitFor();
    expect((await w.list('events', { user_id, types: 'credits.low' })).body).toHaveLength(1);
    await page.reload();
    await mail.waitFor();
    expect(await mail.isChecked()).toBe(false);
    await page.getByLabel('New address').fill('ann@example.com');
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByText('Confirm ann@example.com').waitFor();
    await opened.isAccessible();
    await w.t.app.get(MailSender, { strict: false }).sendDue();
    const link =
      /\/app(\/confirm-address#token=\S+)/.exec(mailbox.to('ann@example.com')[0]?.mail.text ?? '')?.[1] ?? '';
    const { page: other } = await dashboard.open(link, null);
    await other.getByRole('button', { name: 'Confirm address' }).click();
    await other.getByText('Your address is confirmed').waitFor();
    await page.reload();
    await page.getByText('Confirmed').waitFor();
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { writeEvents } from '../../../src/events/event-log.js';
import { MailSender } from '../../../src/mail/outbox/mail-sender.js';
import { EventTeller } from '../../../src/notifications/telling/event-teller.js';
import { MonthlyReportsJob } from '../../../src/notifications/reports/monthly-reports.job.js';
import { Database } from '../../../src/platform/database/database.js';
import { eventually } from '../../support/eventually.js';
import { type Json, TestEnv } from '../../support/factories.js';
import { Mailbox } from '../../support/services/mailbox.js';

let w: TestEnv;
let mailbox: Mailbox;
beforeAll(async () => {
  mailbox = await Mailbox.start();
  w = await TestEnv.start({ env: { ...mailbox.env, JOBS: 'off' } });
});
afterAll(async () => {
  await w.close();
  await mailbox.stop();
});

const inject = <T>(type: abstract new (...given: never[]) => T): T => w.t.app.get(type, { strict: false });

/** A person with an address. */
async function person(): Promise<{ user_id: string; email: string; token: string }> {
  const user_id = await w.user('5');
  await inject(EventTeller).tellNew();
  await w.sql('DELETE FROM notifications WHERE user_id = $1', [user_id]); // the welcome
  const email = `${randomUUID()}@example.com`;
  await w.sql(`INSERT INTO contacts (user_id, email, source, verified_at) VALUES ($1, $2, 'person', now())`, [
    user_id,
    email,
  ]);
  return { user_id, email, token: await w.as(user_id) };
}

async function happened(user_id: string, type: 'credits.low' | 'credits.recovered', at = new Date()): Promise<void> {
  const account = {
    tier: 'trial',
    held: '0',
    debt: '0',
    allocated_monthly: '5',
    reset_date: new Date(),
    threshold: '0.5',
  };
  const object = { ...account, balance: type === 'credits.low' ? '0.4' : '5' };
  await inject(Database).transaction((tx) => writeEvents(tx, [{ user_id, type, occurred_at: at, object }]));
  await inject(EventTeller).tellNew();
  await inject(MailSender).sendDue();
}

const titles = async (token: string): Promise<unknown[]> =>
  (await w.list('me/notifications', {}, token)).body.map(({ title }) => title);

describe('a new account', () => {
  it('is welcomed in the inbox', async () => {
    const user_id = await w.user('5');
    await inject(EventTeller).tellNew();
    expect(await titles(await w.as(user_id))).toEqual(['Welcome']);
  });
});

describe('an event that cannot be read', () => {
  it('holds up no other', async () => {
    const { user_id, token } = await person();
    await w.sql(
      `INSERT INTO events (id, user_id, sequence, type, occurred_at, data)
       VALUES (tollgate_uuid7(clock_timestamp()), 'nobody', 1, 'credits.low', now(), '{"object": {}}')`,
    );
    await happened(user_id, 'credits.low');
    expect(await titles(token)).toEqual(['Your credits are running low']);
    await w.sql(`DELETE FROM events WHERE user_id = 'nobody'`);
  });
});

describe('an account that hovers around its threshold', () => {
  it('gets one mail and one recovery', async () => {
    const { user_id, email, token } = await person();
    for (let round = 0; round < 5; round++) {
      await happened(user_id, 'credits.low');
      await happened(user_id, 'credits.recovered');
    }
    expect(mailbox.to(email)).toHaveLength(1);
    expect(await titles(token)).toEqual(['You have credits again', 'Your credits are running low']);
  });

  it('is told again the next day, once it has recovered', async () => {
    const { user_id, email } = await person();
    const day = 24 * 60 * 60 * 1000;
    const start = Date.now() - 3 * day;
    await happened(user_id, 'credits.low', new Date(start));
    await happened(user_id, 'credits.low', new Date(start + day)); // it never recovered
    expect(mailbox.to(email)).toHaveLength(1);
    await happened(user_id, 'credits.recovered', new Date(start + day));
    await happened(user_id, 'credits.low', new Date(start + day + 1));
    expect(mailbox.to(email)).toHaveLength(2);
  });

  it('is told once by several instances', async () => {
    const { user_id, email } = await person();
    const other = await w.another({ ...mailbox.env, JOBS: 'off' });
    const account = {
      tier: 'trial',
      held: '0',
      debt: '0',
      allocated_monthly: '5',
      reset_date: new Date(),
      threshold: '0.5',
    };
    await inject(Database).transaction((tx) =>
      writeEvents(tx, [{ user_id, type: 'credits.low', object: { ...account, balance: '0.1' } }]),
    );
    const tellers = [inject(EventTeller), other.app.get(EventTeller, { strict: false })];
    await Promise.all(tellers.map((teller) => teller.tellNew()));
    await Promise.all([inject(MailSender).sendDue(), other.app.get(MailSender, { strict: false }).sendDue()]);
    expect(mailbox.to(email)).toHaveLength(1);
  });
});

describe('a plan', () => {
  it('is renewed when it gives credits again, but not when it begins', async () => {
    const { user_id, token } = await person();
    const object = {
      source: 'plan' as const,
      amount: '20',
      expires_at: null,
      transaction_id: randomUUID(),
      balance_after: '20',
    };
    await w.switch(user_id, 'starter');
    await inject(EventTeller).tellNew();
    expect(await titles(token)).toEqual(['Your plan is now Starter']);
    for (let n = 0; n < 6; n++) await happened(user_id, n % 2 === 0 ? 'credits.low' : 'credits.recovered');
    await inject(Database).transaction((tx) => writeEvents(tx, [{ user_id, type: 'credits.granted', object }]));
    await inject(EventTeller).tellNew();
    expect((await titles(token))[0]).toBe('Your plan Starter was renewed');
  });
});

describe('preferences', () => {
  it('switch mails and the inbox off for each kind', async () => {
    const { user_id, email, token } = await person();
    const body = {
      language: 'de',
      timezone: 'Europe/Berlin',
      kinds: [{ kind: 'low_balance', mail: false, inbox: true }],
    };
    const answer = await w.t.call('me/notification-preferences', { method: 'PUT', token, body });
    expect(answer.status).toBe(200);
    await happened(user_id, 'credits.low');
    expect(mailbox.to(email)).toEqual([]);
    expect(await titles(token)).toEqual(['Ihre Credits gehen zur Neige']);
  });

  it('follow a link to unsubscribe only when it is posted', async () => {
    const { user_id, email, token } = await person();
    await happened(user_id, 'credits.low');
    const url =
      /https:\/\/credits\.platform\.example(\/unsubscribe\?token=[^\s>]+)/.exec(
        mailbox.to(email)[0]?.mail.text ?? '',
      )?.[1] ?? '';
    const choice = async (): Promise<unknown> =>
      ((await w.get('me/notification-preferences', {}, token)).body.kinds as Json[]).find(
        ({ kind }) => kind === 'low_balance',
      )?.mail;
    expect((await w.t.call(url)).status).toBe(200);
    expect(await choice()).toBe(true);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const posted = await w.t.call(url, { method: 'POST', headers, body: 'List-Unsubscribe=One-Click' });
    expect(posted.status).toBe(200);
    expect(await choice()).toBe(false);
    expect((await w.t.call(`${url}x`, { method: 'POST', headers, body: '' })).status).toBe(404);
  });
});

describe('the inbox', () => {
  it('belongs to one person, and knows what is unread', async () => {
    const [ann, bob] = [await person(), await person()];
    await happened(ann.user_id, 'credits.low');
    const [item] = (await w.list('me/notifications', {}, ann.token)).body;
    expect(await titles(bob.token)).toEqual([]);
    expect((await w.post(`me/notifications/${String(item?.id)}/read`, {}, { token: bob.token })).status).toBe(404);
    expect((await w.get('me/notifications/unread', {}, ann.token)).body).toEqual({ unread: 1 });
    expect((await w.post(`me/notifications/${String(item?.id)}/read`, {}, { token: ann.token })).body).toEqual({
      unread: 0,
    });
    expect(await titles(ann.token)).toHaveLength(1);
    expect((await w.list('me/notifications', { unread: 'true' }, ann.token)).body).toEqual([]);
  });
});

describe('the address', () => {
  const put = (token: string, email: string) => w.t.call('me/contact', { method: 'PUT', token, body: { email } });
  const confirm = (token: string) => w.post('me/contact/confirm', { token }, { token: '' });

  it('changes only once a link to it was used, which works once', async () => {
    const { email: old, token } = await person();
    const email = `${randomUUID()}@example.com`;
    expect((await put(token, email)).status).toBe(202);
    await inject(MailSender).sendDue();
    const link = /#token=(\S+)/.exec(mailbox.to(email)[0]?.mail.text ?? '')?.[1] ?? '';
    expect((await w.get('me/contact', {}, token)).body).toMatchObject({ email: old, pending_email: email });
    expect((await confirm(`${link}x`)).body.code).toBe('link_not_valid');
    expect((await confirm(link)).status).toBe(204);
    expect((await w.get('me/contact', {}, token)).body).toMatchObject({ email, source: 'person', pending_email: null });
    expect((await confirm(link)).status).toBe(404);
  });

  it('can be asked for five times an hour', async () => {
    const { token } = await person();
    for (let n = 0; n < 5; n++) expect((await put(token, `${randomUUID()}@example.com`)).status).toBe(202);
    expect((await put(token, `${randomUUID()}@example.com`)).status).toBe(429);
    expect((await put(token, 'a@example.com, b@example.com')).status).toBe(422);
  });
});

describe('the monthly report', () => {
  it('comes once, from several instances, after the month where the person lives', async () => {
    const { user_id, email } = await person();
    await w.sql(`UPDATE contacts SET timezone = 'America/Los_Angeles' WHERE user_id = $1`, [user_id]);
    await w.sql(
      `INSERT INTO usage_hourly (user_id, hour, service, model, has_usage, charges, credits, event_count, tokens_used)
       VALUES ($1, '2026-10-12T10:00:00Z', 'openrouter', 'openai/gpt-4o', true, 3, 2.5, 3, 900)`,
      [user_id],
    );
    const other = await w.another({ ...mailbox.env, JOBS: 'off' });
    const run = { signal: new AbortController().signal };
    const at = async (time: string) => {
      const jobs = [inject(MonthlyReportsJob), other.app.get(MonthlyReportsJob, { strict: false })];
      await Promise.all(jobs.map((job) => job.report(new Date(time), run)));
      await inject(MailSender).sendDue();
    };
    await at('2026-11-01T06:00:00Z'); // still October there
    expect(mailbox.to(email)).toEqual([]);
    await at('2026-11-01T09:00:00Z');
    await at('2026-11-01T10:00:00Z');
    expect(mailbox.to(email)).toHaveLength(1);
    expect(mailbox.to(email)[0]?.mail.text).toContain('You spent 2.50 credits in October 2026');
    expect((await w.list('events', { user_id, types: 'report.*' })).body).toMatchObject([
      { type: 'report.monthly', data: { object: { month: '2026-10', spent: '2.500000', requests: 3 } } },
    ]);
  });
});

describe('the claim of a token', () => {
  it('is an address if it is verified, and a new one after it has changed', async () => {
    const user_id = `user-${randomUUID()}`;
    const email = `${randomUUID()}@example.com`;
    const { SignJWT } = await import('jose');
    const { TEST_SECRET } = await import('../../support/app.js');
    const sign = (email_verified: boolean, claimed = email) =>
      new SignJWT({ email: claimed, email_verified })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(user_id)
        .setIssuer('tollgate')
        .setAudience('tollgate')
        .setExpirationTime('5m')
        .sign(new TextEncoder().encode(TEST_SECRET));
    await w.get('me/contact', {}, await sign(false));
    expect(await w.sql('SELECT email FROM contacts WHERE user_id = $1', [user_id])).toEqual([]);
    for (const claimed of [email, `${randomUUID()}@example.com`]) {
      await w.get('me/contact', {}, await sign(true, claimed));
      await eventually(async () => {
        const [contact] = await w.sql('SELECT email, source FROM contacts WHERE user_id = $1', [user_id]);
        return contact?.email === claimed && contact.source === 'token';
      });
    }
  });
});

describe('a registration', () => {
  it('knows a verified address, and has another one confirmed', async () => {
    const [known, asked] = [`${randomUUID()}@example.com`, `${randomUUID()}@example.com`];
    await w.done('provisioning/register', { user_id: known, email: known, email_verified: true });
    await w.done('provisioning/register', { user_id: asked, email: asked });
    await inject(MailSender).sendDue();
    expect((await w.get('me/contact', {}, await w.as(known))).body).toMatchObject({
      email: known,
      source: 'registration',
    });
    expect((await w.get('me/contact', {}, await w.as(asked))).body).toMatchObject({
      email: null,
      pending_email: asked,
    });
    expect(mailbox.to(asked).map(({ mail }) => mail.subject)).toEqual(['Confirm your e-mail address · Tollgate']);
  });
});

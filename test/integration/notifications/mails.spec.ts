import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Facts, NoticeKind } from '../../../src/mail/notices/kinds.js';
import { MailOutbox } from '../../../src/mail/outbox/mail-outbox.js';
import { MailSender } from '../../../src/mail/outbox/mail-sender.js';
import { Database } from '../../../src/platform/database/database.js';
import { TestEnv } from '../../support/factories.js';
import { Mailbox, type Received } from '../../support/services/mailbox.js';

let w: TestEnv;
let mailbox: Mailbox;
beforeAll(async () => {
  mailbox = await Mailbox.start();
  w = await TestEnv.start({
    env: { ...mailbox.env, JOBS: 'off', BRAND_NAME: 'Acme, "AI"', BRAND_SUPPORT_EMAIL: 'help@platform.example' },
  });
});
afterEach(() => {
  mailbox.refuse = () => null;
});
afterAll(async () => {
  await w.close();
  await mailbox.stop();
});

const inject = <T>(type: abstract new (...given: never[]) => T): T => w.t.app.get(type, { strict: false });
const send = (): Promise<void> => inject(MailSender).sendDue();

async function enqueue<K extends NoticeKind>(kind: K, facts: Facts[K], more: { email?: string; path?: string } = {}) {
  const email = more.email ?? `${randomUUID()}@example.com`;
  const mail = { user_id: 'ann', kind, facts, email, language: 'en' as const, timezone: 'UTC' };
  await inject(Database).transaction((tx) =>
    inject(MailOutbox).enqueue(tx, { ...mail, ...(more.path !== undefined && { path: more.path }) }),
  );
  return email;
}

async function delivered<K extends NoticeKind>(...given: Parameters<typeof enqueue<K>>): Promise<Received> {
  const email = await enqueue(...given);
  await send();
  const [only, ...more] = mailbox.to(email);
  expect(more).toEqual([]);
  return only as Received;
}

const stateOf = async (email: string) =>
  (await w.sql('SELECT state, attempts, error, sealed_path FROM mails WHERE email = $1', [email]))[0];

describe('a mail', () => {
  it('has the same content in HTML and as text', async () => {
    const { mail } = await delivered('low_balance', { available: '0.42', threshold: '0.5' });
    expect(mail.subject).toBe('Your credits are running low · Acme, "AI"');
    expect(mail.from?.value).toEqual([{ address: 'credits@platform.example', name: 'Acme, "AI"' }]);
    expect(mail.replyTo?.text).toBe('help@platform.example');
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('You have 0.42 credits left.');
      expect(part).toContain('https://credits.platform.example/app/billing');
    }
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('can be unsubscribed from with one click, unless it is about security', async () => {
    const { mail } = await delivered('low_balance', { available: '0.42', threshold: null });
    expect(mail.headers.get('list-unsubscribe-post')).toBeUndefined(); // mailparser joins the list headers
    expect(mail.headers.get('list')).toMatchObject({
      unsubscribe: { url: expect.stringMatching(/^https:\/\/credits\.platform\.example\/unsubscribe\?token=/) },
      'unsubscribe-post': { name: 'List-Unsubscribe=One-Click' },
    });
    const paused = await delivered('key_paused', { name: 'k', reason: null });
    expect(paused.raw).not.toMatch(/unsubscribe/i);
  });

  it('quotes what people chose without becoming another mail', async () => {
    const evil =
      'x\r\nBcc: victim@example.com\r\n\r\n<script>alert(1)</script> https://evil.example <a href="https://evil.example">y</a>';
    const { mail, to, raw } = await delivered('key_paused', { name: evil, reason: '"><img src=x onerror=alert(1)>' });
    expect(to).toHaveLength(1);
    expect(mail.bcc).toBeUndefined();
    expect(raw).not.toMatch(/^Bcc:/im);
    expect(mail.html).not.toMatch(/<script|<img src=x|href="https:\/\/evil/);
    expect(`${String(mail.html)}${String(mail.text)}`).not.toContain('https://evil.example');
  });

  it('reaches addresses of odd forms, and only these', async () => {
    for (const email of [
      "o'brien+x@example.com",
      'jürgen@example.com',
      'ann@bücher.example',
      'a@example.com,b@example.com',
    ]) {
      await enqueue('welcome', { available: null }, { email });
    }
    await send();
    expect(mailbox.to("o'brien+x@example.com")).toHaveLength(1);
    expect(mailbox.received.filter(({ to }) => /^ann@(xn--bcher-kva|bücher)\.example$/.test(to[0] ?? ''))).toHaveLength(
      1,
    );
    expect(mailbox.received.filter(({ to }) => to.includes('b@example.com'))).toEqual([]);
    expect(mailbox.received.every(({ to }) => to.length === 1)).toBe(true);
  });

  it('shows the chart of a month', async () => {
    const { mail } = await delivered('monthly_report', {
      month: '2026-11',
      spent: '12.3',
      spent_before: '10',
      requests: 1234,
      tokens: 5_678_901,
      days: Array.from({ length: 30 }, (_, n) => String(n % 7)),
      top: [{ name: 'openai/gpt-4o', spent: '8' }],
    });
    const chart = mail.attachments.find(({ cid }) => cid === 'chart');
    expect(chart?.contentType).toBe('image/png');
    expect(chart?.content.subarray(1, 4).toString()).toBe('PNG');
    expect(mail.headers.get('content-type')).toBeDefined();
    expect(mail.text).toContain('Tokens: 5,678,901');
  });

  it('contains a secret link, which is stored encrypted until it is sent', async () => {
    const email = await enqueue(
      'verify_address',
      { expires_at: '2026-12-01T00:00:00Z' },
      { path: 'confirm-address#token=s3cret' },
    );
    expect(JSON.stringify(await stateOf(email))).not.toContain('s3cret');
    await send();
    expect(mailbox.to(email)[0]?.mail.text).toContain('/app/confirm-address#token=s3cret');
    expect(await stateOf(email)).toMatchObject({ state: 'sent', sealed_path: null });
  });
});

describe('sending', () => {
  it('waits while the server is down, and then sends each mail once', async () => {
    await mailbox.stop();
    const emails = await Promise.all(Array.from({ length: 6 }, () => enqueue('welcome', { available: null })));
    for (let hour = 0; hour < 5; hour++) {
      await expect(send()).rejects.toThrow();
      await w.sql(`UPDATE mails SET next_try_at = now() WHERE state = 'queued'`);
    }
    expect(await w.sql(`SELECT DISTINCT state FROM mails WHERE email = ANY ($1)`, [emails])).toEqual([
      { state: 'queued' },
    ]);
    await mailbox.listen();
    await Promise.all([send(), send()]);
    for (const email of emails) expect(mailbox.to(email)).toHaveLength(1);
  });

  it('tries later again what the server refuses for now', async () => {
    mailbox.refuse = () => Object.assign(new Error('greylisted'), { responseCode: 451 });
    const email = await enqueue('welcome', { available: null });
    await send();
    expect(await stateOf(email)).toMatchObject({ state: 'queued', attempts: 1 });
    mailbox.refuse = () => null;
    await send();
    expect(mailbox.to(email)).toEqual([]); // not due yet
    await w.sql(`UPDATE mails SET next_try_at = now() WHERE email = $1`, [email]);
    await send();
    expect(mailbox.to(email)).toHaveLength(1);
  });

  it('gives up what the server refuses for good; an admin sees why and can repeat it', async () => {
    mailbox.refuse = () => Object.assign(new Error('no such mailbox'), { responseCode: 550 });
    const email = await enqueue('welcome', { available: null });
    await send();
    const { body: failed } = await w.list('admin/mails', { state: 'failed', user_id: 'ann' });
    const row = failed.find((mail) => mail.email === email);
    expect(row).toMatchObject({ state: 'failed', error: expect.stringContaining('no such mailbox') });
    mailbox.refuse = () => null;
    await w.done(`admin/mails/${String(row?.id)}/retry`, {});
    expect((await w.post(`admin/mails/${String(row?.id)}/retry`, {})).status).toBe(404);
    await send();
    expect(mailbox.to(email)).toHaveLength(1);
  });

  it('is not lost by a sender that died, and the repetition has the same Message-ID', async () => {
    const email = await enqueue('welcome', { available: null });
    await send();
    // as if the process had died before it stored what the server answered
    await w.sql(`UPDATE mails SET state = 'queued', sent_at = NULL, next_try_at = now() WHERE email = $1`, [email]);
    await send();
    const [first, second] = mailbox.to(email);
    expect(second?.mail.messageId).toBe(first?.mail.messageId);
    expect(second?.mail.date).toEqual(first?.mail.date);
  });

  it('is shared by instances: none sends what another is sending', async () => {
    const other = await w.another({ ...mailbox.env, JOBS: 'off' });
    const emails = await Promise.all(Array.from({ length: 30 }, () => enqueue('welcome', { available: null })));
    await Promise.all([send(), other.app.get(MailSender, { strict: false }).sendDue(), send()]);
    for (const email of emails) expect(mailbox.to(email)).toHaveLength(1);
  });
});

describe('without a mail server', () => {
  it('mails go to the log, without addresses and links', async () => {
    const lines: string[] = [];
    const log = { write: (line: string) => void lines.push(line) };
    const silent = await TestEnv.start({ env: { JOBS: 'off', LOG_LEVEL: 'info' }, log });
    try {
      const app = silent.t.app;
      const mail = { user_id: 'ann', kind: 'welcome' as const, facts: { available: '5' }, email: 'ann@example.com' };
      await app
        .get(Database)
        .transaction((tx) =>
          app.get(MailOutbox, { strict: false }).enqueue(tx, { ...mail, language: 'en', timezone: 'UTC' }),
        );
      await app.get(MailSender, { strict: false }).sendDue();
      const line = lines.find((text) => text.includes('mail without a mail server'));
      expect(line).toContain('Your account is open');
      expect(line).not.toMatch(/ann@example|http/);
      expect(await silent.sql('SELECT state, error FROM mails')).toEqual([
        { state: 'failed', error: expect.stringContaining('SMTP_URL is not set') },
      ]);
    } finally {
      await silent.close();
    }
  });
});

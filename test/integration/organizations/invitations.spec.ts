import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { MailSender } from '../../../src/mail/outbox/mail-sender.js';
import { TestEnv } from '../../support/factories.js';
import { signInWith, TestOrganization, tokenOf } from '../../support/organizations.js';
import { Mailbox } from '../../support/services/mailbox.js';

describe('invitations', () => {
  let w: TestEnv;
  let acme: TestOrganization;
  let mailbox: Mailbox;
  beforeAll(async () => {
    mailbox = await Mailbox.start();
    w = await TestEnv.start({ env: mailbox.env });
    acme = await TestOrganization.open(w);
  }, 240_000);
  afterAll(async () => {
    await w.close();
    await mailbox.stop();
  });

  const address = (): string => `${randomUUID()}@example.com`;
  const person = (): string => `person-${randomUUID()}`;
  const accept = async (token: string, user_id = person(), credential?: string) =>
    w.post('invitations/accept', { token }, { token: credential ?? (await w.as(user_id)) });

  it('the link makes its holder a member, with the role and the limit, once', async () => {
    const invited = await acme.invite(address(), { role: 'viewer', budget: '7' });
    const ann = person();
    expect(await accept(invited.token, ann)).toMatchObject({
      status: 200,
      body: { user_id: ann, organization_id: acme.id, role: 'viewer', budget: '7.000000', status: 'active' },
    });
    expect(await accept(invited.token, ann)).toMatchObject({ status: 200, body: { user_id: ann } });
    expect(await accept(invited.token)).toMatchObject({ status: 409, body: { code: 'invitation_used' } });
  });

  it('is mailed with the link and who invites, and a new link by a new mail, but no mailbox is flooded', async () => {
    const email = address();
    const invited = await acme.invite(email, { role: 'viewer' });
    await w.t.app.get(MailSender).sendDue();
    const [first] = mailbox.to(email);
    expect(first?.mail.subject).toBe('Invitation to Acme · Tollgate');
    expect(first?.mail.text).toContain(`https://credits.platform.example/app/invitation#token=${invited.token}`);
    expect(first?.mail.text).toContain(acme.owner);
    for (let n = 0; n < 6; n++) await acme.invite(email);
    await w.t.app.get(MailSender).sendDue();
    expect(mailbox.to(email)).toHaveLength(5);
    const last = mailbox.to(email).at(-1)?.mail.text ?? '';
    expect(await accept(/token=([\w-]+)/.exec(last)?.[1] ?? '')).toMatchObject({ status: 409 }); // replaced since
  });

  it('of two people at once, one becomes a member', async () => {
    const invited = await acme.invite(address());
    const ends = await Promise.all(Array.from({ length: 10 }, () => accept(invited.token)));
    expect(ends.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
  });

  it('an expired, revoked or replaced link makes nobody a member', async () => {
    const token = await w.as(acme.owner);
    const path = `organizations/${acme.id}/invitations`;
    const expired = await acme.invite(address());
    await w.sql(`UPDATE organization_invitations SET expires_at = now() WHERE id = $1`, [expired.id]);
    expect(await accept(expired.token)).toMatchObject({ status: 409, body: { code: 'invitation_expired' } });
    const revoked = await acme.invite(address());
    expect((await w.t.call(`${path}/${revoked.id}`, { method: 'DELETE', token })).status).toBe(204);
    expect(await accept(revoked.token)).toMatchObject({ status: 409, body: { code: 'invitation_used' } });
    const first = await acme.invite(address());
    const again = await w.done(`${path}/${first.id}/resend`, {}, { token });
    expect((await accept(first.token)).status).toBe(404);
    expect((await accept(tokenOf(again))).status).toBe(200);
    expect((await accept('tg_invite_nonsense')).status).toBe(404);
  });

  it('a verified address must be the invited one', async () => {
    const email = address();
    const invited = await acme.invite(email.toUpperCase());
    const [ann, eve] = [person(), person()];
    expect(await accept(invited.token, eve, await signInWith(w, eve, address()))).toMatchObject({
      status: 403,
      body: { code: 'invitation_for_another_address' },
    });
    expect((await accept(invited.token, ann, await signInWith(w, ann, email))).status).toBe(200);
  });

  it('the first sign-in with the verified address accepts; an unverified one does not', async () => {
    const email = address();
    await acme.invite(email);
    const [ann, eve] = [person(), person()];
    const memberships = async (token: string) => (await w.list('organizations', {}, token)).body.map(({ id }) => id);
    expect(await memberships(await signInWith(w, eve, email, false))).toEqual([]);
    expect(await memberships(await signInWith(w, ann, email))).toEqual([acme.id]);
    expect(await memberships(await signInWith(w, eve, email))).toEqual([]);
  });

  it('seats are those of the plan, and open invitations take one', async () => {
    const small = await TestOrganization.open(w, '0');
    await small.patch('', { seats: 3 }, w.admin);
    const [first, second] = [await small.invite(address()), await small.invite(address())];
    const token = await w.as(small.owner);
    const more = () => w.post(`organizations/${small.id}/invitations`, { email: address(), role: 'member' }, { token });
    expect(await more()).toMatchObject({ status: 402, body: { code: 'seat_limit_reached', seats: 3, taken: 3 } });
    expect((await accept(first.token)).status).toBe(200);
    await small.patch('', { seats: 2 }, w.admin);
    expect(await accept(second.token)).toMatchObject({ status: 402, body: { code: 'seat_limit_reached' } });
    await small.patch('', { seats: null }, w.admin);
    await w.switch(small.id, 'enterprise');
    expect((await w.get(`organizations/${small.id}`, {}, token)).body).toMatchObject({ seats: 5, seats_taken: 3 });
    expect((await accept(second.token)).status).toBe(200);
  });

  it('the digest of a token is stored, never the token', async () => {
    const { token } = await acme.invite(address());
    const { rows } = await w.pool.query<{ text: string }>(
      `SELECT row_to_json(i)::text AS text FROM organization_invitations i
       UNION ALL SELECT row_to_json(a)::text FROM audit_logs a`,
    );
    expect(rows.some(({ text }) => text.includes(token))).toBe(false);
  });
});

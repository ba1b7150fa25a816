import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ReferralsService } from '../../../src/growth/referrals/referrals.service.js';
import { systemActor } from '../../../src/platform/actor.js';
import { concurrently, statuses, TestEnv } from '../../support/factories.js';
import { Invitations, TERMS } from '../../support/invitations.js';

let w: TestEnv;
let i: Invitations;
beforeAll(async () => {
  w = await TestEnv.start({ env: { PUBLIC_URL: 'https://credits.example.com' } });
  i = new Invitations(w);
});
afterAll(() => w.close());
beforeEach(() => i.setProgram());

const admin = (path: string, method: 'GET' | 'PUT' | 'DELETE', body?: object, token = w.admin) =>
  w.t.call(path, { method, token, ...(body && { body }) });

describe('the program', () => {
  it('is off until an admin sets it, with defaults for what is left out', async () => {
    expect((await admin('admin/referral-program', 'DELETE')).status).toBe(204);
    expect((await admin('admin/referral-program', 'DELETE')).status).toBe(404);
    expect((await admin('admin/referral-program', 'GET')).body).toBeNull();
    const user_id = await w.user();
    expect(await i.me(user_id)).toBeNull();
    const set = await i.setProgram({ redeem_days: 7 });
    expect(set).toMatchObject({ reward: '10.000000', refund_days: 14, redeem_days: 7, expires_days: 365 });
    expect(await i.setProgram()).toMatchObject({ redeem_days: 30, sign_up_url: null });
    expect((await w.audit('an-admin', 'referral_program.set')).length).toBeGreaterThan(1);
  });

  it('is for admins, and refuses what makes no sense', async () => {
    const user = await w.as(await w.user());
    expect((await admin('admin/referral-program', 'PUT', TERMS, user)).status).toBe(403);
    for (const wrong of [
      { reward: '0' },
      { refund_days: 181 },
      { sign_up_url: 'https://a.example' },
      { max_rewards: 0 },
    ]) {
      expect([wrong, (await admin('admin/referral-program', 'PUT', { ...TERMS, ...wrong })).status]).toEqual([
        wrong,
        422,
      ]);
    }
  });
});

describe('a user who invites', () => {
  it('has one code, made once in 20 calls at once, and a link', async () => {
    const user_id = await w.user();
    const service = w.t.app.get(ReferralsService);
    const views = await concurrently(20, () => service.of(systemActor(user_id), user_id));
    expect(new Set(views.map((view) => view?.code)).size).toBe(1);
    const code = await i.codeOf(user_id);
    expect(await i.me(user_id)).toMatchObject({
      code: expect.stringMatching(/^[A-HJKMNP-Z2-9]{10}$/),
      link: `https://credits.example.com/app/invite?ref=${code}`,
      invited: 0,
      earned: '0.000000',
      pending: '0.000000',
      min_paid: '20.000000',
    });
    await i.setProgram({ sign_up_url: 'https://app.example.com/join/{code}' });
    expect(await i.me(user_id)).toMatchObject({ link: `https://app.example.com/join/${code}` });
  });

  it('sees the state of each invitation, never who it was', async () => {
    const ann = await w.user();
    const bob = await i.invited(ann);
    await i.invited(ann);
    await i.pay(bob, '20');
    // looking at it gives what is due
    expect(await i.me(ann)).toMatchObject({ invited: 2, earned: '10.000000', pending: '10.000000' });
    const { body, text } = await w.list('referrals', { count: 'true' }, await w.as(ann));
    expect(body.map(({ state, reward }) => [state, reward])).toEqual([
      ['pending', '10.000000'],
      ['rewarded', '10.000000'],
    ]);
    expect(text).not.toContain(bob);
    expect((await w.list('referrals', {}, await w.as(bob))).body).toEqual([]);
  });
});

describe('a code', () => {
  it('is redeemed once, and 20 redemptions at once give one referral', async () => {
    const [ann, carl, bob] = [await w.user(), await w.user(), await w.user('0')];
    const code = await i.codeOf(ann);
    const answers = await concurrently(20, () => i.redeem(bob, code));
    expect(statuses(answers)).toEqual({ 200: 20 });
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await i.me(ann)).toMatchObject({ invited: 1, pending: '10.000000' });
    expect(await w.audit(bob, 'referral.redeem')).toHaveLength(1);
    expect(await i.redeem(bob, await i.codeOf(carl))).toMatchObject({
      status: 409,
      body: { code: 'referral_already_redeemed' },
    });
    expect(await i.me(bob)).toMatchObject({
      redeem_until: null,
      redeemed: { state: 'pending', min_paid: '20.000000' },
    });
  });

  it('is redeemed by one of two codes at once', async () => {
    const codes = [await i.codeOf(await w.user()), await i.codeOf(await w.user())];
    const bob = await w.user('0');
    const answers = await concurrently(20, (n) => i.redeem(bob, codes[n % 2] as string));
    expect(statuses(answers)).toEqual({ 200: 10, 409: 10 });
  });

  it('can be redeemed in the first days of an account', async () => {
    const code = await i.codeOf(await w.user());
    const open = async (days: number): Promise<string> => {
      const user_id = await w.user();
      const age = `UPDATE user_credits SET created_at = now() - interval '${days} days' WHERE user_id = $1`;
      await w.sql(age, [user_id]);
      return user_id;
    };
    const [old, young] = [await open(30), await open(29)];
    expect(await i.me(old)).toMatchObject({ redeem_until: null });
    expect((await i.me(young)).redeem_until).not.toBeNull();
    expect(await i.redeem(old, code)).toMatchObject({ status: 409, body: { code: 'referral_too_late' } });
    expect((await i.redeem(young, ` ${code.toLowerCase()} `)).status).toBe(200);
    await i.setProgram({ redeem_days: 0 });
    expect(await i.redeem(await w.user(), code)).toMatchObject({ body: { code: 'referral_too_late' } });
  });

  it('is refused when it is unknown, and while there is no program', async () => {
    const [bob, code] = [await w.user(), await i.codeOf(await w.user())];
    expect(await i.redeem(bob, 'K7MWXQ3HTB')).toMatchObject({ status: 404 });
    expect((await i.redeem(bob, '')).status).toBe(422);
    await admin('admin/referral-program', 'DELETE');
    expect(await i.redeem(bob, code)).toMatchObject({ status: 409, body: { code: 'referral_program_off' } });
  });

  it('comes with a registration, which never fails for it', async () => {
    const ann = await w.user();
    const referral_code = await i.codeOf(ann);
    const user_id = `user-${randomUUID()}`;
    expect(await w.done('provisioning/register', { user_id, referral_code })).toMatchObject({ state: 'ready' });
    await w.done('provisioning/register', { user_id, referral_code });
    expect(await i.of(user_id)).toMatchObject({ referrer_id: ann, state: 'pending' });
    const other = `user-${randomUUID()}`;
    expect(await w.done('provisioning/register', { user_id: other, referral_code: 'nonsense' })).toMatchObject({
      state: 'ready',
    });
    expect(await i.of(other)).toBeUndefined();
  });
});

describe('nobody', () => {
  const refusal = { status: 409, body: { code: 'referral_not_allowed' } };

  it('invites himself, nor somebody through whom he was invited', async () => {
    const ann = await w.user();
    expect(await i.redeem(ann, await i.codeOf(ann))).toMatchObject(refusal);
    const bob = await i.invited(ann);
    expect(await i.redeem(ann, await i.codeOf(bob))).toMatchObject(refusal);
    const carl = await i.invited(bob);
    expect(await i.redeem(ann, await i.codeOf(carl))).toMatchObject(refusal);
  });

  it('invites accounts with the same card, device, key, address or mailbox', async () => {
    const ann = await w.user();
    for (const kind of ['card', 'device', 'own_key', 'address_block', 'email']) {
      const bob = await w.user();
      await i.share(kind, ann, bob);
      expect([kind, await i.redeem(bob, await i.codeOf(ann))]).toMatchObject([kind, refusal]);
    }
    const colleague = await w.user();
    await i.share('email_domain', ann, colleague);
    expect((await i.redeem(colleague, await i.codeOf(ann))).status).toBe(200);
  });

  it('invites several accounts of another person, but people behind one address', async () => {
    const ann = await w.user();
    const bob = await i.invited(ann);
    const [same, near] = [await w.user(), await w.user()];
    await i.share('device', bob, same);
    await i.share('address_block', bob, near);
    expect(await i.redeem(same, await i.codeOf(ann))).toMatchObject(refusal);
    expect((await i.redeem(near, await i.codeOf(ann))).status).toBe(200);
  });

  it('is invited as an organization, nor invites as one', async () => {
    const owner = await w.user();
    const token = await w.as(owner);
    const organization = await w.done('organizations', { name: 'Acme' }, { token });
    const headers = { 'x-tollgate-account': organization.id as string };
    const body = { code: await i.codeOf(await w.user()) };
    expect(await w.t.call('referrals/redeem', { method: 'POST', token, body, headers })).toMatchObject(refusal);
    expect(await w.t.call('referrals/me', { token, headers })).toMatchObject(refusal);
  });
});

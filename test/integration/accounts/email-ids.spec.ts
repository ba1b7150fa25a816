import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { useUserIdForm } from '../../../src/platform/values/user-id.js';
import { type Json, TestEnv } from '../../support/factories.js';

const SECRET = 'a secret that Keycloak knows';
/** One address, as people and programs spell it: capitals, outer spaces, a composed and a decomposed é. */
const SPELLINGS = (name: string) => [`${name}.ren\u00e9@example.com`, `${name.toUpperCase()}.Rene\u0301@Example.COM`];

let w: TestEnv;
beforeAll(async () => {
  const env = { USER_ID_FORM: 'email', KEYCLOAK_WEBHOOK_SECRET: SECRET, JWT_USER_ID_CLAIM: 'email' };
  w = await TestEnv.start({ env });
});
afterAll(async () => {
  await w.close();
  useUserIdForm('exact');
});

const accounts = async (like: string): Promise<Json[]> =>
  await w.sql('SELECT user_id FROM user_credits WHERE user_id LIKE $1', [like]);
const pair = (): [string, string, string] => {
  const name = `u${randomUUID().slice(0, 8)}`;
  const [written, otherwise] = SPELLINGS(name) as [string, string];
  return [written, otherwise, `${name}%`];
};

describe('ids that are e-mail addresses', () => {
  it('are one account in every spelling: in a token, a body, a query and a path', async () => {
    const [written, otherwise, like] = pair();
    await w.get('credits/balance', {}, await w.as(otherwise));
    await w.done('credits/bonus', { user_id: ` ${otherwise} `, amount: '2', reason: 'a gift' });
    expect(await w.get('credits/balance', { user_id: otherwise })).toMatchObject({
      status: 200,
      body: { user_id: written, balance: '7.000000' },
    });
    const found = await w.get(`admin/accounts/${encodeURIComponent(otherwise)}`, {});
    expect(found).toMatchObject({ status: 200, body: { account: { user_id: written } } });
    expect(await accounts(like)).toEqual([{ user_id: written }]);
  });

  it('are one account for Keycloak, LiteLLM and tracked usage', async () => {
    const [written, otherwise, like] = pair();
    const event = JSON.stringify({ type: 'access.REGISTER', authDetails: {}, details: { email: otherwise } });
    const signature = createHmac('sha256', SECRET).update(event).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-keycloak-signature': signature };
    const opened = await w.t.call('integrations/keycloak/events', { method: 'POST', body: event, headers });
    expect(opened).toMatchObject({ status: 202, body: { user_id: written, state: 'ready' } });
    const log = { id: randomUUID(), response_cost: 0.5, end_user: otherwise, metadata: {}, endTime: Date.now() / 1000 };
    const [booked] = (await w.post('integrations/litellm/callback', [log])).body as unknown as Json[];
    expect(booked).toMatchObject({ status: 'recorded' });
    const work = { user_id: otherwise, service: 'tts', cost: '0.25', charge: true };
    expect(await w.done('credits/usage/track', work)).toMatchObject({ user_id: written });
    expect(await accounts(like)).toEqual([{ user_id: written }]);
    expect(await w.balance(written)).toMatchObject({ balance: '4.200000' });
  });

  it.each([
    ['a zero-width space', 'ann\u200b@example.com', 'invisible character U+200B'],
    ['a right-to-left mark', 'ann\u200f@example.com', 'invisible character U+200F'],
    ['a space inside', 'ann b@example.com', 'spaces'],
  ])('must not contain %s', async (_what, user_id, fault) => {
    const refused = await w.post('credits/bonus', { user_id, amount: '1', reason: 'a gift' });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ field: 'user_id' }] } });
    expect(JSON.stringify(refused.body)).toContain(fault);
    expect((await w.get('credits/balance', { user_id })).status).toBe(422);
  });
});

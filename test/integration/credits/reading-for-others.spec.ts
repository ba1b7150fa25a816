import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { cliOn } from '../../support/cli.js';
import { TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const accounts = (user_id: string) => w.sql('SELECT balance FROM user_credits WHERE user_id = $1', [user_id]);

const READS: [string, Record<string, string>][] = [
  ['credits/balance', {}],
  ['credits/check', { amount: '1' }],
  ['credits/grants', {}],
  ['credits/transactions', {}],
  ['credits/transactions/export', { format: 'csv' }],
  ['credits/discounts', {}],
  ['credits/coupons/validate/WELCOME', {}],
  ['credits/usage/current', {}],
  ['usage/current', {}],
  ['usage/trends', {}],
  ['usage/history', {}],
  ['usage/predictions', {}],
  ['usage/insights', {}],
  ['usage/analytics', {}],
  ['models', {}],
];

it.each(READS)('%s for an unknown user creates no account', async (path, query) => {
  for (const token of [w.admin, w.service]) {
    const user_id = `nobody-${randomUUID()}`;
    const answer = await w.get(path, { ...query, user_id }, token);
    const { error = answer.body } = answer.body as { error?: unknown }; // on OpenAI's paths the error is a member
    expect([answer.status, error]).toEqual([404, expect.objectContaining({ code: 'not_found' })]);
    expect(await accounts(user_id)).toEqual([]);
  }
});

it('the error names the user, and how an account is created', async () => {
  const { body } = await w.get('credits/balance', { user_id: 'jo@example.com' });
  expect(body.detail).toContain('User jo@example.com has no account.');
  expect(body.detail).toContain('provision=true');
});

it.each(READS.slice(0, 5))('%s creates the account when asked to', async (path, query) => {
  const user_id = randomUUID();
  expect((await w.get(path, { ...query, user_id, provision: 'true' }, w.service)).status).toBe(200);
  expect(await accounts(user_id)).toEqual([{ balance: '5.0000000000' }]);
});

it('the first request of a user creates the account, also for administrators', async () => {
  const user_id = randomUUID();
  expect(await w.get('credits/balance', {}, await w.as(user_id))).toMatchObject({ status: 200 });
  expect(await w.get('credits/balance')).toMatchObject({ status: 200, body: { user_id: 'an-admin' } });
  expect(await accounts(user_id)).toEqual([{ balance: '5.0000000000' }]);
});

it('operations that change credits create the account, for any caller', async () => {
  const [charged, given] = [randomUUID(), randomUUID()];
  await w.deduct(charged, '1');
  await w.bonus(given, '1');
  expect([await accounts(charged), await accounts(given)]).toEqual([
    [{ balance: '4.0000000000' }],
    [{ balance: '6.0000000000' }],
  ]);
});

it('the command line behaves the same', async () => {
  const [cli, user_id] = [cliOn(w.t.database_url), randomUUID()];
  for (const command of [
    ['credits', 'show'],
    ['credits', 'grants'],
    ['transactions', 'list'],
  ]) {
    const run = await cli(...command, user_id, '--json');
    expect(run.code).not.toBe(0);
    expect(run.stderr).toContain('has no account');
  }
  expect(await accounts(user_id)).toEqual([]);
  expect((await cli('credits', 'show', user_id, '--provision', 'true', '--json')).json()).toMatchObject({ user_id });
});

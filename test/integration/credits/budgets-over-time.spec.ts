import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DueAccountsJob } from '../../../src/credits/accounts/due-accounts.job.js';
import { LedgerVerification } from '../../../src/credits/ledger/ledger-verification.js';
import { LedgerVerificationRepository } from '../../../src/credits/ledger/ledger-verification.repository.js';
import { PostingEngine } from '../../../src/credits/posting/posting.engine.js';
import type { JobRun } from '../../../src/jobs/job.js';
import { systemActor } from '../../../src/platform/actor.js';
import { UNATTRIBUTED } from '../../../src/platform/attribution.js';
import { Database } from '../../../src/platform/database/database.js';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { units } from '../../../src/platform/values/amount.js';
import { apiKey } from '../../support/api-keys.js';
import { startApp, type TestApp } from '../../support/app.js';
import { type Json, type JsonAnswer, TestEnv } from '../../support/factories.js';

const RUN: JobRun = { signal: new AbortController().signal, log: new Logger('test') };

let w: TestEnv;
let instances: TestApp[];
beforeAll(async () => {
  const env = { ENCRYPTION_KEYS: KeyRing.make('k1') };
  w = await TestEnv.start({ env });
  instances = [w.t, await startApp({ database_url: w.t.database_url, env })];
});
afterAll(async () => {
  await instances[1]?.close();
  await w.close();
});

const budget = (user_id: string, more: object = {}): Promise<Json> =>
  w.done('budgets', { user_id, limit: '10', window: 'day', ...more });
const read = async (id: unknown): Promise<Json> => (await w.get(`budgets/${String(id)}`)).body;
const deduct = (user_id: string, amount: string, more: object = {}): Promise<JsonAnswer> =>
  w.post('credits/deduct', { user_id, amount, service: 'tts', ...more });
const count = async (user_id: string, type: string): Promise<number> =>
  (await w.sql('SELECT FROM events WHERE user_id = $1 AND type = $2', [user_id, type])).length;
const bookDue = (): Promise<unknown> =>
  Promise.all([...instances, ...instances].map(({ app }) => app.get(DueAccountsJob).bookAll(RUN)));
/** Lets a day pass for the budgets of an account, and for what is due because of them. The ledger stays as it is. */
async function nextDay(user_id: string): Promise<void> {
  const earlier = `window_start = window_start - interval '1 day', resets_at = resets_at - interval '1 day'`;
  await w.sql(`UPDATE budgets SET ${earlier} WHERE user_id = $1`, [user_id]);
  await w.sql(`UPDATE user_credits SET due_at = due_at - interval '1 day' WHERE user_id = $1`, [user_id]);
}
async function verified(user_id: string): Promise<void> {
  await w.verify(user_id);
  const repository = new LedgerVerificationRepository(w.t.app.get(Database));
  expect((await new LedgerVerification(repository).verify(user_id)).faults).toEqual([]);
}

describe('the recovery of an exceeded budget', () => {
  it('is told in time and once, although nobody uses the account and several instances look', async () => {
    const [user_id, quiet] = [await w.user('100'), await w.user('100')];
    await budget(user_id);
    await budget(quiet, { on_exceed: 'warn' });
    await deduct(user_id, '9');
    expect((await deduct(user_id, '2')).status).toBe(402);
    await deduct(quiet, '10');
    await verified(user_id);
    await bookDue();
    expect(await count(user_id, 'budget.recovered')).toBe(0);
    await nextDay(user_id);
    await nextDay(quiet);
    await bookDue();
    expect(await count(user_id, 'budget.recovered')).toBe(1);
    expect(await count(quiet, 'budget.recovered')).toBe(0); // it was full, not exceeded
    await bookDue();
    expect(await count(user_id, 'budget.recovered')).toBe(1);
    await w.verify(user_id);
  });

  it('is told when the range of a budget ends', async () => {
    const user_id = await w.user('100');
    const [window_from, window_to] = [-1, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
    const { id } = await budget(user_id, { window: 'range', window_from, window_to });
    expect((await deduct(user_id, '11')).status).toBe(402);
    expect(await count(user_id, 'budget.exceeded')).toBe(1);
    const earlier = `window_from = window_from - interval '1 day', window_to = window_to - interval '1 day'`;
    await w.sql(`UPDATE budgets SET ${earlier} WHERE user_id = $1`, [user_id]);
    await nextDay(user_id);
    await bookDue();
    await bookDue();
    expect(await count(user_id, 'budget.recovered')).toBe(1);
    expect(await read(id)).toMatchObject({ is_active: false });
    expect((await deduct(user_id, '11')).status).toBe(200);
    await verified(user_id);
  });

  it('is told of a budget that was exceeded when it was set, and of one that moved to another account', async () => {
    const [user_id, to] = [await w.user('100'), await w.user('100')];
    await w.settle(user_id, '11');
    await budget(user_id);
    expect(await count(user_id, 'budget.exceeded')).toBe(1);
    await verified(user_id);
    await w.done(`admin/accounts/${user_id}/move`, { to });
    await verified(to);
    await nextDay(to);
    await bookDue();
    expect(await count(to, 'budget.recovered')).toBe(1);
  });
});

describe('a budget', () => {
  it('counts price corrections by the attribution of the work that they are for', async () => {
    const user_id = await w.user('100');
    const key = await apiKey(w, { user_id: 'a-backend', role: 'service', scopes: ['charge', 'usage:write'] });
    const model = `acme/${user_id}`;
    const track = (tag: string, token = w.admin): Promise<JsonAnswer> =>
      w.post(
        'credits/usage/track',
        { user_id, service: 'llm', model, input_tokens: 1_000_000, charge: true, tags: [tag] },
        { token },
      );
    const scopes = [{ tag: 'a' }, { tag: 'b' }, { api_key_id: key.id }, { model }];
    const budgets = await Promise.all(scopes.map((scope) => budget(user_id, { scope })));
    for (const answer of [await track('a'), await track('b', key.key), await track('b')])
      expect(answer.body).toMatchObject({ total_cost: '1.000000' });
    await w.done('pricing/models', { model, input_per_million: '2' });
    await w.done('pricing/rerate', {});
    const used = await Promise.all(budgets.map(async ({ id }) => (await read(id)).used));
    expect(used).toEqual(['2.200000', '4.400000', '2.200000', '6.600000']);
    await verified(user_id);
  });

  it('of a key goes on when the key is rotated: both secrets count in it', async () => {
    const user_id = await w.user('100');
    const key = await apiKey(w, { user_id: 'a-backend', role: 'service', scopes: ['charge'] });
    const { id } = await budget(user_id, { scope: { api_key_id: key.id }, limit: '3' });
    const by = (token: string): Promise<JsonAnswer> =>
      w.post('credits/deduct', { user_id, amount: '1', service: 'tts' }, { token });
    expect((await by(key.key)).status).toBe(200);
    const rotated = await w.done(`api-keys/${key.id}/rotate`, { grace_seconds: 600 });
    expect((await by(key.key)).status).toBe(200);
    expect((await by(rotated.key as string)).status).toBe(200);
    for (const secret of [key.key, rotated.key as string])
      expect((await by(secret)).body).toMatchObject({ code: 'budget_exceeded', limit_source: 'key', budget_id: id });
    await verified(user_id);
  });

  it('of a member counts the work that the member did before the budget was set', async () => {
    const user_id = await w.user('100');
    const by = (member_id: string): Promise<unknown> =>
      w.t.app.get(PostingEngine).deduct(systemActor('a-test'), {
        user_id,
        amount: units('1'),
        details: { service: 'tts', attribution: { ...UNATTRIBUTED, member_id } },
        key: undefined,
      });
    for (const member of ['mary', 'john', 'mary']) await by(member);
    const { id } = await budget(user_id, { scope: { member_id: 'mary' }, limit: '3' });
    expect(await read(id)).toMatchObject({ used: '2.000000' });
    await by('mary');
    await expect(by('mary')).rejects.toMatchObject({ code: 'budget_exceeded' });
    await by('john');
    await verified(user_id);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ScheduledGrantsJob } from '../../../src/bulk/schedules/scheduled-grants.job.js';
import type { TestApp } from '../../support/app.js';
import { cliOn } from '../../support/cli.js';
import { type Json, TestEnv } from '../../support/factories.js';
import { tierTerms } from '../../support/model/tiers.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const dayFromNow = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

describe('scheduled grants', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start();
  });
  afterAll(() => w.close());

  const daily = { name: 'Daily', amount: '2', every: 'day', starts_on: dayFromNow(0) };
  const create = (body: object): Promise<Json> => w.done('admin/scheduled-grants', { ...daily, ...body });
  /** Lets the job run as if it were noon of today (UTC), or so many days later. */
  const book = (days = 0, t: TestApp = w.t): Promise<void> =>
    t.app
      .get(ScheduledGrantsJob)
      .bookAll(
        { signal: new AbortController().signal },
        new Date(Date.parse(`${dayFromNow(0)}T12:00:00Z`) + days * DAY_MS),
      );
  const given = async (user_id: string): Promise<string> => {
    const [row] = await w.sql(
      `SELECT COALESCE(sum(amount), 0)::text AS sum FROM credit_grants g WHERE user_id = $1 AND source = 'bonus'`,
      [user_id],
    );
    return String(Number((row as { sum: string }).sum));
  };
  const runs = async (id: unknown): Promise<Json[]> => (await w.list(`admin/scheduled-grants/${String(id)}/runs`)).body;
  const plan = async (): Promise<string> => {
    const terms = tierTerms({ credits_monthly: '0', price_monthly: '0', renews: false });
    await w.done('credits/tiers', terms);
    return terms.tier;
  };

  it('give an account its credits once per occurrence, and say what comes next', async () => {
    const user_id = await w.user('5');
    const { id, next_run_at } = await create({ user_id, reason: 'Research', expires_after_days: 10 });
    expect(next_run_at).toBe(`${dayFromNow(1)}T00:00:00.000Z`);
    for (let n = 0; n < 3; n += 1) await book();
    expect(await given(user_id)).toBe('2');
    const [line] = (await w.list('credits/transactions', { user_id, limit: '1' })).body;
    expect(line).toMatchObject({ description: 'Research', metadata: { schedule_id: id, occurrence: dayFromNow(0) } });
    const [grant] = (await w.list('credits/grants', { user_id })).body.filter(({ source }) => source === 'bonus');
    expect(grant).toMatchObject({ amount: '2.000000', priority: 20, expires_at: `${dayFromNow(10)}T00:00:00.000Z` });
    const { body } = await w.get(`admin/scheduled-grants/${String(id)}`);
    expect(body).toMatchObject({ state: 'active', last_run: { accounts: 1, granted: 1, skipped: 0, error: null } });
  });

  it('are created once per idempotency key, however often the request is sent', async () => {
    const user_id = await w.user('5');
    const key = randomUUID();
    const send = (amount: string) => w.post('admin/scheduled-grants', { ...daily, user_id, amount }, { key });
    const answers = await Promise.all(Array.from({ length: 10 }, () => send('2')));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotency-hit'] === undefined)).toHaveLength(1);
    expect(await send('3')).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } });
    await book();
    expect(await given(user_id)).toBe('2');
  });

  it('are booked for each missed day after downtime, except where the credits would have expired', async () => {
    const [kept, lapsing] = [await w.user('5'), await w.user('5')];
    const [{ id }] = [await create({ user_id: kept }), await create({ user_id: lapsing, expires_after_days: 2 })];
    await w.sql(
      `UPDATE scheduled_grants SET starts_on = $1::text, active_since = $1::text::timestamptz WHERE user_id = ANY ($2)`,
      [dayFromNow(-4), [kept, lapsing]],
    );
    await book();
    expect([await given(kept), await given(lapsing)]).toEqual(['10', '4']);
    expect((await runs(id)).map(({ occurrence }) => occurrence)).toEqual([0, -1, -2, -3, -4].map(dayFromNow));
  });

  it('reach every account of the plan, on two instances at once and with clocks that disagree', async () => {
    const tier = await plan();
    const users: string[] = [];
    for (let n = 0; n < 25; n += 1) users.push(await w.userOf(tier));
    const late = await w.user('5');
    await w.sql(`UPDATE user_credits SET created_at = created_at - interval '9 days'`);
    const { id } = await create({ tier });
    const other = await w.another();
    // one clock is an hour behind and jumps two hours ahead meanwhile
    await Promise.all([book(), book(-1 / 24, other), book(1 / 24, other), book()]);
    await w.switch(late, tier);
    await Promise.all([book(), book(0, other)]);
    for (const user_id of users) expect(await given(user_id)).toBe('2');
    expect(await given(late)).toBe('0'); // took the plan after the occurrence
    expect(await runs(id)).toMatchObject([{ accounts: 25, granted: 25, skipped: 0 }]);
    await Promise.all([book(1), book(1, other)]);
    for (const user_id of [...users, late]) expect(await given(user_id)).toBe(user_id === late ? '2' : '4');
  });

  it('skip an account that is closed, and follow one that was merged', async () => {
    const [closed, from, to] = [await w.user('5'), await w.user('5'), await w.user('5')];
    const [one, two] = [await create({ user_id: closed }), await create({ user_id: from })];
    await w.sql(`UPDATE user_credits SET status = 'closed' WHERE user_id = $1`, [closed]);
    await w.sql(`UPDATE user_credits SET status = 'closed', moved_to = $2 WHERE user_id = $1`, [from, to]);
    await book();
    expect(await runs(one.id)).toMatchObject([{ granted: 0, skipped: 1, error: expect.stringContaining('closed') }]);
    expect(await runs(two.id)).toMatchObject([{ granted: 1, skipped: 0 }]);
    expect([await given(closed), await given(from), await given(to)]).toEqual(['0', '0', '2']);
  });

  it('give nothing while paused, and later nothing for that time', async () => {
    const user_id = await w.user('5');
    const { id } = await create({ user_id });
    const path = `admin/scheduled-grants/${String(id)}`;
    expect(await w.done(`${path}/pause`, {})).toMatchObject({ state: 'paused', next_run_at: null });
    await book();
    expect(await given(user_id)).toBe('0');
    expect(await w.done(`${path}/resume`, {})).toMatchObject({ state: 'active' });
    await book();
    expect(await given(user_id)).toBe('0');
    await book(1);
    expect(await given(user_id)).toBe('2');
    const actions = (await w.list('audit', { user_id, limit: '100' })).body.map(({ action }) => action);
    expect(actions).toEqual(
      expect.arrayContaining(['scheduled_grant.create', 'scheduled_grant.pause', 'scheduled_grant.resume']),
    );
  });

  it('can be changed, previewed and removed', async () => {
    const user_id = await w.user('5');
    const terms = { name: 'Monthly', amount: '3', every: 'month', starts_on: '2031-01-31', user_id };
    const preview = await w.done('admin/scheduled-grants/preview', terms);
    expect(preview.accounts).toBe(1);
    expect((preview.next_runs as Json[]).slice(0, 2).map(({ day }) => day)).toEqual(['2031-01-31', '2031-02-28']);
    const { id } = await create(terms);
    const path = `admin/scheduled-grants/${String(id)}`;
    const change = { amount: '4', ends_on: '2031-02-28' };
    const changed = await w.t.call(path, { method: 'PATCH', token: w.admin, body: change });
    expect(changed.body).toMatchObject({ amount: '4.000000', ends_on: '2031-02-28', every: 'month' });
    expect((await w.get(`${path}/preview`)).body.next_runs).toHaveLength(2);
    expect((await w.t.call(path, { method: 'DELETE', token: w.admin })).status).toBe(204);
    expect((await w.get(path)).status).toBe(404);
  });

  it('refuse terms that make no sense', async () => {
    const terms = { name: 'x', amount: '1', every: 'day', starts_on: '2031-01-31' };
    const refused = async (body: object): Promise<unknown[]> => {
      const { status, body: problem } = await w.post('admin/scheduled-grants', { ...terms, ...body });
      return [status, problem.code];
    };
    const user_id = await w.user('5');
    expect(await refused({})).toEqual([422, 'invalid_request']);
    expect(await refused({ user_id, tier: 'trial' })).toEqual([422, 'invalid_request']);
    expect(await refused({ user_id, starts_on: '2031-02-30' })).toEqual([422, 'invalid_request']);
    expect(await refused({ user_id, ends_on: '2031-01-30' })).toEqual([422, 'invalid_request']);
    expect(await refused({ user_id, amount: '0' })).toEqual([422, 'invalid_request']);
    expect(await refused({ user_id: 'nobody' })).toEqual([404, 'not_found']);
    expect(await refused({ tier: 'no-such-plan' })).toEqual([404, 'not_found']);
    expect((await w.get('admin/scheduled-grants', {}, w.service)).status).toBe(403);
  });

  it('are managed by commands', async () => {
    const user_id = await w.user('5');
    const cli = cliOn(w.t.database_url);
    const terms = [
      '--name',
      'Weekly',
      '--amount',
      '1',
      '--every',
      'week',
      '--starts-on',
      '2031-01-31',
      '--user-id',
      user_id,
    ];
    const next = (await cli('grants', 'schedule', 'create', ...terms, '--dry-run', '--json')).json() as Json[];
    expect(next[1]).toMatchObject({ day: '2031-02-07' });
    const { id } = (await cli('grants', 'schedule', 'create', ...terms, '--json')).json() as { id: string };
    const paused = (await cli('grants', 'schedule', 'pause', id, '--json')).json();
    expect(paused).toMatchObject({ state: 'paused' });
    const listed = (await cli('grants', 'schedule', 'list', '--json')).json() as Json[];
    expect(listed.find((found) => found.id === id)).toMatchObject({ name: 'Weekly' });
    await cli('grants', 'schedule', 'delete', id);
    expect((await w.get(`admin/scheduled-grants/${id}`)).status).toBe(404);
  });
});

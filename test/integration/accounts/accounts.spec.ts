import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { cliOn } from '../../support/cli.js';
import { type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const ids = (list: Json[]) => list.map(({ user_id }) => user_id);

describe('the list of accounts', () => {
  it('can be filtered by id or e-mail address, plan, balance, debt and status', async () => {
    const mark = randomUUID();
    const [rich, poor, debtor] = [`A%${mark}`, `b_${mark}`, `c-${mark}`];
    for (const user_id of [rich, poor, debtor]) await w.open(user_id);
    await w.bonus(rich, '100');
    await w.switch(poor, 'starter');
    await w.settle(debtor, '9');
    await w.done(`admin/accounts/${encodeURIComponent(poor)}/suspend`, { reason: 'x' });
    await w.sql(`INSERT INTO openrouter_accounts (user_id, email, encrypted_key, key_hint) VALUES ($1, $2, $3, 'x')`, [
      rich,
      `${mark}@Example.com`,
      `k1.${'x'.repeat(80)}`,
    ]);
    const found = async (query: Record<string, string>) =>
      ids((await w.list('admin/accounts', { search: mark.toUpperCase(), ...query })).body);
    expect(await found({})).toEqual([rich, poor, debtor]);
    expect(await found({ min_balance: '50' })).toEqual([rich]);
    expect(await found({ max_balance: '0' })).toEqual([debtor]);
    expect(await found({ in_debt: 'true' })).toEqual([debtor]);
    expect(await found({ status: 'suspended' })).toEqual([poor]);
    expect(await found({ tier: 'starter' })).toEqual([poor]);
    expect(await found({ sort: 'last_updated' })).toEqual([poor, debtor, rich]);
    expect(await found({ search: `${mark}@example` })).toEqual([rich]);
    expect(await found({ search: `A%${mark}` })).toEqual([rich]);
    expect(await found({ search: `A_${mark}` })).toEqual([]);
    expect(await found({ active_since: '2099-01-01' })).toEqual([]);
  });

  it.each(['user_id', 'last_updated'])(
    'returns every account once when paged by cursor, sorted by %s',
    async (sort) => {
      const mark = randomUUID();
      const users = Array.from({ length: 7 }, (_, i) => `${mark}-${i}`);
      for (const user_id of users) await w.open(user_id);
      const seen: unknown[] = [];
      let cursor: string | undefined;
      do {
        const query = { search: mark, sort, limit: '3', count: 'true', ...(cursor === undefined ? {} : { cursor }) };
        const page = await w.list('admin/accounts', query);
        expect(page.headers['x-total-count']).toBe('7');
        seen.push(...ids(page.body));
        cursor = page.headers['x-next-cursor'];
      } while (cursor !== undefined);
      expect(seen).toEqual(sort === 'user_id' ? users : users.toReversed());
    },
  );

  it.each<Record<string, string>>([
    { cursor: 'x' },
    { sort: 'balance' },
    { status: 'lost' },
    { min_balance: '-1' },
    { in_debt: '7' },
  ])('refuses %j', async (query) => {
    expect(await w.list('admin/accounts', query)).toMatchObject({ status: 422 });
  });

  it('is restricted to administrators', async () => {
    expect(await w.list('admin/accounts', {}, w.service)).toMatchObject({ status: 403 });
  });
});

describe('the details of an account', () => {
  it('contain everything', async () => {
    const user_id = await w.user('12');
    const hold = await w.hold(user_id, '1');
    await w.deduct(user_id, '2');
    const { status, body } = await w.get(`admin/accounts/${user_id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      account: { user_id, balance: '10.000000', held: '1.000000', available: '9.000000', status: 'active' },
      grants: [{ source: 'trial', remaining: '3.000000' }, { source: 'bonus' }],
      holds: [{ id: hold, status: 'active', amount: '1.000000' }],
      payments: [],
      subscription: null,
      discounts: [],
      usage: { total_events: 0 },
    });
    expect((body.transactions as Json[])[0]).toMatchObject({ amount: '-2.000000' });
    expect((body.audit as Json[]).map(({ action }) => action)).toContain('credit.create');
  });

  it('do not exist for an unknown user', async () => {
    expect(await w.get('admin/accounts/nobody')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('the list of holds', () => {
  it('is sorted newest first and paged', async () => {
    const user_id = await w.user('9');
    const holds = [await w.hold(user_id, '1'), await w.hold(user_id, '2'), await w.hold(user_id, '3')];
    await w.resolve(holds[1] as string, 'release');
    const listed = async (query: Record<string, string>) =>
      (await w.list('credits/holds', { user_id, ...query })).body.map(({ id }) => id);
    expect(await listed({})).toEqual([holds[2], holds[0]]);
    expect(await listed({ status: 'released' })).toEqual([holds[1]]);
    const first = await w.list('credits/holds', { user_id, limit: '1' });
    expect(await listed({ limit: '1', cursor: first.headers['x-next-cursor'] as string })).toEqual([holds[0]]);
    expect(await w.list('credits/holds', {}, await w.as(user_id))).toMatchObject({ status: 403 });
  });
});

it('the command line finds, shows, suspends, resumes, moves and erases accounts', async () => {
  const [cli, mark] = [cliOn(w.t.database_url), randomUUID()];
  const [user, other] = [`u-${mark}`, `o-${mark}`];
  await w.open(user);
  const json = async (...argv: string[]) => (await cli('accounts', ...argv, '--json')).json();
  expect(await json('list', '--search', mark)).toMatchObject([{ user_id: user }]);
  expect(await json('suspend', user, '--reason', 'late')).toMatchObject({ status: 'suspended', status_reason: 'late' });
  expect(await json('resume', user)).toMatchObject({ status: 'active' });
  expect(await json('move', user, other)).toMatchObject({ user_id: other, moved_from: user, credits: '5.000000' });
  expect(await json('show', user)).toMatchObject({ account: { status: 'closed', moved_to: other } });
  expect(await json('erase', other)).toMatchObject({ user_id: other, status: 'erasing' });
  expect((await cli('accounts', 'show', 'nobody', '--json')).code).not.toBe(0);
});

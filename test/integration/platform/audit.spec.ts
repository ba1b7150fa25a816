import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../../support/app.js';

interface Entry {
  id: string;
  user_id: string;
  action: string;
  actor: string;
}

describe('GET /audit', () => {
  let t: TestApp;
  let admin: string;

  beforeAll(async () => {
    t = await startApp();
    admin = await t.tokenFor('admin-1', 'admin');
    for (const user_id of ['ann', 'ben']) {
      for (const amount of ['1', '2', '3']) {
        const body = { user_id, amount, source: 'purchase' };
        await t.call('credits/allocate', {
          method: 'POST',
          token: admin,
          body,
          headers: { 'x-request-id': `req-${amount}` },
        });
      }
    }
    await t.call('credits/deduct', {
      method: 'POST',
      token: admin,
      body: { user_id: 'ben', amount: '99', service: 'tts' },
    });
  });
  afterAll(() => t.close());

  async function audit(query: Record<string, string>) {
    const answer = await t.call('audit', { token: admin, query });
    return { ...answer, entries: answer.body as Entry[] };
  }

  it('lists who did what to which account, newest first', async () => {
    const { entries } = await audit({ user_id: 'ann' });
    expect(entries.map((entry) => entry.action)).toEqual([
      ...Array<string>(3).fill('credit.allocate'),
      'credit.create',
    ]);
    expect(entries[0]).toEqual({
      id: expect.any(String),
      user_id: 'ann',
      action: 'credit.allocate',
      result: 'success',
      actor: 'admin-1',
      resource_type: 'credit_transaction',
      resource_id: expect.any(String),
      metadata: { amount: '3.000000' },
      request_id: 'req-3',
      ip: '127.0.0.1',
      created_at: expect.stringMatching(/Z$/),
    });
  });

  it('filters by account, action, actor, result and time', async () => {
    expect((await audit({ action: 'credit.create' })).entries.map((entry) => entry.user_id).sort()).toEqual([
      'ann',
      'ben',
    ]);
    expect((await audit({ result: 'failure' })).entries).toMatchObject([
      { user_id: 'ben', action: 'credit.deduct_failed' },
    ]);
    expect((await audit({ actor: 'nobody' })).entries).toEqual([]);
    expect((await audit({ date_from: '2999-01-01' })).entries).toEqual([]);
    expect((await audit({ date_to: '2999-01-01', user_id: 'ben' })).entries).toHaveLength(5);
  });

  it.each<Record<string, string>>([{}, { user_id: 'ben' }])(
    'pages by cursor through all of it, with %j',
    async (filter) => {
      const whole = await audit({ ...filter, count: 'true' });
      const ids: string[] = [];
      let query: Record<string, string> = { ...filter, limit: '2' };
      for (;;) {
        const page = await audit(query);
        ids.push(...page.entries.map((entry) => entry.id));
        const cursor = page.headers['x-next-cursor'];
        if (cursor === undefined) break;
        query = { ...filter, limit: '2', cursor };
      }
      expect(ids).toEqual(whole.entries.map((entry) => entry.id));
      expect(whole.headers['x-total-count']).toBe(String(ids.length));
      const skipped = await audit({ ...filter, limit: '2', offset: '2' });
      expect(skipped.entries.map((entry) => entry.id)).toEqual(ids.slice(2, 4));
    },
  );

  it('is for admins only', async () => {
    for (const role of ['user', 'service'] as const) {
      expect((await t.call('audit', { token: await t.tokenFor('ann', role) })).status).toBe(403);
    }
    expect((await t.call('audit')).status).toBe(401);
  });

  it('refuses unknown filters and cursors', async () => {
    for (const query of [{ who: 'ann' }, { result: 'maybe' }, { cursor: 'x' }, { limit: '501' }] as Record<
      string,
      string
    >[]) {
      expect((await audit(query)).status).toBe(422);
    }
  });
});

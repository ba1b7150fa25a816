import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Jobs } from '../../../src/jobs/jobs.js';
import { Database } from '../../../src/platform/database/database.js';
import { eventually } from '../../support/eventually.js';
import { type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const overview = async (): Promise<Json> => {
  const { status, body } = await w.get('admin/overview');
  expect(status).toBe(200);
  return body;
};

describe('the overview of the platform', () => {
  it('is all zeros for an empty one', async () => {
    expect(await overview()).toMatchObject({
      health: 'ok',
      revenue: [],
      accounts_in_debt: 0,
      debt: '0.000000',
      active_holds: 0,
      unrated_events: 0,
      held_payments: 0,
      open_disputes: 0,
      failed_payment_events: 0,
      rejected_logs: 0,
      failing_jobs: [],
      reconciliation: null,
      doctor: null,
      credits: { today: { sold: '0.000000', spent: '0.000000', margin: '0.000000', margin_percent: '0.00' } },
    });
  });

  it('adds up credits, cost and what needs an administrator', async () => {
    const user_id = await w.user('20');
    await w.done('credits/allocate', { user_id, amount: '7', source: 'purchase' });
    await w.deduct(user_id, '2');
    await w.done('credits/usage/track', {
      user_id,
      service: 'openrouter',
      model: 'nobody/knows-1',
      input_tokens: 1000,
      charge: true,
      settle: true,
    });
    await w.hold(user_id, '1');
    const debtor = await w.user('1');
    await w.settle(debtor, '3.5');
    await w.sql(
      `INSERT INTO payments (user_id, kind, package_code, status, credits, amount, settled, currency, paid_at)
       VALUES ($1, 'package', 'small', 'paid', 7, 6, 7.14, 'eur', now()), ($1, 'package', 'small', 'paid', 7, 6, NULL, 'eur', now() - interval '20 days'),
         ($1, 'package', 'small', 'held', 7, 6, NULL, 'usd', NULL)`,
      [user_id],
    );
    const found = await overview();
    const [spent] = await w.sql(
      `SELECT (-sum(amount))::text AS spent FROM credit_transactions WHERE transaction_type = 'usage'`,
    );
    expect(found).toMatchObject({
      accounts_in_debt: 1,
      debt: '2.500000',
      active_holds: 1,
      held: '1.000000',
      unrated_events: 1,
      unrated_models: 1,
      held_payments: 1,
      revenue: [
        {
          currency: 'eur',
          today: { payments: 1, amount: '7.140000', refunded: '0.000000' },
          last_30_days: { payments: 2, amount: '13.140000' },
        },
      ],
      credits: { today: { sold: '7.000000', event_count: 1 } },
    });
    const { today } = found.credits as Record<string, Json>;
    expect(Number(today?.spent)).toBe(Number(spent?.spent));
    expect(Number(today?.granted)).toBeGreaterThan(0);
  });

  it('shows the latest examination by the doctor', async () => {
    w.t.app.get(Jobs).start();
    await eventually(() =>
      w.t.app
        .get(Database)
        .transaction((tx) => w.t.app.get(Jobs).enqueue(tx, 'doctor', {}))
        .then(() => true),
    );
    const found = await eventually(async () => {
      const { doctor } = await overview();
      return doctor !== null && (doctor as Json);
    });
    expect(found).toMatchObject({ examined_at: expect.any(String), ledger_verified: expect.any(Boolean) });
  });

  it('is for admins only', async () => {
    for (const path of ['admin/overview', 'admin/margins', 'admin/reconciliation'])
      expect((await w.get(path, {}, w.service)).status).toBe(403);
  });
});

describe('margins', () => {
  it('show what loses money first, and mark models without a final price', async () => {
    const user_id = await w.user('100');
    const charged = (model: string): Promise<unknown> =>
      w.sql(
        `INSERT INTO usage_events (user_id, service, model, tokens_used, provider_cost, platform_markup, total_cost, request_id, occurred_at, transaction_id)
         VALUES ($1, 'openrouter', $2, 100, 10, 1, 11, gen_random_uuid(), now(), gen_random_uuid())`,
        [user_id, model],
      );
    await charged('acme/gain');
    await w.events(user_id, { model: 'acme/loss', total_cost: '3' });
    await w.rollUp();
    await charged('acme/gain');
    await w.events(user_id, { model: 'acme/gain', total_cost: '0.5' });
    const list = async (group_by: string): Promise<Json[]> => (await w.list('admin/margins', { group_by })).body;
    const models = await list('model');
    expect(models[0]).toMatchObject({
      group: 'acme/loss',
      charged_cost: '0.000000',
      margin: '-3.000000',
      unrated_events: 0,
    });
    expect(models.find(({ group }) => group === 'acme/gain')).toMatchObject({
      event_count: 3,
      tokens_used: 200,
      charged_cost: '22.000000',
      recorded_cost: '0.500000',
      provider_cost: '20.500000',
      margin: '1.500000',
      margin_percent: '6.81',
      held_back: null,
    });
    expect(models.find(({ group }) => group === 'nobody/knows-1')).toMatchObject({ unrated_events: 1 });
    expect((await list('provider')).find(({ group }) => group === 'acme')).toMatchObject({ margin: '-1.500000' });
    expect((await list('service')).map(({ group }) => group)).toContain('openrouter');
  });

  it('refuse a range that is reversed or too long', async () => {
    for (const query of [
      { from: '2026-02-02', to: '2026-02-01' },
      { from: '2020-01-01', to: '2026-02-01' },
    ])
      expect((await w.get('admin/margins', query)).status).toBe(422);
  });
});

describe('the reconciliation', () => {
  it('says that nothing is compared without a key', async () => {
    const { body } = await w.get('admin/reconciliation');
    expect(body).toMatchObject({ is_configured: false, compares_account: false, comparisons: [] });
  });
});

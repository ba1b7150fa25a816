import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { LedgerVerification } from '../../../src/credits/ledger/ledger-verification.js';
import { LedgerVerificationRepository } from '../../../src/credits/ledger/ledger-verification.repository.js';
import { Jobs } from '../../../src/jobs/jobs.js';
import { systemActor } from '../../../src/platform/actor.js';
import { Database } from '../../../src/platform/database/database.js';
import { units } from '../../../src/platform/values/amount.js';
import { RollupRepository } from '../../../src/metering/rollup.repository.js';
import { ReratingService } from '../../../src/usage/rerating/rerating.service.js';
import { eventually } from '../../support/eventually.js';
import { concurrently, type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const newModel = (): string => `acme/${randomUUID()}`;
const price = (model: string, body: object) => w.done('pricing/models', { model, ...body });
const rerate = (preview = false): Promise<Json> => w.done(`pricing/rerate?preview=${String(preview)}`, {});

/** Charged work of a model without a price. */
const track = (user_id: string, model: string, more: object = {}): Promise<Json> =>
  w.done('credits/usage/track', {
    user_id,
    service: 'openrouter',
    model,
    input_tokens: 1_000_000,
    charge: true,
    ...more,
  });

const events = (user_id: string): Promise<Json[]> =>
  w.sql('SELECT * FROM usage_events WHERE user_id = $1 ORDER BY id', [user_id]);

const corrections = async (user_id: string): Promise<Json[]> =>
  (await w.ledger(user_id)).filter(({ metadata }) => (metadata as Json).reason === 'rerated');

async function verified(user_id: string): Promise<void> {
  await w.verify(user_id);
  const repository = new LedgerVerificationRepository(w.t.app.get(Database));
  const report = await new LedgerVerification(repository).verify(user_id, () => undefined);
  expect(report.faults).toEqual([]);
}

/** Rolls up what is possible: transactions of other tests can delay it. */
const rollUp = (): Promise<unknown> => w.t.app.get(RollupRepository).advance(20_000);

/** Rolls up until all work of a user is rolled up. */
async function rolledUp(user_id: string): Promise<void> {
  const waiting = `SELECT FROM usage_events WHERE user_id = $1 AND recorded_xid >= (SELECT min(watermark) FROM usage_rollups WHERE name <> 'unrated_usage')`;
  await eventually(async () => {
    await rollUp();
    return (await w.sql(waiting, [user_id])).length === 0;
  });
}

/** Returns the differences between the roll-up and the events. */
const rollupFaults = async (): Promise<unknown> => (await w.t.app.get(RollupRepository).compare('', 10_000))?.faults;

const days = (user_id: string): Promise<Json[]> => w.sql('SELECT * FROM usage_daily WHERE user_id = $1', [user_id]);

/** Makes the hours of an account, as if it were busy. */
const makeHours = (user_id: string): Promise<unknown> =>
  eventually(async () => {
    await w.t.app.get(RollupRepository).makeHours(user_id);
    return (await w.sql('SELECT FROM usage_by_hour WHERE user_id = $1', [user_id])).length > 0;
  });

describe('work of a model without a price', () => {
  it('is charged at the flat rate and corrected when the price arrives', async () => {
    const [user_id, model] = [await w.user('10'), newModel()];
    expect(await track(user_id, model)).toMatchObject({ total_cost: '1.000000', is_rated: false });
    expect((await w.balance(user_id)).balance).toBe('9.000000');
    await price(model, { input_per_million: '2', output_per_million: '4' });
    const report = await rerate(true);
    expect(report).toMatchObject({ preview: true, events: 1 });
    expect((await w.balance(user_id)).balance).toBe('9.000000');
    const done = await rerate();
    expect(done.models).toEqual([
      {
        service: 'openrouter',
        model,
        events: 1,
        accounts: 1,
        before: '1.000000',
        after: '2.200000',
        booked: '1.200000',
      },
    ]);
    expect((await w.balance(user_id)).balance).toBe('7.800000');
    const [event] = await events(user_id);
    expect(event).toMatchObject({ is_rated: true, total_cost: '2.2000000000', platform_markup: '0.2000000000' });
    const [line, ...rest] = await corrections(user_id);
    expect(rest).toEqual([]);
    expect(line).toMatchObject({
      transaction_type: 'adjustment',
      amount: '-1.2000000000',
      service: 'openrouter',
      model,
    });
    expect((line?.metadata as Json).events).toEqual([event?.id]);
    await verified(user_id);
  });

  it('of a moved account is corrected on the account that took over', async () => {
    const [user_id, model] = [await w.user('10'), newModel()];
    await track(user_id, model);
    const [first, heir] = [randomUUID(), randomUUID()];
    await w.done(`admin/accounts/${user_id}/move`, { to: first });
    await w.done(`admin/accounts/${first}/move`, { to: heir });
    await price(model, { input_per_million: '2', output_per_million: '4' });
    await rerate();
    expect(await corrections(user_id)).toEqual([]);
    expect(await corrections(heir)).toEqual([expect.objectContaining({ amount: '-1.2000000000' })]);
    expect((await w.balance(heir)).balance).toBe('7.800000');
    expect(await events(user_id)).toEqual([expect.objectContaining({ is_rated: true, total_cost: '2.2000000000' })]);
    for (const owner of [user_id, first, heir]) await verified(owner);
  });

  it('gives back the difference, debt first', async () => {
    const [cheap, model] = [await w.user('10'), newModel()];
    await track(cheap, model);
    const owing = await w.user('5');
    await track(owing, model, { input_tokens: 8_000_000, charge: false, settle: true });
    expect(await w.balance(owing)).toMatchObject({ balance: '0.000000', debt: '3.000000' });
    await price(model, { input_per_million: '0.1' });
    await rerate();
    expect((await w.balance(cheap)).balance).toBe('9.895000');
    expect(await w.balance(owing)).toMatchObject({ balance: '4.160000', debt: '0.000000' });
    for (const user_id of [cheap, owing]) await verified(user_id);
  });

  it('can lead to debt, like all finished work', async () => {
    const [user_id, model] = [await w.user('5'), newModel()];
    await track(user_id, model, { input_tokens: 4_000_000 });
    await price(model, { input_per_million: '10' });
    await rerate();
    expect(await w.balance(user_id)).toMatchObject({ balance: '0.000000', debt: '41.000000' });
    await verified(user_id);
    await w.bonus(user_id, '42');
    expect(await w.balance(user_id)).toMatchObject({ balance: '1.000000', debt: '0.000000' });
    await verified(user_id);
  });

  it('that turns out to be free is refunded completely', async () => {
    const [user_id, model] = [await w.user('5'), newModel()];
    await track(user_id, model);
    await rolledUp(user_id);
    await price(model, { is_free: true });
    await rerate();
    expect((await w.balance(user_id)).balance).toBe('5.000000');
    expect((await events(user_id))[0]).toMatchObject({ is_free_tier: true, total_cost: '0.0000000000' });
    expect(await rollupFaults()).toEqual([]);
    expect(await days(user_id)).toEqual([expect.objectContaining({ free_events: '1', free_tokens: '1000000' })]);
    await verified(user_id);
  });

  it('that was refunded in the meantime is not given back twice, in either order', async () => {
    const [model, refund] = [newModel(), { reason: 'a test' }];
    const [first, second, third] = await Promise.all([w.user('10'), w.user('10'), w.user('10')]);
    const lines = new Map<string, unknown>();
    for (const user_id of [first, second, third]) lines.set(user_id, (await track(user_id, model)).transaction_id);
    const give = (user_id: string, amount: string) =>
      w.post('credits/refund', { user_id, amount, transaction_id: lines.get(user_id), ...refund });
    expect((await give(first, '1')).status).toBe(200);
    expect((await give(second, '0.5')).status).toBe(200);
    await price(model, { input_per_million: '0.1' });
    await rerate();
    const balances = await Promise.all([first, second, third].map((user_id) => w.balance(user_id)));
    expect(balances.map(({ balance }) => balance)).toEqual(['10.000000', '10.000000', '9.895000']);
    expect(await give(third, '0.2')).toMatchObject({ status: 409, body: { refundable: '0.105000' } });
    expect((await give(third, '0.105')).status).toBe(200);
    expect((await w.balance(third)).balance).toBe('10.000000');
    for (const user_id of [first, second, third]) await verified(user_id);
  });

  it('that was only recorded is corrected without a line', async () => {
    const [user_id, model] = [await w.user('5'), newModel()];
    await track(user_id, model, { charge: false });
    await price(model, { input_per_million: '2' });
    const { models } = await rerate();
    expect(models).toEqual([expect.objectContaining({ events: 1, after: '2.200000', booked: '0.000000' })]);
    expect(await w.ledger(user_id)).toHaveLength(1);
    expect((await events(user_id))[0]).toMatchObject({ is_rated: true, total_cost: '2.2000000000' });
  });

  it('stays provisional when the price does not cover the measured quantity', async () => {
    const [user_id, model] = [await w.user('5'), newModel()];
    await track(user_id, model, { input_tokens: 0, quantity: 60, unit: 'second' });
    await price(model, { per_character: '0.001' });
    expect(await rerate()).toMatchObject({ events: 0 });
    await price(model, { per_character: '0.001', per_second: '0.001' });
    expect(await rerate()).toMatchObject({ events: 1, booked: '0.006000' });
  });
});

describe('a re-rating', () => {
  it('repeated and concurrent, books once', async () => {
    const [user_id, model] = [await w.user('100'), newModel()];
    await concurrently(30, () => track(user_id, model));
    await price(model, { input_per_million: '2' });
    const reports = await concurrently(6, () => rerate());
    expect(reports.reduce((sum, report) => sum + units(report.booked as string), 0n)).toBe(units('36'));
    expect(await rerate()).toMatchObject({ events: 0, booked: '0.000000' });
    expect((await w.balance(user_id)).balance).toBe('34.000000');
    const lines = await corrections(user_id);
    expect(lines.reduce((sum, line) => sum + units(line.amount as string), 0n)).toBe(units('-36'));
    await verified(user_id);
  });

  it('does not change the roll-up for events that are not rolled up yet, from its watermark on', async () => {
    const [user_id, model] = [await w.user('1000'), newModel()];
    await track(user_id, model);
    await rolledUp(user_id);
    await track(user_id, model);
    const watermark = `(SELECT min(watermark) FROM usage_rollups WHERE name <> 'unrated_usage')`;
    await w.sql(
      `UPDATE usage_events SET recorded_xid = ${watermark} WHERE user_id = $1 AND recorded_xid >= ${watermark}`,
      [user_id],
    );
    await price(model, { input_per_million: '3' });
    await rerate();
    await rolledUp(user_id);
    expect(await rollupFaults()).toEqual([]);
    await verified(user_id);
  });

  it('keeps the roll-up and the events consistent while work continues', async () => {
    const [user_id, model] = [await w.user('1000'), newModel()];
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    await concurrently(20, (i) => track(user_id, model, i % 2 ? { occurred_at: yesterday } : {}));
    await rolledUp(user_id);
    await makeHours(user_id);
    await concurrently(20, () => track(user_id, model));
    await price(model, { input_per_million: '3' });
    await Promise.all([rerate(), concurrently(40, () => track(user_id, model)), rollUp(), rerate()]);
    await rerate();
    await rolledUp(user_id);
    expect(await rollupFaults()).toEqual([]);
    expect(await days(user_id)).toHaveLength(2);
    const stored = await events(user_id);
    expect(stored).toHaveLength(80);
    expect(new Set(stored.map(({ total_cost }) => total_cost))).toEqual(new Set(['3.3000000000']));
    expect((await w.balance(user_id)).balance).toBe('736.000000');
    await verified(user_id);
  });

  it('continues where it was stopped', async () => {
    const model = newModel();
    const users = await Promise.all([w.user('10'), w.user('10'), w.user('10')]);
    for (const user_id of users) await track(user_id, model);
    await price(model, { input_per_million: '2' });
    const stop = new AbortController();
    const service = w.t.app.get(ReratingService);
    stop.abort();
    const run = { actor: systemActor('a-test'), preview: false };
    await expect(service.rerate({ ...run, signal: stop.signal })).rejects.toThrow();
    const seen: [number, number][] = [];
    await service.rerate({ ...run, progress: (done, total) => seen.push([done, total]) });
    expect(seen.at(-1)?.[0]).toBe(seen.at(-1)?.[1]);
    for (const user_id of users) expect((await w.balance(user_id)).balance).toBe('7.800000');
  });

  it('processes many events of one account in batches', async () => {
    const [user_id, model] = [await w.user('5'), newModel()];
    await w.sql(
      `INSERT INTO usage_events (user_id, service, model, input_tokens, tokens_used, provider_cost, total_cost, is_rated,
         request_id, occurred_at)
       SELECT $1, 'openrouter', $2, 1000, 1000, 0.001, 0.001, false, n::text, now() FROM generate_series(1, 450) AS n`,
      [user_id, model],
    );
    await price(model, { input_per_million: '2' });
    const { models } = await rerate();
    expect(models).toEqual([
      expect.objectContaining({ events: 450, accounts: 1, before: '0.450000', after: '0.990000' }),
    ]);
  });

  it('runs automatically after a new price, where jobs run', async () => {
    const [user_id, model] = [await w.user('5'), newModel()];
    await track(user_id, model);
    await price(model, { input_per_million: '2' });
    w.t.app.get(Jobs).start();
    await eventually(async () => (await w.balance(user_id)).balance === '2.800000');
    await verified(user_id);
  });

  it('is restricted to admins', async () => {
    expect((await w.post('pricing/rerate', {}, { token: w.service })).status).toBe(403);
    expect((await w.post('pricing/preview', { markup: ['0.2'] }, { token: w.service })).status).toBe(403);
  });
});

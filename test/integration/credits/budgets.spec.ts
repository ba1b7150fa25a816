import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { concurrently, type Json, type JsonAnswer, statuses, TestEnv, UNKNOWN_ID } from '../../support/factories.js';

describe('budgets', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start();
  });
  afterAll(() => w.close());

  const budget = (user_id: string, more: object = {}, token?: string): Promise<Json> =>
    w.done('budgets', { user_id, limit: '1', window: 'day', ...more }, { ...(token !== undefined && { token }) });
  const read = async (id: unknown): Promise<Json> => (await w.get(`budgets/${String(id)}`)).body;
  const deduct = (user_id: string, amount: string, more: object = {}): Promise<JsonAnswer> =>
    w.post('credits/deduct', { user_id, amount, service: 'tts', ...more });
  const events = (user_id: string): Promise<Json[]> =>
    w.sql(`SELECT sequence, type, data FROM events WHERE user_id = $1 AND type LIKE 'budget.%' ORDER BY sequence`, [
      user_id,
    ]);

  it('refuse a charge beyond the limit and name the budget', async () => {
    const user_id = await w.user('100');
    const { id } = await budget(user_id, { limit: '2.5', window: 'month', timezone: 'Europe/Berlin' });
    expect((await deduct(user_id, '2')).status).toBe(200);
    const refused = await deduct(user_id, '1');
    expect(refused.status).toBe(402);
    expect(refused.body).toMatchObject({
      code: 'budget_exceeded',
      limit_source: 'account',
      budget_id: id,
      limit: '2.500000',
      used: '2.000000',
      headroom: '0.500000',
      unit: 'credits',
      set_by: 'admin',
      raise_at: '/app/budgets',
    });
    const check = async (amount: string): Promise<Json> =>
      (await w.get(`credits/check?user_id=${user_id}&amount=${amount}`)).body;
    expect(await check('1')).toMatchObject({ sufficient: false, reason: 'budget_exceeded' });
    expect(await check('0.5')).toMatchObject({ sufficient: true, reason: null });
    expect((await deduct(user_id, '0.5')).status).toBe(200);
    expect(await read(id)).toMatchObject({ used: '2.500000', headroom: '0.000000', overrun: '0.000000' });
    await w.verify(user_id);
  });

  it('are named at every door with the same facts', async () => {
    const user_id = await w.user('100');
    await budget(user_id, { limit: '1', window: 'month' });
    const single = (await deduct(user_id, '2')).body;
    const names = ['limit_source', 'budget_id', 'limit', 'used', 'held', 'headroom', 'unit', 'resets_at', 'set_by'];
    const facts = Object.fromEntries(['code', 'raise_at', ...names].map((name) => [name, single[name]]));
    expect(Object.values(facts)).not.toContain(undefined);
    const one = { user_id, service: 'tts' };
    const tracked = { ...one, cost: '2', charge: true };
    const batch = async (path: string, record: object): Promise<Json> =>
      ((await w.done(path, [record])) as unknown as Json[])[0]!;
    const refused = [
      (await w.post('credits/holds', { ...one, amount: '2' })).body,
      (await w.post('credits/usage/track', tracked)).body,
      await batch('credits/deduct/batch', { ...one, amount: '2', idempotency_key: randomUUID() }),
      await batch('credits/usage/track/batch', { ...tracked, request_id: randomUUID() }),
    ];
    expect(refused).toMatchObject(Array.from({ length: 4 }, () => facts));
  });

  it('count holds until they are resolved', async () => {
    const user_id = await w.user('100');
    const { id } = await budget(user_id, { limit: '5' });
    const hold = await w.hold(user_id, '4');
    expect((await deduct(user_id, '2')).body).toMatchObject({ code: 'budget_exceeded', held: '4.000000' });
    expect(await read(id)).toMatchObject({ used: '0.000000', held: '4.000000', headroom: '1.000000' });
    await w.resolve(hold, 'release');
    expect(await read(id)).toMatchObject({ held: '0.000000' });
    const second = await w.hold(user_id, '5');
    await w.resolve(second, 'capture', { amount: '6' });
    expect(await read(id)).toMatchObject({ used: '6.000000', held: '0.000000', overrun: '1.000000' });
  });

  it('count what was used and held before they were set', async () => {
    const user_id = await w.user('100');
    await w.deduct(user_id, '3', { tags: ['a', 'b'] });
    await w.hold(user_id, '2', { tags: ['b'] });
    await w.deduct(user_id, '7', { tags: ['c'] });
    expect(await budget(user_id, { limit: '9', scope: { tag: 'b' } })).toMatchObject({
      used: '3.000000',
      held: '2.000000',
    });
    expect(await budget(user_id, { limit: '9', unit: 'calls' })).toMatchObject({ used: '2.000000', held: '1.000000' });
    for (const window of ['hour', 'week', 'month', 'period', 'rolling_24h', 'rolling_30d']) {
      expect(await budget(user_id, { limit: '99', window })).toMatchObject({ used: '10.000000', held: '2.000000' });
    }
  });

  it('are checked all; the answer names the tightest', async () => {
    const user_id = await w.user('100');
    await budget(user_id, { limit: '3', scope: { service: 'tts' } });
    const { id } = await budget(user_id, { limit: '2', scope: { model: 'a-model' } });
    await budget(user_id, { limit: '50' });
    const answer = await deduct(user_id, '4', { model: 'a-model' });
    expect(answer.body).toMatchObject({ code: 'budget_exceeded', limit_source: 'model', budget_id: id });
    expect((await deduct(user_id, '4')).body).toMatchObject({ limit_source: 'service' });
    expect((await deduct(user_id, '4', { service: 'stt' })).status).toBe(200);
    expect((await deduct(user_id, '1000', { service: 'stt' })).body).toMatchObject({ code: 'budget_exceeded' });
    const poor = await w.user('1');
    await budget(poor, { limit: '5.5' });
    expect((await deduct(poor, '6')).body).toMatchObject({ code: 'insufficient_credits' });
  });

  it('never refuse finished work, and report what goes beyond', async () => {
    const user_id = await w.user('100');
    const { id } = await budget(user_id, { limit: '1' });
    await w.settle(user_id, '3');
    expect(await read(id)).toMatchObject({ used: '3.000000', overrun: '2.000000' });
    expect((await deduct(user_id, '0.1')).status).toBe(402);
    const types = (await events(user_id)).map(({ type }) => type);
    expect(types).toEqual([...new Array<string>(3).fill('budget.threshold_reached'), 'budget.exceeded']);
  });

  it('report each threshold once, and recovery after a boost', async () => {
    const user_id = await w.user('100');
    const { id } = await budget(user_id, { limit: '10', on_exceed: 'warn' });
    for (let n = 0; n < 12; n += 1) await w.deduct(user_id, '1');
    const found = await events(user_id);
    expect(found.map(({ type, data }) => [type, (data as { object: Json }).object.threshold])).toEqual([
      ['budget.threshold_reached', 50],
      ['budget.threshold_reached', 80],
      ['budget.threshold_reached', 100],
      ['budget.exceeded', undefined],
    ]);
    expect(found.map(({ sequence }) => sequence)).toEqual([4, 5, 6, 7]); // behind those of the account's opening
    await w.done(`budgets/${String(id)}/boost`, { amount: '10', reason: 'a launch' });
    expect((await events(user_id)).at(-1)).toMatchObject({ type: 'budget.recovered', sequence: 8 });
    expect(await read(id)).toMatchObject({ boost: '10.000000', headroom: '8.000000' });
    expect(await w.audit(user_id, 'budget.boost')).toHaveLength(1);
  });

  it('are raised once per idempotency key, however often a boost is sent', async () => {
    const user_id = await w.user('100');
    const { id } = await budget(user_id, { limit: '10' });
    const key = randomUUID();
    const boost = (amount: string) => w.post(`budgets/${String(id)}/boost`, { amount, reason: 'a launch' }, { key });
    const answers = await Promise.all(Array.from({ length: 10 }, () => boost('5')));
    expect(answers.map(({ status, body }) => [status, body.boost])).toEqual(Array(10).fill([200, '5.000000']));
    expect(answers.filter(({ headers }) => headers['idempotency-hit'] === undefined)).toHaveLength(1);
    expect(await boost('6')).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } });
    expect(await read(id)).toMatchObject({ boost: '5.000000' });
    expect(await w.audit(user_id, 'budget.boost')).toHaveLength(1);
  });

  it('count calls and tokens', async () => {
    const user_id = await w.user('100');
    const calls = await budget(user_id, { limit: '3', unit: 'calls' });
    const tokens = await budget(user_id, { limit: '1000', unit: 'tokens' });
    const track = (input_tokens: number): Promise<JsonAnswer> =>
      w.post('credits/usage/track', { user_id, service: 'llm', model: 'm', cost: '0.1', input_tokens, charge: true });
    expect((await track(600)).status).toBe(200);
    expect((await track(600)).body).toMatchObject({ code: 'budget_exceeded', budget_id: tokens.id, unit: 'tokens' });
    expect((await track(400)).status).toBe(200);
    expect((await deduct(user_id, '1')).body).toMatchObject({ budget_id: tokens.id });
    await w.t.call(`budgets/${String(tokens.id)}`, { method: 'DELETE', token: w.admin });
    expect((await deduct(user_id, '1')).status).toBe(200);
    expect((await deduct(user_id, '1')).body).toMatchObject({ budget_id: calls.id, unit: 'calls', used: '3.000000' });
  });

  it('of a user stay below those of an administrator', async () => {
    const user_id = await w.user('100');
    const token = await w.as(user_id);
    const set = await budget(user_id, { limit: '10', window: 'month' });
    const own = (limit: string): Promise<JsonAnswer> => w.post('budgets', { limit, window: 'month' }, { token });
    expect((await own('11')).body).toMatchObject({ code: 'above_admin_limit', limit: '10.000000', budget_id: set.id });
    const { id } = (await own('4')).body;
    const change = (path: string, body: object, method: 'PATCH' | 'POST' = 'PATCH') =>
      w.t.call(`budgets/${path}`, { method, body, token });
    expect((await change(String(id), { limit: '10' })).status).toBe(200);
    expect((await change(`${String(id)}/boost`, { amount: '1', reason: 'x' }, 'POST')).status).toBe(409);
    expect((await change(String(set.id), { limit: '1' })).status).toBe(403);
    expect((await change(`${String(set.id)}/boost`, { amount: '1', reason: 'x' }, 'POST')).status).toBe(403);
    expect((await w.t.call(`budgets/${String(set.id)}`, { method: 'DELETE', token })).status).toBe(403);
    const other = await w.as(await w.user());
    expect((await w.get(`budgets/${String(id)}`, {}, other)).status).toBe(404);
    expect((await w.list('budgets', {}, token)).body.map((row) => row.id)).toEqual([id, set.id]);
  });

  it('are listed by what applies, the tightest first', async () => {
    const user_id = await w.user('100');
    const [key, other] = [randomUUID(), randomUUID()];
    const account = await budget(user_id, { limit: '10' });
    const ofKey = await budget(user_id, { limit: '1', scope: { api_key_id: key } });
    await budget(user_id, { limit: '1', scope: { api_key_id: other } });
    await w.deduct(user_id, '4');
    const effective = await w.list('budgets/effective', { user_id, api_key_id: key });
    expect(effective.body.map(({ id, headroom }) => [id, headroom])).toEqual([
      [account.id, '6.000000'],
      [ofKey.id, '1.000000'],
    ]);
    const me = await w.get('me', {}, await w.as(user_id));
    expect(me.body.limits).toContainEqual(
      expect.objectContaining({ limit_source: 'account', budget_id: account.id, used: '4.000000', limit: '10.000000' }),
    );
  });

  it('are never exceeded by concurrent charges over two instances', async () => {
    const user_id = await w.user('100');
    const { id } = await budget(user_id, { limit: '50', unit: 'calls' });
    const other = await w.another();
    const answers = await concurrently(200, (n) =>
      (n % 2 === 0 ? w.t : other).call('credits/deduct', {
        method: 'POST',
        token: w.admin,
        body: { user_id, amount: '0.01', service: 'tts' },
      }),
    );
    expect(statuses(answers)).toEqual({ 200: 50, 402: 150 });
    expect(await read(id)).toMatchObject({ used: '50.000000' });
  });

  it('say what is wrong with a request', async () => {
    const user_id = await w.user();
    const fault = async (body: object): Promise<unknown> =>
      (await w.post('budgets', { user_id, limit: '1', window: 'day', ...body })).body.code;
    expect(await fault({ scope: { model: 'a', tag: 'b' } })).toBe('invalid_request');
    expect(await fault({ window: 'range' })).toBe('invalid_request');
    expect(await fault({ timezone: 'Nowhere/Else' })).toBe('invalid_request');
    expect(await fault({ thresholds: [0] })).toBe('invalid_request');
    expect((await w.get(`budgets/${UNKNOWN_ID}`)).status).toBe(404);
  });
});

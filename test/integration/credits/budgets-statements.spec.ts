import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { BatchRepository } from '../../../src/credits/posting/batch.repository.js';
import { BudgetedAccounts } from '../../../src/credits/posting/budgeted-accounts.js';
import type { TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { concurrently, type Json, type TestEnv } from '../../support/factories.js';
import { GatewayWorld, MODEL } from '../../support/gateway.js';

let g: GatewayWorld;
let w: TestEnv;
beforeAll(async () => {
  g = await GatewayWorld.start();
  ({ w } = g);
});
afterAll(() => g.close());

const work = (user_id: string) => ({ user_id, service: 'openrouter', model: MODEL, tags: ['x'] });
const credits = (user_id: string, limit: string, more: object = {}): Promise<Json> =>
  w.done('budgets', { user_id, limit, window: 'day', ...more });
const read = async (id: unknown): Promise<Json> => (await w.get(`budgets/${String(id)}`)).body;
/** A user with credits for all calls. */
async function rich(): Promise<string> {
  const user_id = `user-${randomUUID()}`;
  await w.done('credits/tiers/switch', { user_id: await w.open(user_id), new_tier: 'enterprise' });
  return user_id;
}
/** Returns how many accounts each batch posted meanwhile; none means the locked path. */
const postedByBatches = async (work: () => Promise<void>, { app }: TestApp = w.t): Promise<number[]> => {
  const posting = app.get(BatchRepository);
  const posted: number[] = [];
  const post = posting.post.bind(posting);
  posting.post = async (groups) => {
    const outcomes = await post(groups);
    posted.push(outcomes.size);
    return outcomes;
  };
  await work();
  posting.post = post;
  return posted;
};

describe('a budget', () => {
  it('is observed by the statement of a batch, without the lock, while nothing else must be done', async () => {
    const user_id = await rich();
    const { id } = await credits(user_id, '1000', { thresholds: [] });
    const tokens = await credits(user_id, '10', { unit: 'tokens', thresholds: [], scope: { model: 'other' } });
    const track = { ...work(user_id), cost: '1', charge: true, input_tokens: 5 };
    await w.done('credits/deduct', { ...work(user_id), amount: '1' }); // learns that there are budgets
    const posted = await postedByBatches(async () => {
      await w.done('credits/deduct', { ...work(user_id), amount: '1' }, { key: 'once' });
      await w.done('credits/usage/track', track);
      await w.done('credits/usage/track', { ...track, model: 'other' });
      expect((await w.post('credits/usage/track', { ...track, model: 'other', input_tokens: 6 })).status).toBe(402);
    });
    expect(posted).toEqual([1, 1, 1, 0]);
    expect(await read(id)).toMatchObject({ used: '4.000000', held: '0.000000' });
    expect(await read(tokens.id)).toMatchObject({ used: '5.000000' });
    await w.verify(user_id);
  });

  it('is known to an instance that starts later, whose first charge needs no lock either', async () => {
    const user_id = await rich();
    await credits(user_id, '1000', { thresholds: [] });
    const later = await w.another();
    await eventually(() => Promise.resolve(later.app.get(BudgetedAccounts).has(user_id)));
    const body = { ...work(user_id), amount: '1' };
    const posted = await postedByBatches(async () => {
      expect((await later.call('credits/deduct', { method: 'POST', token: w.admin, body })).status).toBe(200);
    }, later);
    expect(posted).toEqual([1]);
  });

  it('is observed by the statements of holds and of gateway calls, too', async () => {
    const user_id = await rich();
    const { id } = await credits(user_id, '10', { thresholds: [] });
    const calls = await credits(user_id, '5', { unit: 'calls', thresholds: [], scope: { tag: 'x' } });
    const token = await w.as(user_id);
    await w.done('credits/deduct', { ...work(user_id), amount: '1' }); // learns that there are budgets
    const holds: string[] = [];
    const posted = await postedByBatches(async () => {
      for (let n = 0; n < 3; n += 1) holds.push(await w.hold(user_id, '3', work(user_id)));
      expect((await w.post('credits/holds', { ...work(user_id), amount: '0.1' })).status).toBe(402);
    });
    expect(posted).toEqual([1, 1, 1, 0]);
    expect(await read(id)).toMatchObject({ used: '1.000000', held: '9.000000', headroom: '0.000000' });
    expect(await read(calls.id)).toMatchObject({ used: '1.000000', held: '3.000000' });
    const resolved = await postedByBatches(async () => {
      await w.resolve(holds[0]!, 'capture', { amount: '1' });
      await concurrently(2, (n) =>
        w.resolve(holds[n + 1]!, n === 0 ? 'release' : 'capture', n === 0 ? {} : { amount: '3' }),
      );
      const call = { model: MODEL, max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] };
      expect((await w.post('chat/completions', call, { token })).status).toBe(200);
      await eventually(async () => (await read(id)).held === '0.000000');
    });
    expect(resolved).not.toContain(0);
    expect(await read(calls.id)).toMatchObject({ used: '3.000000', held: '0.000000' });
    await w.verify(user_id);
  });
});

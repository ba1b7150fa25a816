import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type CliRun, cliOn } from '../../support/cli.js';
import { type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
let tollgate: (...argv: string[]) => Promise<CliRun>;
beforeAll(async () => {
  w = await TestEnv.start();
  tollgate = cliOn(w.t.database_url);
});
afterAll(() => w.close());

const newModel = (): string => `acme/${randomUUID()}`;
const price = (model: string, body: object) => w.done('pricing/models', { model, ...body });
const rerate = (): Promise<Json> => w.done('pricing/rerate', {});
const track = (user_id: string, model: string, more: object): Promise<Json> =>
  w.done('credits/usage/track', { user_id, service: 'openrouter', model, settle: true, ...more });
const unrated = async (query: Record<string, string>, token = w.admin): Promise<Json[]> =>
  (await w.list('usage/unrated', query, token)).body;

describe('work without a final price', () => {
  it('is listed by service and model: operators see all accounts, users their own', async () => {
    const [anna, ben, model] = [await w.user('5'), await w.user('5'), newModel()];
    await track(anna, model, { input_tokens: 2_000 });
    await track(anna, model, {});
    await track(ben, model, { quantity: '3', unit: 'second' });
    const ofModel = (rows: Json[]): Json[] => rows.filter((row) => row.model === model);
    const [row] = ofModel(await unrated({}));
    expect(row).toEqual({
      service: 'openrouter',
      model,
      event_count: 3,
      unmeasured_events: 1,
      total_cost: '0.005000',
      first_seen: expect.stringMatching(/Z$/),
      last_seen: expect.stringMatching(/Z$/),
    });
    expect(ofModel(await unrated({}, w.service))).toEqual([row]);
    expect(await unrated({ user_id: ben })).toMatchObject([{ event_count: 1, unmeasured_events: 0 }]);
    expect(await unrated({}, await w.as(anna))).toMatchObject([{ model, event_count: 2, total_cost: '0.002000' }]);
    expect((await w.get('usage/unrated', { user_id: ben }, await w.as(anna))).status).toBe(403);
    expect((await tollgate('usage', 'unrated', anna, '--json')).json()).toEqual(await unrated({ user_id: anna }));
    expect((await tollgate('usage', 'unrated', '--wide')).stdout).toContain(model);
  });

  it('gets it from a price for the measured quantity; unmeasured work keeps waiting', async () => {
    const [user_id, model] = [await w.user('5'), newModel()];
    await track(user_id, model, { usage: { type: 'duration', seconds: 27 } });
    await track(user_id, model, {});
    await price(model, { input_per_million: '1' });
    expect((await rerate()).models).toEqual([]);
    expect(await unrated({ user_id })).toMatchObject([{ event_count: 2, unmeasured_events: 1 }]);
    await price(model, { per_second: '0.0001' });
    expect((await rerate()).models).toMatchObject([{ model, events: 1, after: '0.002970' }]);
    expect(await unrated({ user_id })).toMatchObject([{ event_count: 1, unmeasured_events: 1 }]);
    expect((await w.balance(user_id)).balance).toBe('4.997030');
    expect((await rerate()).models).toEqual([]);
    await w.verify(user_id);
  });

  it('gets it without a measured quantity from a price per request, or when the model is free', async () => {
    for (const [body, after] of [
      [{ per_request: '0.01' }, '0.011000'],
      [{ is_free: true }, '0.000000'],
    ] as const) {
      const [user_id, model] = [await w.user('5'), newModel()];
      await track(user_id, model, {});
      await price(model, body);
      expect((await rerate()).models).toMatchObject([{ model, events: 1, after }]);
      expect(await unrated({ user_id })).toEqual([]);
    }
  });
});

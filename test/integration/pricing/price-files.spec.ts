import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Json, TestEnv } from '../../support/factories.js';
import { totals, work } from '../../support/pricing.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const fixture = (name: string): Json =>
  JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../fixtures', name), 'utf8')) as Json;
const takeIn = (document: object, query = ''): Promise<Json> => w.done(`pricing/import${query}`, document);
const row = async (model: string): Promise<Json | undefined> =>
  (await w.list('pricing/models/history', { model })).body[0];

describe("LiteLLM's price file", () => {
  it('is imported with price steps and service tiers, and the report covers every key', async () => {
    const litellm = fixture('litellm-prices.json');
    const report = await takeIn({ litellm });
    expect(report).toMatchObject({ format: 'litellm', models: 30, fully_read: 21, partly_read: 6, added: 27 });
    expect(report.held_back_by_code).toEqual([
      { code: 'no_price', models: 1 },
      { code: 'absurd_price', models: 1 },
      { code: 'only_zeros', models: 1 },
    ]);
    expect((report.keys as Json[])[0]).toMatchObject({ use: 'unread' });
    expect(await row('gpt-4o')).toMatchObject({
      source: 'litellm',
      overrides: [
        { service_tier: 'batch', input_per_million: '1.250000', output_per_million: '5.000000' },
        { service_tier: 'priority', input_per_million: '4.250000', cache_read_per_million: '2.125000' },
      ],
    });
    const long = { tokens_used: 300_000, tokens: { ...work(null).tokens, input_tokens: 300_000 } };
    const model = 'claude-sonnet-4-5';
    expect(await totals(w, work(model, long), work('gpt-4o', { service_tier: 'batch' }))).toEqual([
      '1.980000',
      '1.375000',
    ]);
    expect(await takeIn({ litellm })).toMatchObject({ added: 0, changed: 0, unchanged: 27 });
  });

  it("does not change OpenRouter's prices, and is overridden by them", async () => {
    const both = {
      model: 'acme/both',
      litellm: { 'acme/both': { litellm_provider: 'acme', input_cost_per_token: 2e-6 } },
    };
    const openrouter = [{ id: 'acme/both', pricing: { prompt: '0.000001', completion: '0.000001' } }];
    expect(await takeIn({ litellm: both.litellm })).toMatchObject({ added: 1 });
    expect(await takeIn({ data: openrouter })).toMatchObject({ changed: 1 });
    expect(await takeIn({ litellm: both.litellm })).toMatchObject({ changed: 0, kept: 0, kept_from_list: 1 });
    expect(await row('acme/both')).toMatchObject({ source: 'openrouter', input_per_million: '1.000000' });
  });

  it('does not add models to the gateway', async () => {
    const { body } = await w.list('credits/openrouter/models', { search: 'dashscope' });
    expect(body).toEqual([]);
  });

  it('is refused together with another list, and if it is malformed', async () => {
    for (const body of [{}, { litellm: [] }, { litellm: {}, data: [] }, { data: {} }]) {
      expect((await w.post('pricing/import', body)).status).toBe(422);
    }
  });

  it('can have several MB', async () => {
    const entry = { litellm_provider: 'acme', input_cost_per_token: 1e-6, source: 'x'.repeat(1_500) };
    const litellm = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`acme/many-${i}`, entry]));
    expect(await takeIn({ litellm }, '?dry_run=true')).toMatchObject({ models: 3_000, added: 3_000 });
  });
});

describe('a price that an admin set', () => {
  const set = (body: object): Promise<Json> => w.done('pricing/models', body);
  const withdraw = (id: unknown) => w.t.call(`pricing/models/${String(id)}`, { method: 'DELETE', token: w.admin });

  it('can be withdrawn: the list price applies again, and receipts keep the price', async () => {
    const data = [{ id: 'acme/back', pricing: { prompt: '0.000001', completion: '0.000001' } }];
    await takeIn({ data });
    const byHand = await set({ model: 'acme/back', input_per_million: '3' });
    expect(await totals(w, work('acme/back'))).toEqual(['3.300000']);
    expect(await takeIn({ data })).toMatchObject({ kept: 1 });
    const answer = await withdraw(byHand.id);
    expect(answer).toMatchObject({ status: 200, body: { id: byHand.id, withdrawn_at: expect.any(String) } });
    expect(await totals(w, work('acme/back'))).toEqual(['1.100000']);
    expect((await w.t.call(`pricing/models/${String(byHand.id)}`, { token: w.admin })).body).toMatchObject({
      input_per_million: '3.000000',
    });
    const dearer = [{ id: 'acme/back', pricing: { prompt: '0.000002', completion: '0.000001' } }];
    expect(await takeIn({ data: dearer })).toMatchObject({ changed: 1, kept: 0 });
    expect(await withdraw(byHand.id)).toMatchObject({ status: 409, body: { code: 'already_withdrawn' } });
    expect(await w.audit('an-admin', 'price.withdraw')).toHaveLength(1);
  });

  it('can be withdrawn before it takes effect, and if it was the only one', async () => {
    const effective_from = new Date(Date.now() + 3_600_000).toISOString();
    const future = await set({ model: 'acme/future', input_per_million: '3', effective_from });
    expect((await withdraw(future.id)).status).toBe(200);
    const provisional = await totals(w, work('acme/unpriced'));
    expect(await totals(w, work('acme/future'))).toEqual(provisional);
  });

  it('can be withdrawn only if it is not from a list, whose price would come back', async () => {
    const listed = await row('acme/back');
    expect(listed?.source).toBe('openrouter');
    expect(await withdraw(listed?.id)).toMatchObject({ status: 409, body: { code: 'not_set_by_hand' } });
    expect((await withdraw('0198c0de-0000-7000-8000-000000000000')).status).toBe(404);
  });

  it('needs confirmation for a jump, also as the first price of a service or under another name', async () => {
    await set({ model: 'acme/sorter', per_query: '0.002' });
    const jump = { status: 409, body: { code: 'price_jump' } };
    expect(await w.post('pricing/models', { model: 'acme/sorter', per_request: '2' })).toMatchObject(jump);
    expect(await w.post('pricing/models', { model: 'acme/sorter', service: 'rerank', per_query: '2' })).toMatchObject(
      jump,
    );
    expect(await w.post('pricing/models', { model: 'sorter', per_query: '2' })).toMatchObject(jump);
    await set({ model: 'acme/sorter', service: 'rerank', per_query: '2', allow_jump: true });
  });
});

const SHARED = path.resolve(import.meta.dirname, '../../../../shared/data');
const LITELLM_FILE = process.env.LITELLM_PRICES_FILE ?? path.join(SHARED, 'litellm-model-prices.json');
const MODELS_FILE = process.env.OPENROUTER_MODELS_FILE_2026_08 ?? path.join(SHARED, 'openrouter-models-2026-08.json');

(existsSync(LITELLM_FILE) ? describe : describe.skip)(`LiteLLM's whole file, from ${LITELLM_FILE}`, () => {
  it('is imported without losing a model or a key', async () => {
    const litellm = JSON.parse(readFileSync(LITELLM_FILE, 'utf8')) as Record<string, object>;
    const report = await takeIn({ litellm }, '?dry_run=true');
    const { models, fully_read, partly_read } = report as Record<string, number>;
    expect(models).toBe(Object.keys(litellm).length - 1);
    expect(
      fully_read! + partly_read! + (report.held_back as Json[]).filter(({ code }) => code !== 'price_jump').length,
    ).toBe(models);
    const counted = new Map<string, number>();
    for (const { key, models: count } of report.keys as { key: string; models: number }[]) {
      counted.set(key, (counted.get(key) ?? 0) + count);
    }
    const { sample_spec: _explanation, fallback_generalizations: _rules, ...entries } = litellm;
    const keys = Object.values(entries).flatMap((entry) => Object.keys(entry));
    expect([...counted.values()].reduce((sum, count) => sum + count, 0)).toBe(keys.length);
    expect(fully_read).toBeGreaterThan(2_600);
  });
});

(existsSync(MODELS_FILE) ? describe : describe.skip)(`OpenRouter's list of August 2026, from ${MODELS_FILE}`, () => {
  it('is imported with every override', async () => {
    const { data } = JSON.parse(readFileSync(MODELS_FILE, 'utf8')) as { data: object[] };
    const report = await takeIn({ data }, '?dry_run=true');
    expect(report).toMatchObject({ models: 336, fully_read: 328, partly_read: 0 });
    expect((report.keys as Json[]).find(({ key }) => key === 'overrides')).toMatchObject({ use: 'price', models: 44 });
  });
});

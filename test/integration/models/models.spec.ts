import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import { type Json, TestEnv } from '../../support/factories.js';

const PATH = 'credits/openrouter/models';

let openrouter: OpenRouterStandIn;
let w: TestEnv;
let token: string;
/** On a plan that allows every model. */
let reader: string;

beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
  w = await TestEnv.start({ env: { OPENROUTER_BASE_URL: openrouter.base_url } });
  const { data } = (await (await fetch(`${openrouter.base_url}/models`)).json()) as { data: unknown[] };
  await w.done('pricing/import', { data });
  await openrouter.stop();
  token = await w.as('a-reader');
  reader = await w.as(await w.user('5', 'starter'));
});
afterAll(() => w.close());

const list = async (query: Record<string, string> = {}): Promise<Json[]> => (await w.list(PATH, query, token)).body;
const find = async (model: string): Promise<Json | undefined> =>
  (await list({ search: model })).find((item) => item.model === model);

describe('the model list, while OpenRouter is down', () => {
  it('shows list and platform prices of a model', async () => {
    expect(await find('stand-in/dear')).toEqual({
      model: 'stand-in/dear',
      name: 'Stand-in: Dear',
      context_length: 128_000,
      max_output_tokens: 16_384,
      is_free: false,
      class: 'premium',
      markup_rate: '0.150000',
      is_allowed: false,
      list_prices: expect.objectContaining({ input_per_million: '60.000000', output_per_million: '180.000000' }),
      platform_prices: expect.objectContaining({ input_per_million: '69.000000', output_per_million: '207.000000' }),
    });
  });

  it("applies the markup of the user's plan, which nobody else sees", async () => {
    const body = { scope: 'tier', match: 'starter', rate: '0.5' };
    const { id } = await w.done('pricing/markup-rules', body);
    expect((await w.list(PATH, { search: 'stand-in/dear' }, reader)).body).toMatchObject([
      { markup_rate: '0.500000', platform_prices: { input_per_million: '90.000000' } },
    ]);
    expect(await find('stand-in/dear')).toMatchObject({ markup_rate: '0.150000' });
    expect((await w.list(PATH, { search: 'stand-in/dear' })).body).toMatchObject([{ markup_rate: '0.150000' }]);
    await w.t.call(`pricing/markup-rules/${String(id)}`, { method: 'DELETE', token: w.admin });
  });

  it('lists free models with prices of zero', async () => {
    expect(await find('stand-in/small:free')).toMatchObject({
      is_free: true,
      class: 'free',
      markup_rate: '0.000000',
      platform_prices: { input_per_million: '0.000000', output_per_million: '0.000000', cache_read_per_million: null },
    });
  });

  it('treats a `:free` id as free whatever its price', async () => {
    await w.done('pricing/models', { model: 'some/gift:free', input_per_million: '5' });
    expect(await find('some/gift:free')).toMatchObject({ is_free: true, class: 'free', markup_rate: '0.000000' });
  });

  it('contains no models without a known price or without token prices', async () => {
    const models = (await list()).map(({ model }) => model);
    expect(models).not.toContain('openrouter/auto');
    expect(models).not.toContain('openai/tts-1');
    expect(models).not.toContain('*');
    expect(models).toEqual([...new Set(models)]);
  });

  it('prefers a price for the service to one for all services', async () => {
    const price = { model: 'some/split', input_per_million: '1', output_per_million: '1' };
    await w.done('pricing/models', price);
    await w.done('pricing/models', { ...price, service: 'openrouter', input_per_million: '2' });
    expect(await list({ search: 'some/split' })).toMatchObject([{ list_prices: { input_per_million: '2.000000' } }]);
  });

  it('is complete unless paged, and can be searched and filtered', async () => {
    const all = await w.list(PATH, {}, token);
    expect(all.body.length).toBeGreaterThan(20);
    expect(all.headers['x-total-count']).toBe(String(all.body.length));
    expect(await list({ limit: '2', offset: '1' })).toEqual(all.body.slice(1, 3));
    const free = await list({ is_free: 'true' });
    expect(free.length).toBeGreaterThan(0);
    expect(free.every((item) => item.class === 'free')).toBe(true);
    expect(await list({ class: 'free' })).toEqual(free);
    expect((await w.list(PATH, { class: 'gold' }, token)).status).toBe(422);
  });

  it('is not sent again to clients that have it, until it changes', async () => {
    const first = await w.t.call(PATH, { token });
    const headers = { 'if-none-match': first.headers.etag! };
    const second = await w.t.call(PATH, { token, headers });
    expect([second.status, second.text, second.headers.etag]).toEqual([304, '', first.headers.etag]);
    const weak = { 'if-none-match': `"other", W/${first.headers.etag!}` };
    expect((await w.t.call(PATH, { token, headers: weak })).status).toBe(304);
    await w.done('pricing/models', { model: 'some/new', input_per_million: '1' });
    const third = await w.t.call(PATH, { token, headers });
    expect(third.status).toBe(200);
    expect(third.headers.etag).not.toBe(first.headers.etag);
    expect((await w.t.call(PATH, { headers })).status).toBe(401);
  });
});

describe("OpenAI's list of models", () => {
  it.each(['/api/v1/models', '/v1/models'])('is at %s', async (path) => {
    const { status, body, headers } = await w.t.call(path, { token: reader });
    expect(status).toBe(200);
    expect((body as Json).object).toBe('list');
    expect((body as { data: Json[] }).data).toContainEqual({
      id: 'stand-in/dear',
      object: 'model',
      created: expect.any(Number),
      owned_by: 'stand-in',
      name: 'Stand-in: Dear',
      context_length: 128_000,
    });
    expect((await w.t.call(path, { token: reader, headers: { 'if-none-match': headers.etag! } })).status).toBe(304);
    expect((await w.t.call(path)).status).toBe(401);
  });
});

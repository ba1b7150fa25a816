import type { usage_unit } from '../../../src/generated/prisma/enums.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PricingService } from '../../../src/pricing/pricing.service.js';
import { NO_TOKENS, type Work } from '../../../src/pricing/rating/work.js';
import { amount, units } from '../../../src/platform/values/amount.js';
import { Database } from '../../../src/platform/database/database.js';
import { concurrently, type Json, statuses, TestEnv } from '../../support/factories.js';
import { totals, work } from '../../support/pricing.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const set = (body: object, token = w.admin) => w.post('pricing/models', body, { token });
const history = async (model: string): Promise<Json[]> => (await w.list('pricing/models/history', { model })).body;

describe('the starter catalogue', () => {
  it('prices well-known models and the services of the platform', async () => {
    const { body, headers } = await w.list('pricing/models', { limit: '500' }, await w.as('anybody'));
    expect(body.length).toBeGreaterThanOrEqual(50);
    expect(headers['x-total-count']).toBe(String(body.length));
    expect(body.find(({ model }) => model === 'openai/gpt-4o-mini')).toMatchObject({
      service: '*',
      input_per_million: '0.150000',
      class: 'budget',
      is_free: false,
      markup_rate: '0.050000',
      source: 'catalogue',
    });
    const own = body.filter(({ model }) => model === '*').map(({ service }) => service);
    expect(own).toEqual(['brigade', 'center-deep', 'embedding', 'reranker', 'stt', 'tts']);
  });

  it('is listed by class, price, service and text', async () => {
    const models = async (query: Record<string, string>) =>
      (await w.list('pricing/models', query)).body.map(({ model }) => model);
    expect(await models({ class: 'premium', search: 'openai' })).toEqual([
      'openai/gpt-4',
      'openai/gpt-4-turbo',
      'openai/o1',
    ]);
    expect(await models({ is_free: 'true' })).toEqual([]);
    expect(await models({ service: 'tts' })).toEqual(['*']);
    expect(await models({ search: 'GPT-4o mini', limit: '1' })).toEqual(['openai/gpt-4o-mini']);
    expect(await models({ search: 'claude', limit: '2', offset: '1' })).toEqual([
      'anthropic/claude-3-opus',
      'anthropic/claude-3.5-haiku',
    ]);
    expect((await w.get('pricing/models', { class: 'cheap' })).status).toBe(422);
  });

  it("rates the platform's services", async () => {
    const of = (service: string, unit: usage_unit, quantity: string): Work =>
      work(null, { service, quantities: [{ unit, count: units(quantity) }], tokens: NO_TOKENS, tokens_used: 0 });
    expect(
      await totals(
        w,
        of('tts', 'character', '1000'),
        of('stt', 'minute', '10'),
        of('center-deep', 'query', '2'),
        of('brigade', 'execution', '1'),
        work('text-embedding-3-small', { service: 'embedding' }),
      ),
    ).toEqual(['0.016500', '0.066000', '0.011000', '0.011000', '0.021000']);
  });
});

describe('setting a price', () => {
  it('applies to the next rating, and the old price stays in the history', async () => {
    const first = await set({ model: 'Acme/Fresh', input_per_million: '2', output_per_million: 4 });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ model: 'acme/fresh', service: '*', class: 'standard', source: 'admin' });
    expect(await totals(w, work('acme/fresh'))).toEqual(['2.200000']);
    await w.done('pricing/models', { model: 'acme/fresh', input_per_million: '3', output_per_million: '4' });
    expect(await totals(w, work('acme/fresh'))).toEqual(['3.300000']);
    expect((await history('acme/fresh')).map((row) => row.input_per_million)).toEqual(['3.000000', '2.000000']);
    const { body } = await w.get(`pricing/models/${String(first.body.id)}`);
    expect(body).toMatchObject({ input_per_million: '2.000000' });
    expect(await w.audit('an-admin', 'price.set')).toContainEqual(
      expect.objectContaining({ resource_id: first.body.id }),
    );
  });

  it('can be scheduled', async () => {
    const effective_from = '2027-03-01T00:00:00Z';
    await w.done('pricing/models', { model: 'acme/planned', input_per_million: '2' });
    await w.done('pricing/models', { model: 'acme/planned', input_per_million: '4', effective_from });
    const late = new Date('2027-03-01T00:00:00Z');
    expect(await totals(w, work('acme/planned'), work('acme/planned', { occurred_at: late }))).toEqual([
      '2.200000',
      '4.400000',
    ]);
    const { body } = await w.list('pricing/models', { search: 'acme/planned' });
    expect(body.map((row) => row.input_per_million)).toEqual(['2.000000']);
    const again = await set({ model: 'acme/planned', input_per_million: '5', effective_from });
    expect(again).toMatchObject({ status: 409, body: { code: 'already_exists' } });
  });

  it('is refused if it is implausible', async () => {
    const model = 'acme/absurd';
    for (const body of [
      { model },
      { model, input_per_million: '-1' },
      { model, input_per_million: '0.0000025' },
      { model, input_per_million: '2500000' },
      { model, audio_input_per_million: '1' },
      { model: 'two words', input_per_million: '1' },
      { model: '', input_per_million: '1' },
      { model, service: 'Upper', input_per_million: '1' },
      { model, input_per_million: '1', source: 'me' },
      { model, input_per_million: 'NaN' },
    ]) {
      expect(await set(body)).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    }
    expect(await history(model)).toEqual([]);
  });

  it('is refused if it jumps, unless confirmed', async () => {
    await w.done('pricing/models', { model: 'acme/jumper', input_per_million: '1' });
    const jump = { model: 'acme/jumper', input_per_million: '21' };
    expect(await set(jump)).toMatchObject({ status: 409, body: { code: 'price_jump' } });
    expect((await set({ ...jump, allow_jump: true })).status).toBe(201);
  });

  it('stores many concurrent prices, and the latest applies', async () => {
    const answers = await concurrently(20, (i) => set({ model: 'acme/raced', input_per_million: `1.${i + 10}` }));
    expect(statuses(answers)).toEqual({ 201: 20 });
    const rows = await history('acme/raced');
    expect(new Set(rows.map((row) => row.effective_from)).size).toBe(20);
    const [newest] = rows;
    expect((await totals(w, work('acme/raced')))[0]).toBe(
      amount((units(newest!.input_per_million as string) * 11n) / 10n),
    );
  });

  it('is for admins only; everyone can read prices', async () => {
    const user = await w.as('a-user');
    for (const token of [user, w.service]) {
      expect((await set({ model: 'acme/x', input_per_million: '1' }, token)).status).toBe(403);
      expect((await w.post('pricing/import', { data: [] }, { token })).status).toBe(403);
      expect((await w.post('pricing/sync', {}, { token })).status).toBe(403);
      expect((await w.get('pricing/models', {}, token)).status).toBe(200);
    }
    expect((await w.t.call('pricing/models')).status).toBe(401);
  });

  it('cannot be undone in the database', async () => {
    await expect(w.sql('UPDATE model_prices SET input_per_million = 0')).rejects.toThrow();
    await expect(w.sql('DELETE FROM model_prices')).rejects.toThrow();
  });
});

describe('ratings', () => {
  it('of a thousand pieces of work query the database once', async () => {
    let connections = 0;
    const count = (): void => void (connections += 1);
    w.t.app.get(Database).pool.on('acquire', count);
    const models = Array.from({ length: 1_000 }, (_, i) => work(i % 2 ? 'gpt-4o' : `unknown/${i}`));
    const pricing = w.t.app.get(PricingService);
    const [ratings] = await Promise.all([pricing.rate(models), pricing.rate([work('gpt-4o-mini')])]);
    w.t.app.get(Database).pool.off('acquire', count);
    expect(connections).toBe(1);
    expect(ratings.filter((rating) => rating.is_rated)).toHaveLength(500);
    expect(amount(ratings[1]!.total_cost)).toBe('2.750000');
    expect(amount(ratings[0]!.total_cost)).toBe('1.000000');
  });

  it('use the current markup rules', async () => {
    const rule = async (body: object): Promise<string> => (await w.done('pricing/markup-rules', body)).id as string;
    expect(await totals(w, work('gpt-4.1'))).toEqual(['2.200000']);
    const tier = await rule({ scope: 'tier', match: 'Trial', rate: '0.5' });
    expect(await totals(w, work('gpt-4.1'))).toEqual(['3.000000']);
    await rule({ scope: 'provider', match: 'openai', rate: '0.2' });
    expect(await totals(w, work('gpt-4.1'), work('claude-sonnet-4'))).toEqual(['2.400000', '4.500000']);
    const model = await rule({ scope: 'model', match: 'openai/gpt-4.1', rate: 0 });
    expect(await totals(w, work('gpt-4.1'))).toEqual(['2.000000']);
    await w.t.call(`pricing/markup-rules/${model}`, { method: 'PATCH', token: w.admin, body: { rate: '1' } });
    expect(await totals(w, work('gpt-4.1'))).toEqual(['4.000000']);
    const deleted = await w.t.call(`pricing/markup-rules/${tier}`, { method: 'DELETE', token: w.admin });
    expect(deleted.status).toBe(204);
    expect(await totals(w, work('claude-sonnet-4'))).toEqual(['3.300000']);
    expect((await w.audit('an-admin', 'markup.update'))[0]?.metadata).toMatchObject({ rate_before: '0.000000' });
  });
});

describe('markup rules', () => {
  it('of the four price classes can be changed but not deleted', async () => {
    const { body } = await w.list('pricing/markup-rules', {}, w.service);
    const classes = body.filter(({ scope }) => scope === 'class');
    expect(classes.map(({ match, rate }) => [match, rate])).toEqual([
      ['budget', '0.050000'],
      ['free', '0.000000'],
      ['premium', '0.150000'],
      ['standard', '0.100000'],
    ]);
    const url = `pricing/markup-rules/${String(classes[0]?.id)}`;
    expect(await w.t.call(url, { method: 'DELETE', token: w.admin })).toMatchObject({
      status: 409,
      body: { code: 'markup_rule_required' },
    });
    expect((await w.t.call(url, { token: w.admin })).status).toBe(200);
  });

  it('are refused if they are invalid', async () => {
    for (const body of [
      { scope: 'class', match: 'cheap', rate: '0.1' },
      { scope: 'model', match: '', rate: '0.1' },
      { scope: 'model', match: 'm', rate: '-0.1' },
      { scope: 'model', match: 'm', rate: '101' },
      { scope: 'planet', match: 'm', rate: '0.1' },
    ]) {
      expect((await w.post('pricing/markup-rules', body)).status).toBe(422);
    }
    const body = { scope: 'model', match: 'acme/once', rate: '0.1' };
    expect(statuses(await concurrently(5, () => w.post('pricing/markup-rules', body)))).toEqual({ 201: 1, 409: 4 });
    const missing = 'pricing/markup-rules/0198c0de-0000-7000-8000-000000000000';
    for (const method of ['PATCH', 'DELETE'] as const) {
      expect((await w.t.call(missing, { method, token: w.admin, body: { rate: '0.1' } })).status).toBe(404);
    }
  });
});

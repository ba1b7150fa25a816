import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { concurrently, type Json, TestEnv } from '../../support/factories.js';
import { listen } from '../../support/services/listen.js';
import { totals, work } from '../../support/pricing.js';

/** A stand-in of OpenRouter that serves the list of the test. */
class OpenRouterStandIn {
  answer: (response: ServerResponse) => void = (response) => response.end(JSON.stringify({ data: this.models }));
  models: object[] = [];
  private server: Server | null = null;

  async start(): Promise<string> {
    const server = createServer((request, response) => {
      if (request.url === '/api/v1/models') this.answer(response);
      else response.writeHead(404).end();
    });
    this.server = server;
    return `${await listen(server)}/api/v1/`;
  }

  stop(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}

const openrouter = new OpenRouterStandIn();
let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start({ env: { OPENROUTER_BASE_URL: await openrouter.start() } });
});
afterAll(async () => {
  await w.close();
  openrouter.stop();
});

const history = async (model: string): Promise<Json[]> => (await w.list('pricing/models/history', { model })).body;
const listed = (id: string, prompt: string, completion: string, more: object = {}): object => ({
  id,
  name: id.toUpperCase(),
  context_length: 8192,
  top_provider: { max_completion_tokens: 1024 },
  pricing: { prompt, completion, ...more },
});

describe('a price list', () => {
  const takeIn = (data: unknown[], query = ''): Promise<Json> => w.done(`pricing/import${query}`, { data });

  it('is imported once: unchanged prices add nothing', async () => {
    const data = [
      listed('vendor/one', '0.000001', '0.000002'),
      listed('vendor/two:free', '0', '0'),
      listed('openrouter/auto', '-1', '-1'),
    ];
    const report = { models: 3, free: 1, added: 2, changed: 0, unchanged: 0, kept: 0 };
    expect(await takeIn(data, '?dry_run=true')).toMatchObject(report);
    expect(await history('vendor/one')).toEqual([]);
    const first = await takeIn(data);
    expect(first).toMatchObject(report);
    const reason = expect.stringContaining('-1');
    expect(first.held_back).toEqual([{ model: 'openrouter/auto', code: 'not_a_price', reason }]);
    expect(first).toMatchObject({
      fully_read: 2,
      partly_read: 0,
      held_back_by_code: [{ code: 'not_a_price', models: 1 }],
    });
    expect(await takeIn(data)).toMatchObject({ added: 0, unchanged: 2 });
    const rows = await history('vendor/one');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      source: 'openrouter',
      context_length: 8192,
      max_output_tokens: 1024,
      class: 'standard',
    });
    expect(await history('openrouter/auto')).toEqual([]);
  });

  it('is imported once by concurrent imports', async () => {
    const data = [listed('vendor/raced', '0.000001', '0.000002')];
    const reports = await concurrently(8, () => takeIn(data));
    expect(reports.map(({ added }) => added).toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
    expect(await history('vendor/raced')).toHaveLength(1);
  });

  it('changes prices, except jumps and prices set by hand', async () => {
    const models = ['vendor/moves', 'vendor/jumps', 'vendor/becomes-free', 'vendor/by-hand'];
    await takeIn(models.map((id) => listed(id, '0.000001', '0.000002')));
    await w.done('pricing/models', { model: 'vendor/by-hand', input_per_million: '7' });
    const report = await takeIn([
      listed('vendor/moves', '0.000003', '0.000004'),
      listed('vendor/jumps', '0.00003', '0.000002'),
      listed('vendor/becomes-free', '0', '0'),
      listed('vendor/by-hand', '0.000002', '0.000002'),
    ]);
    expect(report).toMatchObject({ changed: 1, kept: 1, added: 0 });
    expect((report.held_back as Json[]).map(({ model }) => model)).toEqual(['vendor/becomes-free', 'vendor/jumps']);
    expect(await totals(w, work('vendor/moves'), work('vendor/jumps'), work('vendor/by-hand'))).toEqual([
      '3.300000',
      '1.100000',
      '7.700000',
    ]);
  });

  it('is read from OpenRouter', async () => {
    openrouter.models = [listed('vendor/synced', '0.000001', '0.000002')];
    expect(await w.done('pricing/sync', {})).toMatchObject({ models: 1, added: 1, held_back: [] });
    expect(await totals(w, work('vendor/synced'))).toEqual(['1.100000']);
  });

  it('that cannot be read changes nothing, and the error reveals no details', async () => {
    const standIn = openrouter.answer;
    const before = await w.sql('SELECT count(*) FROM model_prices');
    for (const answer of [
      (response: ServerResponse) => response.writeHead(500).end(),
      (response: ServerResponse) => response.end('<html>'),
      (response: ServerResponse) => response.end('{"models":[]}'),
      (response: ServerResponse) => response.destroy(),
    ]) {
      openrouter.answer = answer;
      const refusal = await w.post('pricing/sync', {});
      expect(refusal).toMatchObject({ status: 503, body: { code: 'openrouter_unavailable' } });
      expect(refusal.text).not.toMatch(/127\.0\.0\.1|html/);
    }
    openrouter.answer = standIn;
    expect(await w.sql('SELECT count(*) FROM model_prices')).toEqual(before);
  });
});

const REAL_LIST =
  process.env.OPENROUTER_MODELS_FILE ??
  path.resolve(import.meta.dirname, '../../../../shared/data/openrouter-models.json');

(existsSync(REAL_LIST) ? describe : describe.skip)(
  `the list of OpenRouter as it was in May 2026, from ${REAL_LIST}`,
  () => {
    it('is imported except for invalid prices', async () => {
      const { data } = JSON.parse(readFileSync(REAL_LIST, 'utf8')) as { data: { id: string; pricing: object }[] };
      const report = await w.done('pricing/import', { data });
      expect(report).toMatchObject({ models: 371, free: 29, fully_read: 364, partly_read: 0 });
      const held = (report.held_back as Json[]).filter(({ reason }) => String(reason).includes('-1'));
      expect(held.map(({ model }) => model).toSorted()).toEqual([
        'openrouter/auto',
        'openrouter/bodybuilder',
        'openrouter/pareto-code',
      ]);
      const zeros = (report.held_back as Json[]).filter(({ code }) => code === 'only_zeros').map(({ model }) => model);
      expect(zeros.toSorted()).toEqual([
        'google/lyria-3-clip-preview',
        'google/lyria-3-pro-preview',
        'openrouter/free',
        'openrouter/owl-alpha',
      ]);
      expect((report.held_back as Json[]).length).toBe(7);
      const free = await w.list('pricing/models', { is_free: 'true', limit: '500' });
      expect(free.body.filter(({ source }) => source === 'openrouter').length).toBeGreaterThanOrEqual(29);
      const { body } = await w.list('pricing/models', { search: 'google/gemini-2.5-flash' });
      expect(body.find(({ model }) => model === 'google/gemini-2.5-flash')).toMatchObject({
        cache_write_per_million: '0.0833333333',
        image_per_million: '0.300000',
        per_image: null,
        per_query: '0.014000',
      });
      expect(await w.done('pricing/import', { data })).toMatchObject({ added: 0, changed: 0 });
    });
  },
);

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createServer } from 'node:http';
import { type CliRun, cliOn } from '../../support/cli.js';
import { TestEnv } from '../../support/factories.js';
import { listen } from '../../support/services/listen.js';

const data = [
  { id: 'vendor/good', name: 'Good', pricing: { prompt: '0.000001', completion: '0.000002' } },
  { id: 'openrouter/auto', pricing: { prompt: '-1', completion: '-1' } },
];

let w: TestEnv;
let cli: (...argv: string[]) => Promise<CliRun>;
let folder: string;
const openrouter = createServer((_request, response) => response.end(JSON.stringify({ data })));

beforeAll(async () => {
  w = await TestEnv.start();
  folder = await mkdtemp(path.join(os.tmpdir(), 'prices-'));
  cli = cliOn(w.t.database_url, { OPENROUTER_BASE_URL: await listen(openrouter) });
});
afterAll(async () => {
  openrouter.close();
  openrouter.closeAllConnections();
  await rm(folder, { recursive: true });
  await w.close();
});

describe('tollgate prices', () => {
  it('list shows the same as the API', async () => {
    const { body } = await w.list('pricing/models', { search: 'gpt-4o' });
    expect((await cli('prices', 'list', '--search', 'gpt-4o', '--json')).json()).toEqual(body);
    expect((await cli('prices', 'list', '--class', 'premium', '--wide')).stdout).toMatch(
      /openai\/o1 +│ \* +│ premium +│ +15\.00/,
    );
  });

  it('set adds a price and refuses a wrong decimal point', async () => {
    const run = await cli('prices', 'set', 'acme/cli', '--input', '2.5', '--output', '10', '--json');
    expect(run.json()).toMatchObject({ model: 'acme/cli', input_per_million: '2.500000', class: 'standard' });
    const slip = await cli('prices', 'set', 'acme/cli', '--input', '0.0000025');
    expect(slip).toMatchObject({ code: 2, stderr: expect.stringContaining('looks like the price of one') });
    expect((await cli('prices', 'set', 'acme/cli', '--input', '250')).code).toBe(4);
    expect((await cli('prices', 'set', 'acme/cli', '--input', '250', '--allow-jump', 'true')).code).toBe(0);
  });

  it('set accepts overrides, one option each', async () => {
    const long = '{"min_prompt_tokens": 200001, "input_per_million": "5"}';
    const batch = '{"service_tier": "batch", "input_per_million": "1.25"}';
    const run = await cli('prices', 'set', 'acme/steps', '--input', '2.5', '--override', long, batch, '--json');
    expect(run.json()).toMatchObject({
      overrides: [
        { min_prompt_tokens: 200_001, input_per_million: '5.000000' },
        { service_tier: 'batch', input_per_million: '1.250000' },
      ],
    });
    const half = '{"utc_start": "16:30", "input_per_million": "5"}';
    const slip = await cli('prices', 'set', 'acme/steps', '--input', '2.5', '--override', half);
    expect(slip).toMatchObject({ code: 2, stderr: expect.stringContaining('must both be times of day') });
  });

  it('withdraw removes a price that was set by hand', async () => {
    const { id } = (await cli('prices', 'set', 'acme/slip', '--per-image', '4', '--json')).json() as { id: string };
    expect((await cli('prices', 'withdraw', id)).stdout).toMatch(/withdrawn_at +│ \d/);
    expect((await cli('prices', 'withdraw', id)).code).toBe(4);
  });

  it("import detects LiteLLM's file", async () => {
    const file = path.resolve(import.meta.dirname, '../../fixtures/litellm-prices.json');
    const run = await cli('prices', 'import', file);
    expect(run.stdout).toMatch(/format +│ litellm/);
    expect(run.stdout).toMatch(/regional_processing_uplift_multiplier_eu +│ +2/);
    expect(run.stdout).toMatch(/absurd_price +│ +1/);
    const wrong = await cli('prices', 'import', file, '--format', 'openrouter');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('no list of models') });
  });

  it('import and sync report what they held back', async () => {
    const file = path.join(folder, 'models.json');
    await writeFile(file, JSON.stringify({ data }));
    const rehearsal = await cli('prices', 'import', file, '--dry-run', 'true', '--json');
    expect(rehearsal.json()).toMatchObject({ models: 2, added: 1 });
    const run = await cli('prices', 'import', file);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/added +│ +1/);
    expect(run.stdout).toMatch(/openrouter\/auto +│ prompt is -1/);
    expect((await cli('prices', 'sync', '--json')).json()).toMatchObject({ added: 0, unchanged: 1 });
    await writeFile(file, '{"models": []}');
    expect(await cli('prices', 'import', file)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no list of models'),
    });
    expect((await cli('prices', 'import', path.join(folder, 'absent'))).code).toBe(2);
  });

  it('rerate prices provisional work, after a preview', async () => {
    const user_id = await w.user('5');
    const body = { user_id, service: 'litellm', model: 'acme/late', input_tokens: 1_000_000, charge: true };
    await w.done('credits/usage/track', body);
    expect((await cli('prices', 'rerate')).stdout).toContain('1 events still have no price');
    await cli('prices', 'set', 'acme/late', '--input', '2');
    const preview = await cli('prices', 'rerate', '--preview', '--json');
    expect(preview.json()).toMatchObject({ preview: true, events: 1, booked: '1.200000' });
    expect((await w.balance(user_id)).balance).toBe('4.000000');
    expect((await cli('prices', 'rerate')).stdout).toMatch(/1 events re-rated; 1\.200000 credits booked/);
    expect((await w.balance(user_id)).balance).toBe('2.800000');
  });
});

describe('a what-if', () => {
  let rich: string;
  let poor: string;
  beforeAll(async () => {
    await w.sql('DELETE FROM usage_events');
    [rich, poor] = [await w.user('100'), await w.user('11')];
    const work = { service: 'litellm', input_tokens: 1_000_000, charge: true };
    // 2.2 with a markup of 0.2; 16.5 at premium would exceed the balance of the poor account
    for (const user_id of [rich, poor]) await w.done('credits/usage/track', { ...work, user_id, model: 'gpt-4.1' });
    await w.done('credits/usage/track', { ...work, user_id: poor, cost: '8' });
    await w.done('credits/usage/track', { ...work, user_id: rich, model: 'x/y:free' });
    await w.done('credits/usage/track', { ...work, user_id: rich, model: 'gpt-4.1', charge: false });
  });

  it('shows revenue, cost and margin under other rules, and keeps reported totals', async () => {
    const report = await w.done('pricing/preview', { markup: ['standard=20%'] });
    expect(report).toMatchObject({ days: 30, events: 3, accounts: 2, difference: '0.400000', accounts_run_dry: 0 });
    expect(report.now).toEqual({
      revenue: '12.400000',
      provider_cost: '11.2727272727',
      margin: '1.1272727273',
      margin_percent: '9.09',
    });
    expect(report.then).toMatchObject({ revenue: '12.800000', margin: '1.5272727273' });
  });

  it('names the accounts that would run out of credits', async () => {
    const report = await w.done('pricing/preview', { markup: ['model:gpt-4.1=1'], days: 7 });
    expect(report).toMatchObject({ accounts_run_dry: 1, difference: '3.600000' });
    expect(report.run_dry).toEqual([
      { user_id: poor, balance: '0.800000', charged: '10.200000', would_be_charged: '12.000000', missing: '1.000000' },
    ]);
    const run = await cli('prices', 'preview', '--markup', 'model:gpt-4.1=1', '--days', '7');
    expect(run.stdout).toMatch(/with that markup +│ +16\.00/);
    expect(run.stdout).toContain('1 accounts would run dry');
    expect(run.stdout).toContain(poor);
  });

  it('accepts rules for everything, a provider or a tier', async () => {
    const difference = async (...markup: string[]) => (await w.done('pricing/preview', { markup })).difference;
    expect(await difference('0.1')).toBe('0.000000');
    expect(await difference('0')).toBe('-0.400000');
    expect(await difference('provider:openai=20%', 'standard=5')).toBe('0.400000');
    expect(await difference('tier:trial=0.2')).toBe('0.400000');
    expect(await difference('tier:starter=0.2')).toBe('0.000000');
  });

  it('refuses invalid rules', async () => {
    for (const markup of [
      [],
      ['abc'],
      ['cheap=0.1'],
      ['class:0.1'],
      ['model:x'],
      ['-0.1'],
      ['standard=1e3'],
      'standard=1',
    ]) {
      expect((await w.post('pricing/preview', { markup })).status).toBe(422);
    }
    expect((await w.post('pricing/preview', { markup: ['0.1'], days: 0 })).status).toBe(422);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cliOn } from '../../support/cli.js';
import type { GatewayWorld } from '../../support/gateway.js';
import { costs, lastEvent, startPriced, throughTracking } from '../../support/usage-doors.js';

let g: GatewayWorld;

beforeAll(async () => {
  g = await startPriced();
});
beforeEach(() => g.openrouter.reset());
afterAll(() => g.close());

describe('a usage object that is tracked', () => {
  const track = (body: object, token = g.w.service) =>
    g.w.post('credits/usage/track', { service: 'openrouter', model: 'case/reader', ...body }, { token });

  it('must not be combined with other counts', async () => {
    const user_id = await g.w.user();
    const usage = { prompt_tokens: 10 };
    for (const both of [
      { input_tokens: 1 },
      { tokens: 1 },
      { quantity: '1', unit: 'query' },
      { measures: { page: 1 } },
    ]) {
      const { status, body } = await track({ user_id, usage, ...both });
      expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('must not be given with usage')]);
    }
    expect((await track({ user_id, usage: 'many' })).status).toBe(422);
  });

  it('does not set the cost when a user sends it', async () => {
    const user_id = await g.w.user('5');
    const usage = { prompt_tokens: 1000, cost: 0.0000001 };
    await track({ usage, charge: true }, await g.w.as(user_id));
    expect(costs(await lastEvent(g, user_id))).toEqual([0.0011, true]);
  });

  it('is overridden by a stated cost and by is_free', async () => {
    const user_id = await g.w.user('5');
    const usage = { prompt_tokens: 1000, cost: 0.5 };
    await track({ user_id, usage, cost: '0.25', settle: true });
    expect(costs(await lastEvent(g, user_id))).toEqual([0.25, true]);
    await track({ user_id, usage, is_free: true });
    expect(await lastEvent(g, user_id)).toMatchObject({ is_free_tier: true, input_tokens: 1000 });
  });

  it('has its unknown members stored with the receipt', async () => {
    const event = await throughTracking(g, 'case/reader', {
      prompt_tokens: 1000,
      citation_tokens: 7,
      details: { newer: 1 },
    });
    const receipt = await g.w.get(`credits/transactions/${String(event.transaction_id)}/receipt`, {
      user_id: event.user_id as string,
    });
    expect(receipt.body.usage).toMatchObject({ unread_usage: { citation_tokens: 7, 'details.newer': 1 } });
    expect(JSON.stringify(receipt.body.explanation)).toContain('citation_tokens');
  });

  it("is accepted in batches and CloudEvents, also in OpenMeter's format", async () => {
    const user_id = await g.w.user('5');
    const usage = { promptTokenCount: 1000, thoughtsTokenCount: 10, totalTokenCount: 1010 };
    const record = { user_id, request_id: 'r-1', service: 'openrouter', model: 'case/reader', usage, settle: true };
    await g.w.done('credits/usage/track/batch', [record], { token: g.w.service });
    expect(await lastEvent(g, user_id)).toMatchObject({ input_tokens: 1000, reasoning_tokens: 10, is_rated: true });
    const datas: [object, object][] = [
      [
        { model: 'case/reader', tokens: '120', type: 'output' },
        { output_tokens: 120, tokens_used: 120 },
      ],
      [
        { model: 'case/reader', tokens: 120, type: 'input' },
        { input_tokens: 120, tokens_used: 120 },
      ],
      [
        { model: 'case/reader', tokens: 120, type: 'other' },
        { input_tokens: 0, tokens_used: 120 },
      ],
      [
        { model: 'case/reader', usage: { inputTokens: 9, outputTokens: 1 } },
        { input_tokens: 9, output_tokens: 1 },
      ],
      [
        { prompt_tokens: '9', completion_tokens: 1, prompt: 'secret' },
        { input_tokens: 9, unread_usage: null },
      ],
    ];
    for (const [data, stored] of datas) {
      const event = { specversion: '1.0', id: randomUUID(), source: '/llm', type: 'prompt', subject: user_id, data };
      await g.w.done('credits/usage/events', [event], { token: g.w.service });
      expect(await lastEvent(g, user_id)).toMatchObject({ service: 'prompt', ...stored });
    }
  });

  it('is accepted in files, also as past usage, which is never charged', async () => {
    const user_id = await g.w.user('5');
    const usage = {
      prompt_tokens: 80000,
      completion_tokens: 87,
      total_tokens: 153047,
      prompt_tokens_details: { cached_tokens: 72960 },
    };
    const record = { user_id, service: 'openrouter', model: 'case/reader', request_id: 'file-1', usage };
    const past = { ...record, request_id: 'file-2', occurred_at: '2025-01-01T00:00:00Z' };
    const folder = await mkdtemp(path.join(os.tmpdir(), 'usage-'));
    const file = async (name: string, text: string): Promise<string> => {
      const place = path.join(folder, name);
      await writeFile(place, text);
      return place;
    };
    const run = cliOn(g.w.t.database_url);
    const lines = [
      { ...record, settle: true },
      { ...record, request_id: 'file-3', usage: 'many' },
    ];
    const first = await run(
      'events',
      'import',
      await file('a.ndjson', lines.map((line) => JSON.stringify(line)).join('\n')),
      '--json',
    );
    expect(first.json()).toMatchObject({
      recorded: 1,
      error_count: 1,
      errors: [{ line: 2, error: expect.stringContaining('usage') }],
    });
    expect(await lastEvent(g, user_id)).toMatchObject({
      cache_read_tokens: 72960,
      input_tokens: 80000,
      total_cost: '0.0965041000',
    });
    const cells = [user_id, 'openrouter', 'case/reader', 'file-4', JSON.stringify(usage).replaceAll('"', '""')].map(
      (cell) => `"${cell}"`,
    );
    const csv = await file('b.csv', `user_id,service,model,request_id,usage,settle\n${cells.join(',')},true`);
    expect((await run('events', 'import', csv)).code).toBe(0);
    expect(await lastEvent(g, user_id)).toMatchObject({ request_id: 'file-4', total_cost: '0.0965041000' });
    expect((await run('events', 'import', '--history', await file('c.jsonl', JSON.stringify(past)))).code).toBe(0);
    expect(await lastEvent(g, user_id)).toMatchObject({
      request_id: 'file-2',
      total_cost: '0.0965041000',
      transaction_id: null,
    });
    expect((await g.w.balance(user_id)).balance).toBe('4.8069918');
    await rm(folder, { recursive: true });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { OpenRouterStandIn } from './server.js';

const KEY = 'sk-or-v1-0123456789';
const MODEL = 'openai/gpt-4o-mini';
const QUESTION = { model: MODEL, messages: [{ role: 'user', content: 'Hi there' }] };

interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  cost?: number;
  cost_details?: { upstream_inference_cost: number | null };
}
interface Answer {
  id: string;
  choices: {
    message?: { content: string | null; tool_calls?: { function: { name: string; arguments: string } }[] };
    delta?: { content?: string };
    text?: string;
    finish_reason: string | null;
  }[];
  usage?: Usage;
  data?: unknown;
  error?: { code: number; message: string; metadata?: unknown };
}

let openrouter: OpenRouterStandIn;
beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
});
beforeEach(() => openrouter.reset());
afterAll(() => openrouter.stop());

function send(path: string, body?: object, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${KEY}` };
  const more: RequestInit = body ? { method: 'POST', body: JSON.stringify(body) } : {};
  return fetch(`${openrouter.base_url}${path}`, { headers, ...more, ...init });
}
const call = async (path: string, body?: object): Promise<Answer> => (await send(path, body)).json() as Promise<Answer>;
const chat = (more: object = {}): Promise<Answer> => call('/chat/completions', { ...QUESTION, ...more });

async function stream(more: object = {}): Promise<{ raw: string; events: Answer[] }> {
  const raw = await (await send('/chat/completions', { ...QUESTION, stream: true, ...more })).text();
  const lines = raw.split('\n\n').filter((line) => line.startsWith('data: {'));
  return { raw, events: lines.map((line) => JSON.parse(line.slice('data: '.length)) as Answer) };
}

describe('the stand-in of OpenRouter', () => {
  it('answers the same question the same way, with the same counts and cost', async () => {
    const answer = await chat();
    expect(answer.choices[0]).toMatchObject({ message: { content: 'You said: Hi there' }, finish_reason: 'stop' });
    expect(answer.usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 4, cost: 0.00000315, is_byok: false });
    expect((await chat()).usage).toEqual(answer.usage);
  });

  it('streams tokens between keep-alives, and the usage last', async () => {
    const { raw, events } = await stream();
    expect(raw).toMatch(/^: OPENROUTER PROCESSING\n\n/);
    expect(raw).toMatch(/data: \[DONE\]\n\n$/);
    expect(events.map((event) => event.choices[0]?.delta?.content ?? '').join('')).toBe('You said: Hi there');
    expect(events.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 4 } });
    expect(events.slice(0, -1).every((event) => event.usage === undefined)).toBe(true);
  });

  it('supports tools, JSON, images and length limits', async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } };
    const tools = [{ type: 'function', function: { name: 'weather', parameters } }];
    const called = await chat({ tools });
    expect(called.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: null },
    });
    const [tool] = called.choices[0]!.message!.tool_calls!;
    expect(JSON.parse(tool!.function.arguments)).toEqual({ city: 'text', days: 1 });
    const json = await chat({ response_format: { type: 'json_object' } });
    expect(JSON.parse(json.choices[0]!.message!.content!)).toEqual({ answer: 'Hi there' });
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const seen = await chat({ messages: [{ role: 'user', content: [{ type: 'text', text: 'what?' }, image] }] });
    expect(seen.usage?.prompt_tokens).toBe(3 + 2 + 85);
    expect((await chat({ max_tokens: 2 })).choices[0]).toMatchObject({ finish_reason: 'length' });
  });

  it('prices cached, written and reasoning tokens by its catalogue', async () => {
    const stand_in = { cached_tokens: 2, cache_write_tokens: 1, reasoning_tokens: 10 };
    const { usage } = await chat({ model: 'anthropic/claude-sonnet-4.5', stand_in });
    expect(usage).toMatchObject({
      prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 1 },
      completion_tokens_details: { reasoning_tokens: 10 },
      cost: Number((2 * 3e-6 + 2 * 3e-7 + 3.75e-6 + 14 * 1.5e-5).toFixed(10)),
    });
  });

  it('reports the cost of a BYOK call as upstream cost', async () => {
    const { usage } = await chat({ stand_in: { is_byok: true } });
    expect(usage).toMatchObject({ cost: 0, is_byok: true, cost_details: { upstream_inference_cost: 0.00000315 } });
  });

  it('can leave out usage or cost, or report zero counts', async () => {
    expect((await chat({ stand_in: { usage: 'missing' } })).usage).toBeUndefined();
    expect((await chat({ stand_in: { usage: 'without_cost' } })).usage).not.toHaveProperty('cost');
    expect((await chat({ stand_in: { usage: 'zero' } })).usage).toMatchObject({ prompt_tokens: 0, cost: 0 });
    expect((await stream({ stand_in: { usage: 'missing' } })).raw).not.toContain('"usage"');
  });

  it.each([400, 401, 402, 403, 408, 413, 429, 502, 503])(
    'refuses with %i in the shape of OpenRouter',
    async (status) => {
      const response = await send('/chat/completions', { ...QUESTION, stand_in: { status, retry_after_s: 7 } });
      expect([response.status, response.headers.get('retry-after')]).toEqual([status, '7']);
      expect(await response.json()).toMatchObject({ error: { code: status, message: expect.any(String) } });
    },
  );

  it('can break off a stream with or without an error', async () => {
    const { events, raw } = await stream({ stand_in: { error_after: 2 } });
    expect(events.at(-1)).toMatchObject({ error: { code: 502 }, choices: [{ finish_reason: 'error' }] });
    expect(raw).not.toContain('[DONE]');
    await expect(stream({ stand_in: { cut_after: 2 } })).rejects.toThrow();
    expect(openrouter.calls.at(-1)).toMatchObject({ ended: 'cut', tokens_sent: 2 });
  });

  it('detects that the caller disconnected, and books the output up to that point', async () => {
    const hangUp = new AbortController();
    const body = { ...QUESTION, stream: true, stand_in: { stall_after: 2 } };
    const response = await send('/chat/completions', body, { signal: hangUp.signal });
    let seen = '';
    const decoder = new TextDecoder();
    const reader = response.body!.getReader();
    while (seen.split('data: ').length < 3) seen += decoder.decode((await reader.read()).value as Uint8Array);
    const { id } = JSON.parse(/data: (\{.*\})/.exec(seen)![1]!) as Answer;
    hangUp.abort();
    let found: Answer = { id: '', choices: [] };
    while (!found.data) found = await call(`/generation?id=${id}`);
    expect(found.data).toMatchObject({ id, cancelled: true, native_tokens_completion: 2, native_tokens_prompt: 5 });
    expect(openrouter.calls[0]).toMatchObject({ ended: 'aborted', api_key: KEY, body: { model: MODEL } });
  });

  it('has the record of a call after a while', async () => {
    const { id, usage } = await chat({ stand_in: { generation_misses: 2 } });
    expect((await call(`/generation?id=${id}`)).error?.code).toBe(404);
    expect((await call(`/generation?id=${id}`)).error?.code).toBe(404);
    expect((await call(`/generation?id=${id}`)).data).toMatchObject({ id, total_cost: usage?.cost, cancelled: false });
  });

  it('has valid, wrong, revoked, spent and management keys', async () => {
    const as = async (key: string, path: string, body?: object): Promise<number> =>
      (await send(path, body, { headers: { authorization: `Bearer ${key}` } })).status;
    openrouter.keys.set('sk-or-v1-revoked', { is_revoked: true });
    openrouter.keys.set('sk-or-v1-spent', { limit: 1, usage: 1 });
    expect(await as(KEY, '/key')).toBe(200);
    expect(await as('sk-or-v1-wrong', '/key')).toBe(401);
    expect(await as('sk-or-v1-revoked', '/key')).toBe(401);
    expect(await as('sk-or-v1-spent', '/chat/completions', QUESTION)).toBe(402);
    expect(await as(KEY, '/credits')).toBe(403);
    expect(await as('sk-or-v1-management', '/credits')).toBe(200);
    expect(await as('sk-or-v1-management', '/chat/completions', QUESTION)).toBe(401);
  });

  it('counts the spending of a key', async () => {
    const spent = async (): Promise<number> => ((await call('/key')).data as { usage: number }).usage;
    const before = await spent();
    const { usage } = await chat();
    expect(await spent()).toBeCloseTo(before + usage!.cost!, 10);
  });

  it('creates text completions and embeddings', async () => {
    const plain = await call('/completions', { model: MODEL, prompt: 'Hi' });
    expect(plain.choices[0]).toMatchObject({ text: 'You said: Hi', finish_reason: 'stop' });
    const order = { model: 'stand-in/embedding', input: ['a', 'b'] };
    const { data, usage } = (await call('/embeddings', order)) as { data: { embedding: number[] }[]; usage: Usage };
    expect(data.map(({ embedding }) => embedding.length)).toEqual([8, 8]);
    expect(usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 0 });
    const packed = (await call('/embeddings', { ...order, encoding_format: 'base64' })).data as { embedding: string }[];
    const bytes = Buffer.from(packed[0]!.embedding, 'base64');
    expect(bytes.readFloatLE(0)).toBeCloseTo(data[0]!.embedding[0]!, 6);
  });

  it('can be controlled over HTTP', async () => {
    const control = openrouter.base_url.replace('/api/v1', '/stand-in');
    await fetch(`${control}/next/key`, { method: 'POST', body: '{"status":503}' });
    expect((await send('/key')).status).toBe(503);
    expect((await send('/key')).status).toBe(200);
    await fetch(`${control}/behaviour`, { method: 'PUT', body: '{"garbage":true}' });
    expect(await (await send('/key')).text()).toMatch(/^<html>/);
    const { calls } = (await (await fetch(control)).json()) as { calls: unknown[] };
    expect(calls).toHaveLength(3);
    await fetch(control, { method: 'DELETE' });
    expect((await send('/key')).status).toBe(200);
  });
});

it('runs as a separate process, as documented', async () => {
  const main = path.join(import.meta.dirname, 'main.ts');
  const standIn = spawn(process.execPath, [main, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = (await once(standIn.stdout, 'data')) as [Buffer];
  const [base_url = ''] = /http\S+/.exec(output.toString()) ?? [];
  expect((await fetch(`${base_url}/models`)).status).toBe(200);
  standIn.kill();
  expect(await once(standIn, 'exit')).toEqual([0, null]);
}, 30_000);

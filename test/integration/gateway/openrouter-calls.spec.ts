import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { json, text } from 'node:stream/consumers';
import { CompletionsClient, type UpstreamAnswer } from '../../../src/openrouter/completions.client.js';
import { OpenRouterClient } from '../../../src/openrouter/openrouter.client.js';
import { units } from '../../../src/platform/values/amount.js';
import { loadConfig } from '../../../src/platform/config/config.js';
import { Metrics } from '../../../src/platform/metrics.js';
import { Shutdown } from '../../../src/platform/shutdown.js';
import { readUsage } from '../../../src/pricing/usage/usage.js';
import type { Behaviour } from '../../stand-ins/openrouter/behaviour.js';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';

const KEY = 'sk-or-v1-0123456789';
/** More than the buffers of a connection can hold. */
const ENOUGH_TOKENS = 60_000;

interface Whole {
  id: string;
  usage: unknown;
}

let openrouter: OpenRouterStandIn;
let completions: CompletionsClient;
let client: OpenRouterClient;

beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
  const config = loadConfig({
    JWT_SECRET: 'x'.repeat(32),
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    OPENROUTER_BASE_URL: openrouter.base_url,
  });
  completions = new CompletionsClient(config, new Shutdown(), new Metrics());
  client = new OpenRouterClient(config);
});
beforeEach(() => openrouter.reset());
afterAll(async () => {
  await completions.onApplicationShutdown();
  await client.onApplicationShutdown();
  await openrouter.stop();
});

function send(
  stand_in: Behaviour = {},
  stream = false,
  signal = new AbortController().signal,
): Promise<UpstreamAnswer> {
  const messages = [{ role: 'user', content: 'Hi there' }];
  const body = JSON.stringify({ model: 'openai/gpt-4o-mini', messages, stream, unknown_field: 1, stand_in });
  return completions.send('/chat/completions', body, KEY, signal);
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise(setImmediate);
};

describe('a call to OpenRouter', () => {
  it('forwards the body and the answer unchanged', async () => {
    const { status, content_type, body } = await send();
    expect([status, content_type]).toEqual([200, 'application/json']);
    expect(await json(body)).toMatchObject({ choices: [{ message: { content: 'You said: Hi there' } }] });
    expect(openrouter.calls).toMatchObject([{ api_key: KEY, body: { unknown_field: 1 } }]);
  });

  it('can be streamed', async () => {
    const { content_type, body } = await send({}, true);
    expect(content_type).toBe('text/event-stream');
    expect(await text(body)).toMatch(/^: OPENROUTER PROCESSING\n\ndata: .*data: \[DONE\]\n\n$/s);
  });

  it('returns refusals unchanged', async () => {
    const { status, retry_after_s, body } = await send({ status: 429, retry_after_s: 7 });
    expect([status, retry_after_s]).toEqual([429, 7]);
    expect(await json(body)).toMatchObject({ error: { code: 429 } });
  });

  it('is never sent twice, and fails if there was no answer', async () => {
    await expect(send({ reset: true })).rejects.toMatchObject({ code: 'openrouter_unavailable' });
    expect(openrouter.calls).toHaveLength(1);
  });

  it('ends when the caller aborts it, before the answer or in the middle of it', async () => {
    const early = new AbortController();
    const waiting = send({ hang: true }, false, early.signal);
    await until(() => openrouter.calls.length === 1);
    early.abort();
    await expect(waiting).rejects.toThrow('aborted');
    const late = new AbortController();
    const { body } = await send({ stall_after: 2 }, true, late.signal);
    late.abort();
    await expect(text(body)).rejects.toThrow('aborted');
    await until(() => openrouter.calls.every(({ ended }) => ended === 'aborted'));
  });

  it('fails where the stream breaks off', async () => {
    await expect(text((await send({ cut_after: 2 }, true)).body)).rejects.toThrow();
  });

  it('slows down OpenRouter for a slow reader instead of buffering', async () => {
    const { body } = await send({ output_tokens: ENOUGH_TOKENS }, true);
    const [call] = openrouter.calls;
    let seen = -1;
    while (call!.tokens_sent !== seen) {
      seen = call!.tokens_sent;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(seen).toBeLessThan(ENOUGH_TOKENS);
    expect((await text(body)).match(/ so"/g)).toHaveLength(ENOUGH_TOKENS - 1);
    expect(call!.tokens_sent).toBe(ENOUGH_TOKENS);
  });
});

describe('the record of a call', () => {
  it('agrees with the answer, once it is available', async () => {
    const completion = (await json(
      (await send({ cached_tokens: 2, reasoning_tokens: 3, generation_misses: 1 })).body,
    )) as Whole;
    expect(await client.findGeneration(completion.id, KEY)).toBeNull();
    expect(await client.findGeneration(completion.id, KEY)).toMatchObject({
      model: 'openai/gpt-4o-mini',
      cancelled: false,
      usage: readUsage(completion.usage),
    });
  });

  it('has the real cost of a BYOK call', async () => {
    const { id } = (await json((await send({ is_byok: true })).body)) as Whole;
    const found = await client.findGeneration(id, KEY);
    expect(found?.usage).toMatchObject({ is_byok: true, provider_cost: units('0.00000315') });
  });

  it('contains the output before the caller disconnected', async () => {
    const hangUp = new AbortController();
    const { body } = await send({ stall_after: 2 }, true, hangUp.signal);
    let seen = '';
    for await (const chunk of body) {
      seen += String(chunk);
      if (seen.split('data: ').length >= 3) break;
    }
    hangUp.abort();
    const id = /"id":"([^"]+)"/.exec(seen)?.[1] ?? '';
    await until(() => openrouter.calls[0]!.ended === 'aborted');
    let found = await client.findGeneration(id, KEY);
    while (!found) found = await client.findGeneration(id, KEY);
    expect(found).toMatchObject({ cancelled: true, usage: { tokens: { input_tokens: 5, output_tokens: 2 } } });
  });

  it('is null for an unknown call, and an error while OpenRouter is down', async () => {
    expect(await client.findGeneration('gen-0&id=x', KEY)).toBeNull();
    openrouter.behaviour = { status: 502 };
    await expect(client.findGeneration('gen-0', KEY)).rejects.toMatchObject({ code: 'openrouter_unavailable' });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI, { APIError } from 'openai';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import { TestEnv } from '../../support/factories.js';

const MODEL = 'openai/gpt-4o-mini';
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const TOOLS: OpenAI.ChatCompletionTool[] = [{ type: 'function', function: { name: 'weather', parameters: SCHEMA } }];
const say = (content: string): OpenAI.ChatCompletionMessageParam => ({ role: 'user', content });

let openrouter: OpenRouterStandIn;
let w: TestEnv;
let user_id: string;
let openai: OpenAI;

beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
  const env = { OPENROUTER_BASE_URL: openrouter.base_url, OPENROUTER_API_KEY: 'sk-or-v1-platform-key-of-the-tests' };
  w = await TestEnv.start({ env });
  const { data } = (await (await fetch(`${openrouter.base_url}/models`)).json()) as { data: unknown[] };
  await w.done('pricing/import', { data });
  await w.t.app.listen(0, '127.0.0.1');
  user_id = await w.user('5');
  openai = await clientOf(user_id);
});
beforeEach(() => openrouter.reset());
afterAll(async () => {
  await w.close();
  await openrouter.stop();
});

async function clientOf(owner: string): Promise<OpenAI> {
  return new OpenAI({ apiKey: await w.as(owner), baseURL: `${await w.t.app.getUrl()}/v1`, maxRetries: 0 });
}

describe("OpenAI's client, unchanged", () => {
  it('creates chat completions', async () => {
    const completion = await openai.chat.completions.create({ model: MODEL, messages: [say('Hi')] });
    expect(completion.choices[0]!.message.content).toBe('You said: Hi');
    expect(completion.usage!.total_tokens).toBeGreaterThan(0);
  });

  it('streams, with usage', async () => {
    const options = { model: MODEL, messages: [say('Hi')], stream: true as const };
    const stream = await openai.chat.completions.create({ ...options, stream_options: { include_usage: true } });
    let text = '';
    let tokens = 0;
    for await (const { choices, usage } of stream) {
      text += choices[0]?.delta.content ?? '';
      tokens = usage?.total_tokens ?? tokens;
    }
    expect(text).toBe('You said: Hi');
    expect(tokens).toBeGreaterThan(0);
  });

  it('uses tools, streamed or not', async () => {
    const options = { model: MODEL, messages: [say('Weather?')], tools: TOOLS };
    const { choices } = await openai.chat.completions.create(options);
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: [{ type: 'function' }] } });
    const streamed = await openai.chat.completions.stream(options).finalMessage();
    expect(streamed.tool_calls).toMatchObject([{ function: { name: 'weather', arguments: '{"city":"text"}' } }]);
  });

  it('gets JSON that follows a schema', async () => {
    const format = { type: 'json_schema' as const, json_schema: { name: 'place', schema: SCHEMA } };
    const options = { model: MODEL, messages: [say('Where?')], response_format: format };
    const { choices } = await openai.chat.completions.create(options);
    expect(JSON.parse(choices[0]!.message.content!)).toEqual({ city: 'text' });
  });

  it('sends images', async () => {
    const image = { type: 'image_url' as const, image_url: { url: PIXEL } };
    const content = [{ type: 'text' as const, text: 'What is it?' }, image];
    const completion = await openai.chat.completions.create({ model: MODEL, messages: [{ role: 'user', content }] });
    expect(completion.choices[0]!.message.content).toContain('What is it?');
    expect(openrouter.calls[0]!.body).toMatchObject({ messages: [{ content }] });
  });

  it('creates embeddings and text completions, and lists models', async () => {
    const { data } = await openai.embeddings.create({ model: 'stand-in/embedding', input: ['a', 'b'] });
    expect(data.map(({ embedding }) => embedding.length)).toEqual([8, 8]);
    expect((await openai.completions.create({ model: MODEL, prompt: 'Hi' })).choices[0]!.text).toBe('You said: Hi');
    expect((await openai.models.list()).data.map(({ id }) => id)).toContain(MODEL);
  });

  it('shows errors', async () => {
    const poor = await clientOf(await w.user('0.000001', 'starter'));
    const asked = poor.chat.completions.create({ model: 'stand-in/dear', messages: [say('Hi')] });
    const error = (await asked.catch((thrown: unknown) => thrown)) as APIError;
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 402, code: 'insufficient_credits', type: 'insufficient_quota' });
    expect(error.message).toContain('Insufficient credits. Required: ');
    openrouter.onNext('/chat/completions', { error_after: 2 });
    const broken = openai.chat.completions.stream({ model: MODEL, messages: [say('Hi')] }).finalMessage();
    await expect(broken).rejects.toThrow('Provider disconnected unexpectedly');
    const keyless = new OpenAI({ apiKey: 'wrong', baseURL: openai.baseURL, maxRetries: 0 });
    await expect(keyless.models.list()).rejects.toMatchObject({ status: 401 });
    await expect(keyless.embeddings.create({ model: MODEL, input: 'a' })).rejects.toMatchObject({
      status: 401,
      code: expect.any(String),
    });
  });
});

import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Agent, OpenAIProvider, Runner } from '@openai/agents';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { GatewayWorld, MODEL } from '../../support/gateway.js';

/** The model as clients written for one provider name it. */
const BARE = 'gpt-4o-mini';

let g: GatewayWorld;
let user_id: string;
let apiKey: string;
let baseURL: string;

beforeAll(async () => {
  g = await GatewayWorld.start();
  user_id = await g.w.user('5');
  apiKey = await g.w.as(user_id);
  baseURL = `${g.base}/v1`;
});
beforeEach(() => g.openrouter.reset());
afterAll(() => g.close());

/** The latest charge of the user. */
async function charged() {
  const events = await g.w.sql('SELECT * FROM usage_events WHERE user_id = $1 ORDER BY id DESC LIMIT 1', [user_id]);
  const held = (await g.w.balance(user_id)).held;
  expect(held).toBe('0.000000');
  return events[0]!;
}

describe("OpenAI's client", () => {
  const client = (): OpenAI => new OpenAI({ apiKey, baseURL, maxRetries: 0 });

  it('creates a response that is charged', async () => {
    const response = await client().responses.create({ model: MODEL, input: 'Hi' });
    expect(response.output_text).toBe('You said: Hi');
    expect(await charged()).toMatchObject({ model: MODEL, is_rated: true, source: 'gateway' });
    expect(Number((await charged())['total_cost'])).toBeGreaterThan(0);
  });

  it('can omit the provider, also of fallbacks; a suffix stays', async () => {
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    const body = { model: `${BARE}:nitro`, models: ['small:free'], messages };
    await client().chat.completions.create(body);
    expect(g.openrouter.calls.at(-1)!.body).toMatchObject({ model: `${MODEL}:nitro`, models: ['stand-in/small:free'] });
    expect(await charged()).toMatchObject({ model: `${MODEL}:nitro`, is_rated: true });
  });

  it('gets the models that a bare name can mean', async () => {
    await g.price('other/gpt-twin', 1, 1);
    await g.price('openai/gpt-twin', 1, 1);
    const ask = (model: string) => client().responses.create({ model, input: 'Hi' });
    await expect(ask('gpt-twin')).rejects.toMatchObject({
      status: 400,
      code: 'model_ambiguous',
      param: 'model',
      message: '400 Several providers offer gpt-twin. Use one of these ids: openai/gpt-twin, other/gpt-twin.',
    });
    await expect(ask('gpt-4o-minni')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      message: expect.stringContaining('openai/gpt-4o-mini'),
      error: { candidates: expect.arrayContaining(['openai/gpt-4o-mini']) },
    });
    expect(g.openrouter.calls).toEqual([]);
  });

  it('retrieves a model', async () => {
    const { created, ...model } = await client().models.retrieve(MODEL);
    expect(model).toMatchObject({ id: MODEL, object: 'model', owned_by: 'openai' });
    const [price] = await g.w.sql('SELECT min(created_at) AS first FROM model_prices WHERE model = $1', [MODEL]);
    expect(created).toBe(Math.floor((price!['first'] as Date).getTime() / 1000));
    const listed = (await client().models.list()).data.find(({ id }) => id === MODEL);
    expect(listed?.created).toBe(created);
    await expect(client().models.retrieve('nobody/knows')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
    });
  });

  it('streams a response that is charged once', async () => {
    const before = (await g.events(user_id)).length;
    let text = '';
    let tokens = 0;
    for await (const event of await client().responses.create({ model: MODEL, input: 'Hi', stream: true })) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      if (event.type === 'response.completed') tokens = event.response.usage?.total_tokens ?? 0;
    }
    expect([text, tokens > 0]).toEqual(['You said: Hi', true]);
    expect(await g.events(user_id)).toHaveLength(before + 1);
    expect((await charged())['tokens_used']).toBe(tokens);
  });
});

describe("Anthropic's client", () => {
  const client = (): Anthropic => new Anthropic({ apiKey, baseURL: g.base, maxRetries: 0 });
  const ask = { model: 'claude-sonnet-4.5', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hi' }] };

  it('creates a message that is charged, with its key in X-Api-Key', async () => {
    const message = await client().messages.create(ask);
    expect(message.content[0]).toMatchObject({ type: 'text', text: 'You said: Hi' });
    const event = await charged();
    expect(event).toMatchObject({
      input_tokens: message.usage.input_tokens,
      output_tokens: message.usage.output_tokens,
    });
    expect(Number(event['total_cost'])).toBeGreaterThan(0);
  });

  it('streams a message with input tokens first and output tokens last', async () => {
    g.openrouter.behaviour = { cached_tokens: 2 };
    const message = await client().messages.stream(ask).finalMessage();
    expect(message.stop_reason).toBe('end_turn');
    expect(await charged()).toMatchObject({
      input_tokens: message.usage.input_tokens,
      cache_read_tokens: 2,
      output_tokens: message.usage.output_tokens,
    });
  });

  it('uses tools', async () => {
    const tools = [
      { name: 'weather', input_schema: { type: 'object' as const, properties: { city: { type: 'string' } } } },
    ];
    const message = await client().messages.create({ ...ask, tools });
    expect(message.content[0]).toMatchObject({ type: 'tool_use', name: 'weather' });
  });

  it("gets errors in Anthropic's format, also for unknown routes", async () => {
    const counted = client().messages.countTokens({ model: ask.model, messages: ask.messages });
    await expect(counted).rejects.toMatchObject({
      status: 404,
      type: 'not_found_error',
      error: { type: 'error', error: { type: 'not_found_error', message: expect.stringContaining('nothing at this') } },
    });
    const refused = client().messages.create({ ...ask, model: 'nobody/knows-this' });
    await expect(refused).rejects.toThrow(Anthropic.BadRequestError);
    const poor = new Anthropic({ apiKey: await g.w.as(await g.w.user('0.0000001')), baseURL: g.base, maxRetries: 0 });
    await expect(poor.messages.create(ask)).rejects.toThrow(/Insufficient credits/);
  });
});

describe('the AI SDK with its default OpenAI model', () => {
  it('generates and streams', async () => {
    const openai = createOpenAI({ apiKey, baseURL });
    const { text, usage } = await generateText({ model: openai(BARE), prompt: 'Hi', maxRetries: 0 });
    expect(text).toBe('You said: Hi');
    expect((await charged())['tokens_used']).toBe(usage.totalTokens);
    const streamed = streamText({ model: openai(BARE), prompt: 'Hi', maxRetries: 0 });
    expect(await streamed.text).toBe('You said: Hi');
  });
});

describe('the Agents SDK', () => {
  it('runs an agent with its defaults', async () => {
    const runner = new Runner({ modelProvider: new OpenAIProvider({ apiKey, baseURL }), tracingDisabled: true });
    const agent = new Agent({ name: 'Echo', instructions: 'Repeat.', model: BARE });
    const { finalOutput } = await runner.run(agent, 'Hi');
    expect(finalOutput).toBe('You said: Hi');
    expect(Number((await charged())['total_cost'])).toBeGreaterThan(0);
  });
});

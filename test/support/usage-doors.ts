import { expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Json } from './factories.js';
import { GatewayWorld } from './gateway.js';

/** Prices in USD, per million tokens or per unit. */
export const PRICES = {
  responses: { input_per_million: '1.25', output_per_million: '10', cache_read_per_million: '0.125' },
  reasoner: { input_per_million: '1.25', output_per_million: '2.5', cache_read_per_million: '0.2' },
  writer: {
    input_per_million: '5',
    output_per_million: '25',
    cache_read_per_million: '0.5',
    cache_write_per_million: '6.25',
  },
  searcher: { input_per_million: '3', output_per_million: '15', per_query: '0.01' },
  reader: { input_per_million: '1', output_per_million: '5', cache_read_per_million: '0.1' },
  painter: { input_per_million: '0.3', output_per_million: '2.5', image_output_per_million: '30' },
  rerank: { per_query: '0.002' },
  ears: { per_second: '0.0001' },
  voice: { per_character: '0.000015' },
  pictures: { per_image: '0.04' },
  film: { per_video_second: '0.1' },
};

/** Starts the gateway with a model `case/...` for each price. */
export async function startPriced(): Promise<GatewayWorld> {
  const g = await GatewayWorld.start();
  for (const [name, prices] of Object.entries(PRICES)) {
    await g.w.done('pricing/models', { model: `case/${name}`, ...prices });
  }
  return g;
}

/** Makes the provider respond with a usage object, and returns the recorded event. */
export async function throughGateway(g: GatewayWorld, model: string, usage: object): Promise<Json> {
  const user_id = await g.w.user('500');
  const choices = [{ index: 0, message: { role: 'assistant', content: 'Yes' }, finish_reason: 'stop' }];
  g.openrouter.behaviour = { verbatim: JSON.stringify({ id: 'gen-1', model, choices, usage }) };
  const asked = { model, max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
  expect((await g.send(user_id, asked)).status).toBe(200);
  return lastEvent(g, user_id);
}

export async function throughStream(g: GatewayWorld, model: string, usage: object): Promise<Json> {
  const user_id = await g.w.user('500');
  const end = { id: 'gen-1', model, choices: [{ index: 0, delta: { content: 'Yes' }, finish_reason: 'stop' }] };
  const chunks = [end, { id: 'gen-1', model, choices: [], usage }].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
  g.openrouter.behaviour = { verbatim: `${chunks.join('')}data: [DONE]\n\n` };
  const asked = { model, stream: true, max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
  await (await g.send(user_id, asked)).text();
  return lastEvent(g, user_id);
}

export async function throughTracking(g: GatewayWorld, model: string, usage: object): Promise<Json> {
  const user_id = await g.w.user('500');
  await g.w.done(
    'credits/usage/track',
    { user_id, service: 'openrouter', model, usage, settle: true },
    { token: g.w.service },
  );
  return lastEvent(g, user_id);
}

export async function throughCallback(
  g: GatewayWorld,
  model: string,
  usage: object | null,
  more: object = {},
): Promise<Json> {
  const user_id = await g.w.user('500');
  const log = {
    id: randomUUID(),
    call_type: 'acompletion',
    status: 'success',
    model,
    end_user: user_id,
    response_cost: null,
    metadata: {},
    ...(usage && { hidden_params: { usage_object: usage } }),
    ...more,
  };
  const { body } = await g.w.post('integrations/litellm/callback', [log]);
  expect(body).toMatchObject([{ status: 'recorded' }]);
  return lastEvent(g, user_id);
}

export async function lastEvent(g: GatewayWorld, user_id: string): Promise<Json> {
  const [event] = await g.w.sql('SELECT * FROM usage_events WHERE user_id = $1 ORDER BY id DESC', [user_id]);
  return event!;
}

/** Returns the cost of an event, and whether it is final. */
export const costs = (event: Json): [number, unknown] => [Number(event.total_cost), event.is_rated];

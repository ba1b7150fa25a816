import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Answer } from '../../support/app.js';
import { concurrently, type Json, statuses, TestEnv } from '../../support/factories.js';

const SINGLE = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json; charset=utf-8';

describe('CloudEvents', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start();
  });
  afterAll(() => w.close());

  const event = (subject: string, more: object = {}): Json => ({
    specversion: '1.0',
    id: randomUUID(),
    source: '/speech',
    type: 'tts',
    subject,
    data: { model: 'voice-1', quantity: 12, unit: 'character', cost: '0.01' },
    ...more,
  });
  const send = (body: unknown, type = 'application/json'): Promise<Answer> =>
    w.t.call('credits/usage/events', { method: 'POST', token: w.service, body, headers: { 'content-type': type } });
  const events = (user_id: string): Promise<Json[]> =>
    w.sql('SELECT * FROM usage_events WHERE user_id = $1 ORDER BY id', [user_id]);

  it('are accepted in three content types, single or in batches', async () => {
    const user_id = await w.user();
    for (const [body, type] of [
      [event(user_id), SINGLE],
      [[event(user_id), event(user_id)], BATCH],
      [event(user_id), 'application/json'],
      [[event(user_id)], 'application/json'],
    ] as const) {
      const answer = await send(body, type);
      expect(answer.status).toBe(200);
      for (const { status } of answer.body as Json[]) expect(status).toBe('recorded');
    }
    expect(await events(user_id)).toHaveLength(5);
  });

  it('are converted to usage events', async () => {
    const user_id = await w.user();
    const time = new Date(Date.now() - 86_400_000).toISOString();
    const data = { ...(event('x').data as object), settle: true, prompt: 'is ignored', input_tokens: 7 };
    const given = event(user_id, { time, data, type: 'TTS', datacontenttype: 'application/json', traceparent: 'x' });
    await send(given, SINGLE);
    const [stored] = await events(user_id);
    expect(stored).toMatchObject({
      service: 'tts',
      model: 'voice-1',
      quantity: '12.0000000000',
      unit: 'character',
      source: '/speech',
      request_id: given.id,
      occurred_at: new Date(time),
      total_cost: '0.0100000000',
      input_tokens: 7,
      metadata: {},
    });
    expect((await w.balance(user_id)).balance).toBe('4.990000');
  });

  it('are duplicates with the same source and id', async () => {
    const user_id = await w.user();
    const data = { cost: '1', charge: true };
    const answers = await concurrently(20, () => send(event(user_id, { id: 'one', data }), SINGLE));
    expect(statuses(answers)).toEqual({ 200: 20 });
    await send(event(user_id, { id: 'one', source: '/other', data }));
    await send(event(user_id, { id: 'two', data }));
    expect(await events(user_id)).toHaveLength(3);
    expect((await w.balance(user_id)).balance).toBe('2.000000');
  });

  it.each([
    ['specversion', { specversion: '0.3' }],
    ['id', { id: '' }],
    ['source', { source: undefined }],
    ['type', { type: 'no service/at all' }],
    ['subject', { subject: ' blank ' }],
    ['time', { time: 'noon' }],
    ['time', { time: new Date(Date.now() + 3_600_000).toISOString() }],
    ['data', { data: [] }],
    ['data.service', { data: { service: 'NO' } }],
    ['data.input_tokens', { data: { input_tokens: '7' } }],
    ['data.unit', { data: { quantity: 1 } }],
  ])('with an invalid %s are refused with their field names: %j', async (field, more) => {
    const answer = await send(event('somebody', more), SINGLE);
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    const [result] = (await send([event('somebody', more)], BATCH)).body as Json[];
    expect(result).toMatchObject({ index: 0, status: 'error', code: 'invalid_request' });
    expect(result!.error).toContain(field);
  });

  it('are accepted with their content types only on this path', async () => {
    const answer = await w.t.call('credits/deduct', {
      method: 'POST',
      token: w.service,
      headers: { 'content-type': SINGLE },
      body: { user_id: 'x', amount: 1, service: 'tts' },
    });
    expect(answer.status).toBe(415);
    expect((await send('{}', 'application/x-ndjson')).status).toBe(415);
    expect((await send('{"half":', SINGLE)).status).toBe(400);
  });
});

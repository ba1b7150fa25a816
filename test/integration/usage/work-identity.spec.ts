import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type Answer, type TestApp } from '../../support/app.js';
import { concurrently, type Json, TestEnv } from '../../support/factories.js';

const BATCH = 'credits/usage/track/batch';

describe('the identity of work', () => {
  let w: TestEnv;
  let other: TestApp;
  beforeAll(async () => {
    w = await TestEnv.start();
    other = await w.another();
  });
  afterAll(() => w.close());

  const track = (body: object): Promise<Answer> => w.post('credits/usage/track', body, { token: w.service });
  const batch = async (records: object[]): Promise<Json[]> => {
    return (await w.post(BATCH, records, { token: w.service })).body as unknown as Json[];
  };
  const spent = async (user_id: string): Promise<string> => {
    const [row] = await w.sql(
      'SELECT (-sum(amount))::text AS spent FROM credit_transactions WHERE user_id = $1 AND amount < 0',
      [user_id],
    );
    return row!.spent as string;
  };

  it.each([{}, { charge: true }, { settle: true }])('refuses different work under the same id (%j)', async (how) => {
    const work = { user_id: await w.user(), service: 'tts', cost: '0.01', request_id: 'one', ...how };
    const first = await track(work);
    const same = await track(work);
    expect([first.status, same.status, same.headers['idempotency-hit']]).toEqual([200, 200, 'true']);
    expect(same.body).toEqual(first.body);
    for (const change of [{ cost: '0.02' }, { model: 'tts-1' }, { service: 'stt' }, { session_id: 's' }]) {
      expect(await track({ ...work, ...change })).toMatchObject({
        status: 409,
        body: { code: 'idempotency_conflict' },
      });
    }
    await w.verify(work.user_id);
  });

  it('distinguishes repeated and different records in a batch', async () => {
    const user_id = await w.user();
    const work = (cost: string): object => ({ user_id, service: 'tts', cost, request_id: 'one', settle: true });
    const ends = await batch([work('0.01'), work('0.02'), work('0.01')]);
    expect(ends.map(({ status }) => status)).toEqual(['recorded', 'error', 'duplicate']);
    expect(ends[1]).toMatchObject({ code: 'idempotency_conflict' });
    const later = await batch([work('0.01'), work('0.09')]);
    expect(later.map(({ status, code }) => code ?? status)).toEqual(['duplicate', 'idempotency_conflict']);
    const free = (cost: string): object => ({ ...work(cost), settle: false, request_id: 'free' });
    const uncharged = await batch([free('0.01'), free('0.02'), free('0.01')]);
    expect(uncharged.map(({ status, code }) => code ?? status)).toEqual([
      'recorded',
      'idempotency_conflict',
      'duplicate',
    ]);
    expect(await spent(user_id)).toBe('0.0100000000');
  });

  it('ignores the notation of amounts, the order of members, and omitted defaults', async () => {
    const user_id = await w.user();
    const work = { user_id, service: 'tts', request_id: 'words', cost: 1, tokens: 7, input_tokens: 7, settle: true };
    const dated = { ...work, request_id: 'dated', occurred_at: new Date(Date.now() - 60_000).toISOString() };
    const records = [
      work,
      { ...work, cost: 1.0, model: null, metadata: {} },
      { ...work, cost: '1.000000', output_tokens: 0, tokens: null, is_free: false, billable: true },
      dated,
      { ...dated, occurred_at: dated.occurred_at.replace('Z', '+00:00') },
    ];
    for (const record of records) await batch([record]);
    const meta = { ...work, request_id: 'meta', cost: '0.5' };
    const orders = [
      { a: 1, b: { c: 2, d: null } },
      { b: { c: 2.0 }, a: 1 },
    ];
    const ends = [];
    for (const metadata of orders) ends.push(...(await batch([{ ...meta, metadata }])));
    expect(ends.map(({ status }) => status)).toEqual(['recorded', 'duplicate']);
    expect(await spent(user_id)).toBe('2.5000000000');
  });

  it('accepts only one of many different pieces of work under one id, across services', async () => {
    const user_id = await w.user();
    const answers = await concurrently(24, (n) => {
      const body = { user_id, service: 'tts', cost: `0.${(n % 4) + 1}`, request_id: 'race', settle: n % 3 > 0 };
      const app = n % 2 === 0 ? w.t : other;
      return app.call('credits/usage/track', { method: 'POST', token: w.service, body });
    });
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(6);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(18);
    const [event, ...more] = await w.sql('SELECT id, total_cost FROM usage_events WHERE user_id = $1', [user_id]);
    expect(more).toEqual([]);
    expect(new Set(won.map(({ body }) => (body as Json).id))).toEqual(new Set([event!.id]));
    await w.verify(user_id);
  });

  it('compares ids of any length in full', async () => {
    const user_id = await w.user();
    const id = (end: string): string => `${'x'.repeat(255)}${end}`;
    const work = (request_id: string): object => ({ user_id, service: 'tts', cost: '0.1', request_id, settle: true });
    const ends = await batch([work(id('')), work(id('a')), work(id('b')), work(id('a')), work(id('a'.repeat(3000)))]);
    expect(ends.map(({ status }) => status)).toEqual(['recorded', 'recorded', 'recorded', 'duplicate', 'recorded']);
    expect(await spent(user_id)).toBe('0.4000000000');
    const event = { specversion: '1.0', source: 'a', type: 'tts', subject: user_id, data: { cost: '0.1' } };
    const events = [
      { ...event, id: id('a') },
      { ...event, id: id('b') },
    ];
    const answer = await w.post('credits/usage/events', events, { token: w.service });
    expect(answer.body).toMatchObject([{ status: 'recorded' }, { status: 'recorded' }]);
  });

  it('refuses CloudEvents with the source and id of different work, and reserved sources', async () => {
    const user_id = await w.user();
    const event = (cost: string, more: object = {}): object => ({
      specversion: '1.0',
      id: 'e-1',
      source: 'speech',
      type: 'tts',
      subject: user_id,
      data: { cost, settle: true },
      ...more,
    });
    const send = (body: object): Promise<Answer> => w.post('credits/usage/events', body, { token: w.service });
    expect((await send([event('0.01'), event('0.02'), event('0.01')])).body).toMatchObject([
      { status: 'recorded' },
      { status: 'error', code: 'idempotency_conflict' },
      { status: 'duplicate' },
    ]);
    expect(await send(event('0.02'))).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } });
    expect(await send(event('0.02', { source: 'music' }))).toMatchObject({ status: 200 });
    for (const source of ['user', 'api', 'gateway', 'litellm']) {
      const answer = await send(event('0.02', { source, id: randomUUID() }));
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'source' }] } });
    }
    expect((await send([event('0.03', { source: 'user' })])).body).toMatchObject([
      { status: 'error', error: expect.stringContaining('source: must not be one of user, api, gateway, litellm') },
    ]);
    expect(await spent(user_id)).toBe('0.0300000000');
  });

  it('uses the Idempotency-Key of a record without an id as its name', async () => {
    const work = { user_id: await w.user(), service: 'tts', cost: '0.01' };
    const send = (body: object): Promise<Answer> =>
      w.post('credits/usage/track', body, { token: w.service, key: 'job-1' });
    const first = await send(work);
    expect((await send({ ...work, cost: 0.01 })).body).toEqual(first.body);
    expect(await send({ ...work, cost: '0.02' })).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    });
  });

  it('adds the markup to provider_cost, but not to cost', async () => {
    const user_id = await w.user();
    const work = { user_id, service: 'tts', settle: true };
    const costs = async (more: object): Promise<unknown[]> => {
      const { provider_cost, platform_markup, total_cost } = (await track({ ...work, ...more })).body as Json;
      return [provider_cost, platform_markup, total_cost];
    };
    expect(await costs({ provider_cost: '0.1' })).toEqual(['0.100000', '0.010000', '0.110000']);
    expect(await costs({ cost: '0.11' })).toEqual(['0.100000', '0.010000', '0.110000']);
    expect(await track({ ...work, cost: '1', provider_cost: '1' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'provider_cost' }] },
    });
    const mine = { service: 'tts', provider_cost: '0.1', charge: true };
    expect((await w.post('credits/usage/track', mine, { token: await w.as(user_id) })).status).toBe(403);
    const event = { specversion: '1.0', id: '1', source: 's', type: 'tts', subject: user_id };
    const answer = await w.post('credits/usage/events', { ...event, data: { provider_cost: 1, settle: true } });
    expect(answer.status).toBe(200);
    expect(await spent(user_id)).toBe('1.3200000000');
  });
});

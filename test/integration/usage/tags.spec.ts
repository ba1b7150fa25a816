import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import { type Json, TestEnv } from '../../support/factories.js';

const MODEL = 'openai/gpt-4o-mini';
const TAGS = ['team-a', 'café'];

let openrouter: OpenRouterStandIn;
let w: TestEnv;

beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
  const env = { OPENROUTER_BASE_URL: openrouter.base_url, OPENROUTER_API_KEY: 'sk-or-v1-platform-key-of-the-tests' };
  w = await TestEnv.start({ env });
  const { data } = (await (await fetch(`${openrouter.base_url}/models`)).json()) as { data: unknown[] };
  await w.done('pricing/import', { data });
});
afterAll(async () => {
  await w.close();
  await openrouter.stop();
});

const lines = async (user_id: string, query: Record<string, string> = {}): Promise<Json[]> =>
  (await w.list('credits/transactions', { user_id, transaction_type: 'usage', ...query })).body;

/** Tags as they are stored. */
const stored = (table: string, user_id: string): Promise<Json[]> =>
  w.sql(`SELECT tags, api_key_id, member_id FROM ${table} WHERE user_id = $1 ORDER BY id`, [user_id]);

describe('tags', () => {
  it('of a deduction are on its ledger line, each once; none is an empty list that is stored as null', async () => {
    const user_id = await w.user('10');
    const work = { user_id, amount: '1', service: 'tts' };
    await w.done('credits/deduct', { ...work, tags: [...TAGS, 'team-a'] });
    await w.done('credits/deduct', { ...work, tags: [] });
    await Promise.all(['a', 'b', 'c'].map((tag) => w.done('credits/deduct', { ...work, tags: [tag, '{",}\\'] })));
    const booked = await lines(user_id);
    expect(booked.map(({ tags }) => tags)).toEqual(
      expect.arrayContaining([TAGS, [], ...['a', 'b', 'c'].map((tag) => [tag, '{",}\\'])]),
    );
    expect(await stored('credit_transactions', user_id)).toContainEqual({
      tags: null,
      api_key_id: null,
      member_id: null,
    });
    expect(await lines(user_id, { tag: 'team-a' })).toHaveLength(1);
    expect(await lines(user_id, { tag: '{",}\\' })).toHaveLength(3);
  });

  it('of a hold go on to its ledger line', async () => {
    const user_id = await w.user('10');
    const hold = await w.done('credits/holds', { user_id, amount: '2', service: 'tts', tags: TAGS });
    expect(hold).toMatchObject({ tags: TAGS });
    await w.done(`credits/holds/${String(hold['id'])}/capture`, { amount: '3' });
    expect((await lines(user_id)).map(({ tags }) => tags)).toEqual([TAGS, TAGS]);
  });

  it.each([{ charge: true }, { settle: true }, {}])(
    'of tracked work (%j) are on the event and its line',
    async (how) => {
      const user_id = await w.user('10');
      const work = { user_id, service: 'tts', cost: '1', tags: TAGS, ...how };
      await w.done('credits/usage/track', { ...work, request_id: 'one' });
      await w.done(
        'credits/usage/track/batch',
        ['two', 'three'].map((request_id) => ({ ...work, request_id })),
      );
      expect((await stored('usage_events', user_id)).map(({ tags }) => tags)).toEqual([TAGS, TAGS, TAGS]);
      const charged = Object.keys(how).length > 0 ? [TAGS, TAGS, TAGS] : [];
      expect((await lines(user_id)).map(({ tags }) => tags)).toEqual(charged);
    },
  );

  it('do not make a repeat different work', async () => {
    const user_id = await w.user('10');
    const work = { user_id, service: 'tts', cost: '1', charge: true, request_id: 'once' };
    await w.done('credits/usage/track', { ...work, tags: ['a'] });
    await w.done('credits/usage/track', { ...work, tags: ['b'] });
    expect((await lines(user_id)).map(({ tags }) => tags)).toEqual([['a']]);
  });

  it.each([
    [Array.from({ length: 11 }, (_, n) => `tag-${n}`), 'tags'],
    [['x'.repeat(65)], 'tags'],
    [[''], 'tags'],
    ['team-a', 'tags'],
    [[7], 'tags'],
  ])('%j are refused', async (tags, field) => {
    const user_id = await w.user('10');
    for (const path of ['credits/deduct', 'credits/holds', 'credits/usage/track']) {
      const amount = path.endsWith('track') ? { cost: '1' } : { amount: '1' };
      const answer = await w.post(path, { user_id, service: 'tts', ...amount, tags });
      expect([answer.status, answer.body]).toMatchObject([422, { errors: [expect.objectContaining({ field })] }]);
    }
    expect(await lines(user_id)).toEqual([]);
  });
});

describe('the tags of a gateway call', () => {
  const call = (user_id: string, tags: string) =>
    w.t.call('chat/completions', {
      method: 'POST',
      body: { model: MODEL, max_tokens: 50, messages: [{ role: 'user', content: 'Hi' }] },
      token: w.service,
      query: { user_id },
      headers: { 'x-tollgate-tags': tags },
    });

  it('come from its header, and are on hold, event and ledger line', async () => {
    const user_id = await w.user('10');
    const sent = Buffer.from(' team-a , café,, team-a').toString('latin1');
    expect((await call(user_id, sent)).status).toBe(200);
    for (const table of ['credit_holds', 'usage_events']) {
      expect((await stored(table, user_id)).map(({ tags }) => tags)).toEqual([TAGS]);
    }
    expect((await lines(user_id)).map(({ tags }) => tags)).toEqual([TAGS]);
  });

  it('are refused when there are too many, or one is too long, before anything is held or sent', async () => {
    const user_id = await w.user('10');
    for (const tags of [Array.from({ length: 11 }, (_, n) => n).join(), 'x'.repeat(65)]) {
      expect(await call(user_id, tags)).toMatchObject({ status: 400 });
    }
    expect(await stored('credit_holds', user_id)).toEqual([]);
  });
});

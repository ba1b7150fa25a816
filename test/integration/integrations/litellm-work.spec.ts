import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Answer } from '../../support/app.js';
import { concurrently, type Json, TestEnv } from '../../support/factories.js';

const PATH = 'integrations/litellm/callback';
const T = Date.now() / 1000 - 60;

/** A log of a call that cost 0.01 at the provider. */
const log = (user: string | null, more: object = {}): Json => ({
  id: `chatcmpl-${randomUUID()}`,
  status: 'success',
  model: 'openai/text-embedding-3-small',
  prompt_tokens: 100,
  total_tokens: 100,
  response_cost: 0.01,
  endTime: T,
  metadata: { user_api_key_user_id: user },
  ...more,
});

describe('work reported by LiteLLM', () => {
  let w: TestEnv;
  let always: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start();
    always = await TestEnv.start({ env: { LITELLM_END_USER: 'always', LITELLM_COST: 'total' } });
  });
  afterAll(async () => {
    await w.close();
    await always.close();
  });

  const post = (body: object | string, headers: Record<string, string> = {}): Promise<Answer> =>
    w.t.call(PATH, { method: 'POST', token: w.service, body, headers });
  const send = async (body: object | string): Promise<unknown[]> => {
    const answer = await post(body);
    expect(answer.status).toBe(200);
    return (answer.body as Json[]).map(({ status }) => status);
  };
  const spent = async (user_id: string, of = w): Promise<string> => {
    const charged = 'SELECT coalesce(-sum(amount), 0)::text AS spent FROM credit_transactions';
    return (await of.sql(`${charged} WHERE user_id = $1 AND amount < 0`, [user_id]))[0]!.spent as string;
  };

  it('with the same id is new work if its content differs, and a repeat if it is the same', async () => {
    const user_id = await w.user();
    const calls = [1, 2, 3].map((n) =>
      log(user_id, { id: 'fixed-1', prompt_tokens: 100 * n, response_cost: 0.01 * n, endTime: T + 5 * n }),
    );
    expect(await send([...calls, calls[0]!])).toEqual(['recorded', 'recorded', 'recorded', 'duplicate']);
    for (const call of calls) expect(await send([call])).toEqual(['duplicate']);
    expect(await send(calls)).toEqual(['duplicate', 'duplicate', 'duplicate']);
    expect(await spent(user_id)).toBe('0.0630000000');
    await w.verify(user_id);
  });

  it('is booked if it first failed and then succeeded under the same id', async () => {
    const user_id = await w.user();
    for (const id of ['c-2', 'None']) {
      const failure = log(user_id, { id, status: 'failure', response_cost: 0 });
      const success = log(user_id, { id, response_cost: 0.02, endTime: T + 3 });
      expect(await send([failure, success])).toEqual(['recorded', 'recorded']);
      expect(await send([success, failure])).toEqual(['duplicate', 'duplicate']);
    }
    expect(await spent(user_id)).toBe('0.0420000000');
  });

  it('is booked once by several concurrent instances, separately for each work of an id', async () => {
    const user_id = await w.user();
    const other = await w.another();
    const calls = [1, 2].map((n) => log(user_id, { id: 'same', endTime: T + n }));
    const answers = await concurrently(20, (n) =>
      (n % 2 ? w.t : other).call(PATH, { method: 'POST', token: w.service, body: calls }),
    );
    const outcomes = answers.flatMap(({ body }) => (body as Json[]).map(({ status }) => status));
    expect(outcomes.filter((status) => status === 'recorded')).toHaveLength(2);
    expect(outcomes.filter((status) => status === 'duplicate')).toHaveLength(38);
    expect(await spent(user_id)).toBe('0.0210000000');
  });

  it('is distinguished by the end of a long id', async () => {
    const user_id = await w.user();
    const ids = ['a', 'b', 'a'].map((end) => `${'x'.repeat(300)}${end}`);
    expect(await send(ids.map((id) => log(user_id, { id })))).toEqual(['recorded', 'recorded', 'duplicate']);
  });

  it('is paid by the owner of the key, whoever the caller of the model names', async () => {
    const [owner, victim] = [await w.user(), await w.user()];
    const strangers = [1, 2, 3].map((n) => log(owner, { end_user: `stranger-${n}-${owner}` }));
    expect(await send([log(owner, { end_user: victim }), ...strangers])).toEqual(Array(4).fill('recorded'));
    expect([await spent(owner), await spent(victim)]).toEqual(['0.0420000000', '0']);
    expect(await w.sql("SELECT user_id FROM user_credits WHERE user_id LIKE 'stranger-%'")).toEqual([]);
    const [event] = await w.sql('SELECT metadata FROM usage_events WHERE user_id = $1 ORDER BY id LIMIT 1', [owner]);
    expect(event).toMatchObject({ metadata: { end_user: victim } });
  });

  it('is paid by an end user with an account if the key has no owner, and opens no account', async () => {
    const user_id = await w.user();
    const names = ['None', 'NULL', 'nan', 'default_user_id', '{"device_id":"1"}', `new-${user_id}`];
    const nobody = names.map((name) => log(null, { end_user: name }));
    const keys = names.slice(0, 4).map((name) => log(name));
    const answer = await send([
      log(null, { end_user: user_id }),
      log('None', { end_user: user_id }),
      ...nobody,
      ...keys,
    ]);
    expect(answer).toEqual(['recorded', 'recorded', ...Array<string>(10).fill('error')]);
    expect(await w.sql('SELECT user_id FROM user_credits WHERE user_id = ANY ($1)', [names])).toEqual([]);
    expect(await spent(user_id)).toBe('0.0210000000');
  });

  it('is paid by the end user at the reported cost if configured so', async () => {
    const [owner, end_user] = [await always.user(), `end-${randomUUID()}`];
    const answer = await always.post(PATH, [log(owner, { end_user }), log(owner, { end_user: 'none' })]);
    expect(answer.body).toMatchObject([{ status: 'recorded' }, { status: 'recorded' }]);
    expect([await spent(end_user, always), await spent(owner, always)]).toEqual(['0.0100000000', '0.0100000000']);
  });

  it('costs the provider price plus the markup', async () => {
    const user_id = await w.user();
    await send([log(user_id)]);
    const [event] = await w.sql('SELECT * FROM usage_events WHERE user_id = $1', [user_id]);
    expect(event).toMatchObject({
      provider_cost: '0.0100000000',
      platform_markup: '0.0005000000',
      total_cost: '0.0105000000',
    });
  });

  it('loses only logs that cannot be parsed, in arrays, single objects and lines', async () => {
    const user_id = await w.user();
    const broken = (cost: string): string[] =>
      [0.01, 'COST', 0.02].map((response_cost) =>
        JSON.stringify(log(user_id, { response_cost })).replace('"COST"', cost),
      );
    const pretty = JSON.stringify([log(user_id), log(user_id, { response_cost: 'COST' })], null, 2).replace(
      '"COST"',
      '-Infinity',
    );
    expect(await send(`[${broken('NaN').join(',')}]`)).toEqual(['recorded', 'error', 'recorded']);
    expect(await spent(user_id)).toBe('0.0315000000');
    expect(await send(`[${broken('oops').join(' , ')}]`)).toEqual(['recorded', 'error', 'recorded']);
    expect(await send(broken('NaN').join('\n'))).toEqual(['recorded', 'error', 'recorded']);
    expect(await send(pretty)).toEqual(['recorded', 'error']);
    expect(await send(broken('NaN')[1]!)).toEqual(['error']);
    expect(await send(JSON.stringify(log(user_id, { saved_cache_cost: 'X' })).replace('"X"', 'NaN'))).toEqual([
      'recorded',
    ]);
    expect(await spent(user_id)).toBe('0.1155000000');
  });

  it('is accepted with any Content-Type, and up to 10,000 logs per body', async () => {
    const user_id = await w.user();
    for (const type of ['text/plain', 'application/octet-stream', 'application/x-ndjson', '', 'nonsense']) {
      expect((await post(JSON.stringify(log(user_id)), { 'content-type': type })).body).toMatchObject([
        { status: 'recorded' },
      ]);
    }
    const plain = { method: 'POST' as const, token: w.service, body: '{}', headers: { 'content-type': 'text/plain' } };
    expect((await w.t.call('credits/usage/track', plain)).status).toBe(415);
    expect(
      (await w.t.call('credits/usage/track', { ...plain, headers: { 'content-type': 'text/x-as-it-is' } })).status,
    ).toBe(415);
    const many = await post('1\n'.repeat(8_000_000));
    expect(many).toMatchObject({ status: 413, body: { code: 'too_many_records' } });
    expect(await post('')).toMatchObject({ status: 400, body: { code: 'malformed_json' } });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { concurrently, type Json, statuses, TestEnv } from '../../support/factories.js';

const PATH = 'integrations/litellm/callback';
const SECRETS = ['tell me a secret', 'the secret answer', 'sk-1234567890', 'hash-of-a-key', 'Traceback'];

/** A log as sent by LiteLLM's proxy. */
function log(user: string | null, more: object = {}): Json {
  const now = Date.now() / 1000;
  return {
    id: `chatcmpl-${randomUUID()}`,
    trace_id: 'trace-1',
    call_type: 'acompletion',
    stream: true,
    status: 'success',
    cache_hit: null,
    response_cost: 0.0015,
    custom_llm_provider: 'openai',
    model: 'gpt-4o-mini',
    model_group: 'small',
    total_tokens: 1500,
    prompt_tokens: 1200,
    completion_tokens: 300,
    response_time: 1.234567890123,
    startTime: now - 10,
    endTime: now - 8.5,
    completionStartTime: now - 9,
    request_tags: ['chat'],
    messages: [{ role: 'user', content: SECRETS[0] }],
    response: { choices: [SECRETS[1]] },
    end_user: 'whom-the-client-named',
    api_base: 'https://api.openai.com',
    model_parameters: { api_key: SECRETS[2] },
    metadata: {
      user_api_key_hash: SECRETS[3],
      user_api_key_user_id: user,
      user_api_key_team_id: 't',
    },
    hidden_params: {
      api_key: SECRETS[2],
      usage_object: {
        prompt_tokens: 1200,
        completion_tokens: 300,
        total_tokens: 1500,
        prompt_tokens_details: { cached_tokens: 1000, audio_tokens: null },
        completion_tokens_details: { reasoning_tokens: 100 },
        cache_read_input_tokens: 1000,
      },
    },
    error_str: SECRETS[4],
    ...more,
  };
}

describe('the LiteLLM callback', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start({ env: { LITELLM_COST: 'total' } });
  });
  afterAll(() => w.close());

  const send = async (body: object | string, type?: string): Promise<Json[]> => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const answer = await w.t.call(PATH, { method: 'POST', token: w.service, body, headers });
    expect(answer.status).toBe(200);
    return answer.body as Json[];
  };
  const events = (user_id: string): Promise<Json[]> =>
    w.sql('SELECT * FROM usage_events WHERE user_id = $1 ORDER BY id', [user_id]);

  it('settles and records each log, with each cached token counted once and without secrets', async () => {
    const user_id = await w.user();
    const sent = log(user_id);
    expect(await send([sent])).toEqual([{ index: 0, status: 'recorded', id: expect.any(String), request_id: sent.id }]);
    const [event] = await events(user_id);
    expect(event).toMatchObject({
      source: 'litellm',
      service: 'litellm',
      model: 'gpt-4o-mini',
      session_id: 'trace-1',
      input_tokens: 200,
      cache_read_tokens: 1000,
      output_tokens: 200,
      reasoning_tokens: 100,
      tokens_used: 1500,
      total_cost: '0.0015000000',
      duration_seconds: '1.2345678901',
      succeeded: true,
      is_rated: true,
      request_id: expect.stringMatching(new RegExp(`^${sent.id as string}~[0-9a-f]{32}$`)),
      occurred_at: new Date((sent.endTime as number) * 1000),
      metadata: {
        call_type: 'acompletion',
        provider: 'openai',
        model_group: 'small',
        team_id: 't',
        tags: ['chat'],
        end_user: 'whom-the-client-named',
      },
    });
    const [line] = (await w.ledger(user_id)).slice(-1);
    expect(line).toMatchObject({ id: event!.transaction_id, amount: '-0.0015000000', service: 'litellm' });
    const stored = JSON.stringify([event, line]);
    for (const secret of SECRETS) expect(stored).not.toContain(secret);
    await w.verify(user_id);
  });

  it('accepts arrays, single objects and lines, whatever the content type of lines', async () => {
    const user_id = await w.user();
    const lines = (count: number): string =>
      Array.from({ length: count }, () => JSON.stringify(log(user_id))).join('\n');
    expect(await send(log(user_id))).toHaveLength(1);
    expect(await send([log(user_id), log(user_id)])).toHaveLength(2);
    expect(await send(lines(3), 'application/x-ndjson')).toHaveLength(3);
    expect(await send(`${lines(2)}\n`, 'application/json')).toHaveLength(2);
    const results = await send(`${lines(1)}\n{"half":\n${lines(1)}`, 'application/x-ndjson');
    expect(results.map(({ status }) => status)).toEqual(['recorded', 'error', 'recorded']);
    expect(await events(user_id)).toHaveLength(10);
    expect((await w.balance(user_id)).balance).toBe('4.985000');
  });

  it('records and charges a log once, however often and concurrently it arrives', async () => {
    const user_id = await w.user();
    const sent = log(user_id);
    const answers = await concurrently(20, () => w.post(PATH, [sent, sent]));
    expect(statuses(answers)).toEqual({ 200: 20 });
    const outcomes = answers.flatMap(({ body }) => body as unknown as Json[]).map(({ status }) => status);
    expect(outcomes.filter((status) => status === 'recorded')).toHaveLength(1);
    expect(outcomes.filter((status) => status === 'duplicate')).toHaveLength(39);
    expect((await w.balance(user_id)).balance).toBe('4.998500');
  });

  it('books finished work regardless of the balance, as debt if needed', async () => {
    const user_id = await w.user('0.001');
    expect(await send([log(user_id)])).toMatchObject([{ status: 'recorded' }]);
    expect(await w.balance(user_id)).toMatchObject({ balance: '0.000000', debt: '0.000500' });
    await w.verify(user_id);
  });

  it('finds the user, and opens an account for a new one', async () => {
    const user_id = `new-${randomUUID()}`;
    const owner = { user_api_key_user_id: user_id };
    await send([log('', { metadata: owner }), log(null, { metadata: owner }), log(user_id)]);
    expect(await events(user_id)).toHaveLength(3);
    expect((await w.balance(user_id)).balance).toBe('4.995500');
    expect(await send([log(null, { metadata: {} })])).toMatchObject([{ status: 'error', code: 'invalid_request' }]);
  });

  it('parses times as float seconds and as ISO strings, and accepts work from a clock that runs ahead', async () => {
    const user_id = await w.user();
    const at = new Date(Date.now() - 3_600_000);
    const naive = at.toISOString().slice(0, -1);
    const ends = [at.getTime() / 1000, at.toISOString(), naive, `${naive.replace('T', ' ')}123`];
    for (const endTime of ends) await send([log(user_id, { endTime })]);
    const stored = (await events(user_id)).map(({ occurred_at }) => (occurred_at as Date).toISOString());
    expect(stored).toEqual([at, at, at, at].map((date) => date.toISOString()));
    const { length } = await send([log(user_id, { endTime: Date.now() / 1000 + 86_400 })]);
    expect(length).toBe(1);
    const [latest] = (await events(user_id)).slice(-1);
    expect((latest!.occurred_at as Date).getTime()).toBeLessThanOrEqual(Date.now() + 1000);
  });

  it('records failed work without a charge unless it had a cost', async () => {
    const user_id = await w.user();
    const failure = {
      status: 'failure',
      response_cost: 0,
      total_tokens: 0,
      prompt_tokens: 0,
      completion_tokens: 0,
      hidden_params: {},
      error_information: { error_class: 'RateLimitError', error_code: '429', traceback: SECRETS[4] },
    };
    await send([
      log(user_id, failure),
      log(user_id, { ...failure, response_cost: null }),
      log(user_id, { ...failure, response_cost: 0.5 }),
    ]);
    const stored = await events(user_id);
    const recorded = stored.map(({ succeeded, total_cost, is_free_tier }) => [succeeded, total_cost, is_free_tier]);
    expect(recorded.toSorted()).toEqual([
      [false, '0.0000000000', false],
      [false, '0.0000000000', false],
      [false, '0.5000000000', false],
    ]);
    expect(stored[0]!.metadata).toMatchObject({ error_class: 'RateLimitError', error_code: '429' });
    expect((await w.balance(user_id)).balance).toBe('4.500000');
  });

  it('never treats an unknown price as free: zero cost is priced by the catalogue or by the flat rate of the tier', async () => {
    const user_id = await w.user();
    await send([log(user_id, { response_cost: 0, model: 'a-model-nobody-knows' })]);
    await send([log(user_id, { response_cost: undefined, cost: '0.00001234567890123' })]);
    await send([log(user_id, { response_cost: 0, cache_hit: true })]);
    expect((await events(user_id)).map(({ total_cost, is_rated }) => [total_cost, is_rated])).toEqual([
      ['0.0015000000', false],
      ['0.0000123457', true],
      ['0.0000000000', true],
    ]);
  });

  it('books the valid logs of a batch, and refuses users', async () => {
    const user_id = await w.user();
    const results = await send([
      log(user_id),
      { metadata: { user_api_key_user_id: user_id } },
      'nonsense',
      log(user_id, { response_cost: 1e12 }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['recorded', 'error', 'error', 'error']);
    expect((await w.post(PATH, [log(user_id)], { token: await w.as(user_id) })).status).toBe(403);
  });
});

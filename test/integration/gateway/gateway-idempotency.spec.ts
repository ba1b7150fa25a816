import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CallKeysRepository } from '../../../src/gateway/calls/call-keys.repository.js';
import { units } from '../../../src/platform/values/amount.js';
import type { Behaviour } from '../../stand-ins/openrouter/behaviour.js';
import { startApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { concurrently, type Json } from '../../support/factories.js';
import { GatewayWorld, MODEL, PLATFORM_KEY } from '../../support/gateway.js';

const COST = '0.0007875000';
const USAGE = { prompt_tokens: 1000, completion_tokens: 1000 };
const CHOICE = { index: 0, message: { content: 'so' }, finish_reason: 'stop' };
const WHOLE = JSON.stringify({ id: 'gen-1', model: MODEL, choices: [CHOICE], usage: USAGE });
const EMBEDDED = JSON.stringify({ id: 'gen-2', model: MODEL, data: [{ embedding: [0.5] }], usage: USAGE });
const CHUNK = { id: 'gen-3', model: MODEL, choices: [{ index: 0, delta: { content: 'so' }, finish_reason: 'stop' }] };
const STREAM = `data: ${JSON.stringify({ ...CHUNK, usage: USAGE })}\n\ndata: [DONE]\n\n`;
const KEY = 'job-1';

let g: GatewayWorld;
let user_id: string;

beforeAll(async () => {
  g = await GatewayWorld.start();
  await g.price(MODEL, 0.15, 0.6);
});
beforeEach(async () => {
  g.openrouter.reset();
  g.openrouter.behaviour = { verbatim: WHOLE };
  user_id = await g.w.user('5');
});
afterAll(() => g.close());

const body = (more: object = {}): object => ({
  model: MODEL,
  max_tokens: 1000,
  messages: [{ role: 'user', content: 'Hi' }],
  prompt: 'Hi',
  input: 'Hi',
  ...more,
});
const ask = (more: object = {}, how: Parameters<GatewayWorld['send']>[2] = {}): Promise<Response> =>
  g.send(user_id, body(more), { key: KEY, ...how });
const codeOf = async (answer: Response): Promise<unknown> => ((await answer.json()) as { error: Json }).error.code;

async function chargedOnce(cost = COST): Promise<void> {
  expect(await g.events(user_id)).toMatchObject([{ total_cost: cost }]);
  const lines = (await g.w.ledger(user_id)).filter(({ transaction_type }) => transaction_type === 'usage');
  expect(lines.reduce((sum, { amount }) => sum - units(amount as string), 0n)).toBe(units(cost));
}

describe('a call repeated with its Idempotency-Key', () => {
  it.each([
    ['/v1/chat/completions', WHOLE],
    ['/v1/completions', WHOLE],
    ['/v1/embeddings', EMBEDDED],
  ])('at %s is made and charged once; the answer is replayed', async (path, verbatim) => {
    g.openrouter.behaviour = { verbatim };
    const [first, second] = [await ask({}, { path }), await ask({}, { path })];
    expect([await first.text(), await second.text()]).toEqual([verbatim, verbatim]);
    expect([first.headers.get('idempotency-hit'), second.headers.get('idempotency-hit')]).toEqual([null, 'true']);
    for (const name of ['content-type', 'x-tollgate-cost', 'x-tollgate-balance']) {
      expect(second.headers.get(name)).toBe(first.headers.get(name));
    }
    expect(g.openrouter.calls).toHaveLength(1);
    await chargedOnce();
  });

  it('replays a stream', async () => {
    g.openrouter.behaviour = { verbatim: STREAM };
    const first = await (await ask({ stream: true })).text();
    const second = await ask({ stream: true });
    expect(second.headers.get('content-type')).toBe('text/event-stream');
    expect(await second.text()).toBe(first);
    await chargedOnce();
  });

  it('is refused while the first one is running', async () => {
    const gate = Promise.withResolvers<undefined>();
    g.openrouter.behaviour = { verbatim: WHOLE, gate: gate.promise };
    const statuses: number[] = [];
    const answers = concurrently(5, async () => statuses.push((await ask()).status));
    // all others are refused before the first one ends; later they would get its answer
    await eventually(() => g.openrouter.calls.length === 1 && statuses.length === 4);
    const again = await ask();
    expect([again.status, again.headers.get('retry-after'), again.headers.get('x-should-retry')]).toEqual([
      409,
      '2',
      'true',
    ]);
    expect(await codeOf(again)).toBe('call_in_progress');
    gate.resolve(undefined);
    await answers;
    expect(statuses).toEqual([409, 409, 409, 409, 200]);
    expect((await ask()).headers.get('idempotency-hit')).toBe('true');
    expect(g.openrouter.calls).toHaveLength(1);
    await chargedOnce();
  });

  it('conflicts if the body differs', async () => {
    await ask();
    const other = await ask({ max_tokens: 999 });
    expect([other.status, await codeOf(other)]).toEqual([409, 'idempotency_conflict']);
    expect(other.headers.get('x-should-retry')).toBe('false');
    await chargedOnce();
  });

  it('is a different call for a service than for the user', async () => {
    await ask();
    await g.send(user_id, body(), { key: KEY, token: g.w.service, path: `/v1/chat/completions?user_id=${user_id}` });
    expect(g.openrouter.calls).toHaveLength(2);
  });

  it('requires a key of at most 255 visible characters', async () => {
    const answer = await ask({}, { key: 'k'.repeat(256) });
    expect([answer.status, await codeOf(answer)]).toEqual([400, 'invalid_idempotency_key']);
    expect((await ask({}, { key: 'k'.repeat(255) })).status).toBe(200);
  });
});

describe('a call without a result is made again with the same key', () => {
  it.each<[string, Behaviour]>([
    ['was refused by the provider', { status: 502 }],
    ['failed within its answer', { verbatim: JSON.stringify({ error: { code: 502, message: 'gone' } }) }],
    ['got no answer', { reset: true }],
  ])('when it %s', async (_name, behaviour) => {
    g.openrouter.onNext('/chat/completions', { ...behaviour, ...('status' in behaviour && { verbatim: undefined }) });
    expect((await ask()).status).toBeGreaterThanOrEqual(500);
    expect((await ask()).status).toBe(200);
    expect((await g.w.balance(user_id)).balance).toBe('4.9992125');
  });

  it('when it lacked credits', async () => {
    user_id = await g.w.user('0');
    expect((await ask()).status).toBe(402);
    await g.w.bonus(user_id, '5');
    expect((await ask()).status).toBe(200);
  });
});

describe('a call whose process was lost', () => {
  it("is settled from the provider's record, never made again, and its key reports the cost", async () => {
    const record = {
      id: 'gen-3',
      model: MODEL,
      total_cost: 0.00075,
      native_tokens_prompt: 1000,
      native_tokens_completion: 9,
    };
    g.openrouter.behaviour = {};
    const verbatim = STREAM.slice(0, STREAM.indexOf('"finish_reason"'));
    g.openrouter.onNext('/chat/completions', { verbatim, cut_verbatim: true, record, generation_id: 'gen-3' });
    await (await ask({ stream: true })).text();
    expect(await codeOf(await ask({ stream: true }))).toBe('call_in_progress');
    await g.recover();
    const again = await ask({ stream: true });
    expect([again.status, again.headers.get('x-should-retry')]).toEqual([409, 'false']);
    expect(await again.json()).toMatchObject({ error: { code: 'answer_not_kept', cost: '0.0007875' } });
    expect(g.openrouter.calls.filter(({ method }) => method === 'POST')).toHaveLength(1);
    await chargedOnce();
  });

  it('is replayed by any instance', async () => {
    const first = await (await ask()).text();
    const env = { OPENROUTER_BASE_URL: g.openrouter.base_url, OPENROUTER_API_KEY: PLATFORM_KEY };
    const other: TestApp = await startApp({
      env: { ...env, ENCRYPTION_KEYS: `tests:${Buffer.alloc(32, 7).toString('base64')}` },
      database_url: g.w.t.database_url,
    });
    const call = {
      method: 'POST' as const,
      body: body(),
      token: await g.w.as(user_id),
      headers: { 'idempotency-key': KEY },
    };
    const again = await other.call('/v1/chat/completions', call);
    await other.close();
    expect([again.status, again.text, again.headers['idempotency-hit']]).toEqual([200, first, 'true']);
    await chargedOnce();
  });

  it('leaves only encrypted answers in the database, for at most a day', async () => {
    await ask();
    const kept = (): Promise<Json[]> => g.w.sql('SELECT * FROM call_answers WHERE user_id = $1', [user_id]);
    expect((await kept()).map(({ sealed_answer }) => sealed_answer)).toEqual([expect.not.stringContaining('choices')]);
    await g.w.sql(`UPDATE call_answers SET created_at = created_at - interval '25 hours'`);
    await g.w.t.app.get(CallKeysRepository).deleteOld();
    expect(await kept()).toEqual([]);
    expect(await codeOf(await ask())).toBe('answer_not_kept');
  });
});

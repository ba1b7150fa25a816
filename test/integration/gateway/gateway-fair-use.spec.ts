import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CALLS } from '../../../src/platform/config/openrouter-config.js';
import { eventually } from '../../support/eventually.js';
import { concurrently } from '../../support/factories.js';
import { GatewayWorld } from '../../support/gateway.js';

const LIMIT = 3;
const CONNECTIONS = 5;
const calls = { ...CALLS, connections_max: CONNECTIONS, connection_wait_ms: 100, unread_max_ms: 100 };

let g: GatewayWorld;

beforeAll(async () => {
  const env = { GATEWAY_CALLS_IN_FLIGHT: String(LIMIT), OWN_KEY_FEE_RATE: '0.05' };
  g = await GatewayWorld.start(env, { calls });
});
beforeEach(() => g.openrouter.reset());
afterAll(() => g.close());

const codeOf = async (answer: Response): Promise<string> =>
  ((await answer.json()) as { error: { code: string } }).error.code;
const statusesOf = (answers: readonly Response[]): number[] =>
  answers.map(({ status }) => status).sort((a, b) => a - b);
const atProvider = (count: number): Promise<true> => eventually(() => g.openrouter.calls.length === count);

describe('concurrent calls', () => {
  it('are limited per account; other accounts are still served', async () => {
    const [eager, other] = [await g.w.user('5'), await g.w.user('5')];
    const gate = Promise.withResolvers<undefined>();
    g.openrouter.behaviour = { gate: gate.promise };
    const answers = concurrently(LIMIT + 4, () => g.chat(eager));
    await atProvider(LIMIT);
    const refused = await g.chat(eager);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
    expect(await codeOf(refused)).toBe('too_many_calls_in_flight');
    const served = g.chat(other);
    await atProvider(LIMIT + 1);
    gate.resolve(undefined);
    expect([(await served).status, statusesOf(await answers)]).toEqual([
      200,
      [...Array<number>(LIMIT).fill(200), 429, 429, 429, 429],
    ]);
    g.openrouter.behaviour = {};
    expect(statusesOf(await concurrently(LIMIT, () => g.chat(eager)))).toEqual(Array<number>(LIMIT).fill(200));
    await g.w.verify(eager);
  });

  it('wait for a connection for a limited time and are then refused without a charge', async () => {
    const users = await Promise.all(Array.from({ length: CONNECTIONS }, () => g.w.user('5')));
    const late = await g.w.user('5');
    const gate = Promise.withResolvers<undefined>();
    g.openrouter.behaviour = { gate: gate.promise };
    const running = users.map((user_id) => g.chat(user_id));
    await atProvider(CONNECTIONS);
    const refused = await g.chat(late);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await codeOf(refused)).toBe('provider_busy');
    expect(await g.w.balance(late)).toMatchObject({ balance: '5.000000', held: '0.000000' });
    gate.resolve(undefined);
    for (const answer of await Promise.all(running)) expect(answer.status).toBe(200);
    g.openrouter.behaviour = {};
    expect((await g.chat(late)).status).toBe(200);
  });
});

describe('a client that disconnected', () => {
  it("is not waited for forever: the call is settled from the provider's record", async () => {
    const user_id = await g.w.user('5');
    const client = new AbortController();
    g.openrouter.behaviour = { body_ms: 20_000, output_tokens: 20 };
    const answer = g.chat(user_id, {}, {}, client.signal).catch(() => null);
    await eventually(async () => (await g.openCalls()).some(({ work_id }) => work_id !== null));
    client.abort();
    await answer;
    await eventually(() => g.openrouter.calls[0]!.ended === 'aborted');
    await eventually(async () => {
      await g.recover();
      return (await g.openCalls()).length === 0;
    });
    expect(await g.events(user_id)).toMatchObject([{ source: 'gateway', output_tokens: 20 }]);
    await g.w.verify(user_id);
  });

  it("owes the fee even if the user's key is deleted before the call is settled", async () => {
    const user_id = await g.w.user('5');
    await g.connect(user_id, 'sk-or-v1-a-key-that-is-removed');
    g.openrouter.reset();
    const client = new AbortController();
    g.openrouter.behaviour = { body_ms: 20_000, output_tokens: 20 };
    const answer = g.chat(user_id, {}, {}, client.signal).catch(() => null);
    await eventually(async () => (await g.openCalls()).some(({ work_id }) => work_id !== null));
    client.abort();
    await answer;
    await eventually(async () => (await g.openCalls()).some(({ work_progress }) => work_progress !== null));
    const [{ work_progress } = {}] = await g.openCalls();
    expect(JSON.stringify(work_progress)).not.toContain('a-key-that-is-removed');
    await g.w.sql('DELETE FROM openrouter_accounts WHERE user_id = $1', [user_id]);
    await g.recover();
    const [event] = await g.events(user_id);
    expect(event).toMatchObject({ output_tokens: 20, metadata: { key: 'own' } });
    expect(Number(event!.total_cost)).toBeGreaterThan(0);
    expect(await g.w.sql('SELECT work_progress FROM credit_holds WHERE user_id = $1', [user_id])).toEqual([
      { work_progress: null },
    ]);
    await g.w.verify(user_id);
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { LeasesRepository } from '../../../src/credits/holds/leases.repository.js';
import { CallsRecoveryJob } from '../../../src/gateway/calls/calls-recovery.job.js';
import { OpenCalls } from '../../../src/gateway/calls/open-calls.js';
import { readUsage } from '../../../src/pricing/usage/usage.js';
import { systemActor } from '../../../src/platform/actor.js';
import { units } from '../../../src/platform/values/amount.js';
import type { Behaviour } from '../../stand-ins/openrouter/behaviour.js';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import { eventually } from '../../support/eventually.js';
import { END_LEASES } from '../../support/leases.js';
import { concurrently, type Json, TestEnv } from '../../support/factories.js';

const MODEL = 'openai/gpt-4o-mini';
const RUN = { signal: new AbortController().signal, log: new Logger('a-test') };
const TOKENS = 20;
/** More than all socket buffers in between can hold. */
const MANY_TOKENS = 100_000;

let openrouter: OpenRouterStandIn;
let w: TestEnv;
let base: string;

beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
  const env = { OPENROUTER_BASE_URL: openrouter.base_url, OPENROUTER_API_KEY: 'sk-or-v1-platform-key-of-the-tests' };
  w = await TestEnv.start({ env });
  const { data } = (await (await fetch(`${openrouter.base_url}/models`)).json()) as { data: unknown[] };
  await w.done('pricing/import', { data });
  await w.t.app.listen(0, '127.0.0.1');
  base = await w.t.app.getUrl();
});
beforeEach(() => openrouter.reset());
afterEach(async () => {
  expect(await openCalls()).toEqual([]);
});
afterAll(async () => {
  await w.close();
  await openrouter.stop();
});

/** Starts a stream; aborting it disconnects. */
async function start(user_id: string, stand_in: Behaviour, client = new AbortController()) {
  const body = { model: MODEL, stream: true, max_tokens: 200_000, messages: [{ role: 'user', content: 'Hi' }] };
  const answer = await fetch(`${base}/api/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await w.as(user_id)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, stand_in: { output_tokens: TOKENS, ...stand_in } }),
    signal: client.signal,
  });
  return { answer, hangUp: () => client.abort() };
}

const events = (user_id: string): Promise<Json[]> => w.sql('SELECT * FROM usage_events WHERE user_id = $1', [user_id]);
const openCalls = (): Promise<Json[]> => w.sql('SELECT * FROM credit_holds WHERE lease_until IS NOT NULL');

const endLeases = (): Promise<Json[]> => w.sql(END_LEASES);

/** Settles open calls, as the job does when their lease has expired. */
async function recover(): Promise<void> {
  await endLeases();
  await w.t.app.get(CallsRecoveryJob).endAll(RUN);
}

/** Expects one charge for the prompt and this many output tokens, and no remaining hold. */
async function chargedFor(user_id: string, output_tokens: unknown): Promise<void> {
  const recorded = await events(user_id);
  expect(recorded).toMatchObject([{ source: 'gateway', input_tokens: expect.any(Number), output_tokens }]);
  expect(await w.balance(user_id)).toMatchObject({ held: '0.000000', debt: '0.000000' });
  const lines = (await w.ledger(user_id)).filter(({ transaction_type }) => transaction_type === 'usage');
  expect(lines.map(({ amount }) => units(amount as string))).toEqual([-units(recorded[0]!.total_cost as string)]);
  await w.verify(user_id);
}

describe('a stream', () => {
  it('is forwarded as it arrives, with cost and balance before its end', async () => {
    const user_id = await w.user('5');
    const { answer } = await start(user_id, {});
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const text = await answer.text();
    expect(text).toMatch(/^: OPENROUTER PROCESSING\n\ndata: /);
    const comment = /\n\n: cost (\S+) balance (\S+)\n\ndata: \[DONE\]\n\n$/.exec(text);
    await chargedFor(user_id, TOKENS);
    const [event] = await events(user_id);
    expect(units(comment![1]!)).toBe(units(event!.total_cost as string));
    expect(comment![2]).toBe((await w.balance(user_id)).balance);
  });

  it('slows down the provider for a slow client instead of buffering', async () => {
    const user_id = await w.user('5');
    const { answer } = await start(user_id, { output_tokens: MANY_TOKENS });
    const [call] = openrouter.calls;
    let seen = -1;
    await eventually(() => {
      const isStill = call!.tokens_sent === seen;
      seen = call!.tokens_sent;
      return isStill;
    });
    expect(seen).toBeLessThan(MANY_TOKENS);
    expect((await answer.text()).match(/ so"/g)).toHaveLength(MANY_TOKENS - 1);
    await chargedFor(user_id, MANY_TOKENS);
  });

  it('runs concurrently with many others', async () => {
    const users = await concurrently(100, () => w.user('5'));
    const texts = await Promise.all(
      users.map(async (user_id) => (await start(user_id, { token_ms: 1 })).answer.text()),
    );
    expect(texts.every((text) => text.endsWith('data: [DONE]\n\n'))).toBe(true);
    for (const user_id of users.slice(0, 5)) await chargedFor(user_id, TOKENS);
  });
});

describe('a stream that fails at the provider', () => {
  it.each<[string, Behaviour, unknown]>([
    ['breaks off with an error', { error_after: 3 }, 3],
    ['is cut', { cut_after: 3 }, 3],
    ['has no usage', { usage: 'missing' }, TOKENS],
  ])("and %s is charged from the provider's record", async (_name, stand_in, tokens) => {
    const user_id = await w.user('5');
    await (await start(user_id, stand_in)).answer.text();
    await eventually(async () => (await openCalls()).length === 1);
    expect(await events(user_id)).toEqual([]);
    await recover();
    await chargedFor(user_id, tokens);
  });

  it('is looked up until the record exists', async () => {
    const user_id = await w.user('5');
    await (await start(user_id, { usage: 'missing', generation_misses: 2 })).answer.text();
    await recover();
    await recover();
    expect([await events(user_id), (await openCalls()).length]).toEqual([[], 1]);
    await recover();
    await chargedFor(user_id, TOKENS);
  });

  it('is given up and marked if there is no record after a day', async () => {
    const user_id = await w.user('5');
    const { answer } = await start(user_id, { cut_after: 3, generation_misses: 99 });
    expect(await answer.text()).toContain('"code":"provider_broke_off"');
    await recover();
    expect(await events(user_id)).toEqual([]);
    await w.sql(`UPDATE credit_holds SET created_at = created_at - interval '25 hours'`);
    await recover();
    expect(await events(user_id)).toMatchObject([{ total_cost: '0.0000000000', metadata: { unresolved: true } }]);
    expect(await w.balance(user_id)).toMatchObject({ balance: '5.000000', held: '0.000000' });
  });

  it('before its first token returns the refusal', async () => {
    const user_id = await w.user('5');
    const { answer } = await start(user_id, { status: 429, retry_after_s: 3 });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3']);
    expect(await answer.json()).toMatchObject({ error: { type: 'rate_limit_error' } });
    expect(await w.balance(user_id)).toMatchObject({ balance: '5.000000', held: '0.000000' });
  });
});

describe('a client that disconnects', () => {
  it('before the first byte is charged for the generated answer', async () => {
    const user_id = await w.user('5');
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    openrouter.behaviour = { gate };
    const client = new AbortController();
    const started = start(user_id, {}, client).catch(() => undefined);
    await eventually(() => openrouter.calls.length === 1);
    client.abort();
    open();
    await started;
    await eventually(async () => (await events(user_id)).length === 1);
    await eventually(async () => (await openCalls()).length === 0);
    await chargedFor(user_id, TOKENS);
  });

  it.each([1, 10, TOKENS - 1])('after %i tokens is charged for all of it, when it ends soon', async (tokens) => {
    const user_id = await w.user('5');
    const { answer, hangUp } = await start(user_id, { token_ms: 2 });
    let text = '';
    await answer
      .body!.pipeTo(
        new WritableStream<Uint8Array>({
          write: (bytes) => {
            text += Buffer.from(bytes).toString();
            if (text.split('"content":').length > tokens) hangUp();
          },
        }),
      )
      .catch(() => undefined);
    await eventually(async () => (await events(user_id)).length === 1 && (await openCalls()).length === 0);
    await chargedFor(user_id, TOKENS);
  });

  it('from a long answer is charged for the output up to that point', async () => {
    const user_id = await w.user('5');
    const { hangUp } = await start(user_id, { stall_after: 5 });
    await eventually(() => openrouter.calls[0]!.tokens_sent === 5);
    hangUp();
    await eventually(() => openrouter.calls[0]!.ended === 'aborted');
    await eventually(async () => (await openCalls()).filter(({ work_id }) => work_id !== null).length === 1);
    await recover();
    await chargedFor(user_id, 5);
  });
});

const begin = async (user_id: string) => {
  const call = { user_id, model: MODEL, is_own_key: false, tags: null, member_id: null, api_key: 'sk-or-v1-any' };
  return w.t.app.get(OpenCalls).begin(systemActor('a-test'), call, { cost: units('1'), is_free: false });
};

describe('a call whose hold was lost in a database crash', () => {
  /** Holds are committed asynchronously, so a crash can lose them. */
  async function beginAndLose(user_id: string) {
    const call = await begin(user_id);
    await w.sql('DELETE FROM credit_holds WHERE user_id = $1', [user_id]);
    await w.sql('UPDATE user_credits SET held = 0, calls_today = 0, calls_this_period = 0 WHERE user_id = $1', [
      user_id,
    ]);
    return call;
  }
  const usage = readUsage({ prompt_tokens: 10, completion_tokens: TOKENS, cost: 2 });

  it('is still charged, once and as one call, however often it is settled', async () => {
    const user_id = await w.user('5');
    const calls = w.t.app.get(OpenCalls);
    const call = await beginAndLose(user_id);
    const ending = { usage, model: MODEL, made: 'all' as const, generation_id: 'gen-lost' };
    const settled = await calls.end(call, ending);
    expect(settled).toEqual({ cost: expect.any(String), balance: (await w.balance(user_id)).balance });
    expect((await calls.end(call, ending))?.balance).toBe(settled!.balance);
    await chargedFor(user_id, TOKENS);
    expect(await w.sql('SELECT calls_today FROM user_credits WHERE user_id = $1', [user_id])).toEqual([
      { calls_today: 1 },
    ]);
  });

  it('is charged even if its held credits were spent meanwhile', async () => {
    const user_id = await w.user('5');
    const call = await beginAndLose(user_id);
    await w.deduct(user_id, '4');
    await w.t.app.get(OpenCalls).end(call, { usage, model: MODEL, made: 'all', generation_id: null });
    const [event] = await events(user_id);
    const debt = units(event!.total_cost as string) - units('1');
    expect(units((await w.balance(user_id)).debt as string)).toBe(debt);
    await w.verify(user_id);
  });

  it('costs nothing if nothing was generated', async () => {
    const user_id = await w.user('5');
    await w.t.app.get(OpenCalls).cancel(await beginAndLose(user_id));
    expect(await w.balance(user_id)).toMatchObject({ held: '0.000000', balance: '5.000000' });
  });
});

describe('a call whose process is gone', () => {
  it('is not taken over before its lease expires', async () => {
    const user_id = await w.user('5');
    const call = await begin(user_id);
    await w.t.app.get(CallsRecoveryJob).endAll(RUN);
    expect(await w.balance(user_id)).toMatchObject({ held: '1.000000' });
    await w.t.app.get(OpenCalls).cancel(call);
    expect(await w.balance(user_id)).toMatchObject({ held: '0.000000', balance: '5.000000' });
  });

  it('before the provider answered is released by one instance', async () => {
    const user_id = await w.user('5');
    const call = await begin(user_id);
    await endLeases();
    const repository = w.t.app.get(LeasesRepository);
    const taken = await concurrently(5, () => repository.takeOver(45, 10));
    expect(taken.flat()).toHaveLength(1);
    await recover();
    expect(await w.balance(user_id)).toMatchObject({ held: '0.000000', balance: '5.000000' });
    // even if the process comes back, nothing is charged twice
    expect(
      await w.t.app.get(OpenCalls).end(call, { usage: null, model: null, made: 'part', generation_id: null }),
    ).toBeNull();
    expect(await events(user_id)).toEqual([]);
  });

  it('is charged once even if its hold expired, however often it is settled', async () => {
    const user_id = await w.user('5');
    await (await start(user_id, { usage: 'missing' })).answer.text();
    await w.sql(`UPDATE credit_holds SET expires_at = now() - interval '1 second' WHERE user_id = $1`, [user_id]);
    await w.sql(`UPDATE user_credits SET due_at = now() - interval '1 second' WHERE user_id = $1`, [user_id]);
    await recover();
    await chargedFor(user_id, TOKENS);
    await w.sql('UPDATE credit_holds SET lease_until = now() WHERE user_id = $1', [user_id]);
    await recover();
    await chargedFor(user_id, TOKENS);
  });
});

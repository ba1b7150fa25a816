import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { CallsRecoveryJob } from '../../../src/gateway/calls/calls-recovery.job.js';
import { units } from '../../../src/platform/values/amount.js';
import type { Behaviour } from '../../stand-ins/openrouter/behaviour.js';
import { eventually } from '../../support/eventually.js';
import { END_LEASES } from '../../support/leases.js';
import { GatewayWorld } from '../../support/gateway.js';

const RUN = { signal: new AbortController().signal, log: new Logger('a-test') };
const TOKENS = 20;

/** A point at which a client disconnects. */
interface AbortPoint {
  stand_in: Behaviour;
  stream: boolean;
  /** Whether the point is reached, given the provider's calls and the text that the client has received. */
  isNow: (seen: string | null) => boolean;
  /** Charged output tokens; null for no charge. */
  tokens: number | null;
}

const soon = { first_byte_ms: 300 };
const tokensIn = (seen: string | null): number => (seen ?? '').split(' so"').length;
const ABORT_POINTS: Record<string, AbortPoint> = {
  'a stream before its head': { stand_in: soon, stream: true, isNow: () => true, tokens: TOKENS },
  'a stream before its first token': {
    stand_in: { stall_after: 0 },
    stream: true,
    isNow: (seen) => seen !== null,
    tokens: 0,
  },
  'a stream that ends soon': {
    stand_in: { token_ms: 5 },
    stream: true,
    isNow: (seen) => tokensIn(seen) > 3,
    tokens: TOKENS,
  },
  'a stream that does not end soon': {
    stand_in: { stall_after: 5 },
    stream: true,
    isNow: (seen) => tokensIn(seen) === 5,
    tokens: 5,
  },
  'a stream before the mark of its end': {
    stand_in: { stall_before_done: true },
    stream: true,
    tokens: TOKENS,
    isNow: (seen) => seen?.includes('"usage"') ?? false,
  },
  'a stream after its end': {
    stand_in: {},
    stream: true,
    isNow: (seen) => seen?.endsWith('[DONE]\n\n') ?? false,
    tokens: TOKENS,
  },
  'an answer in one piece before its head': { stand_in: soon, stream: false, isNow: () => true, tokens: TOKENS },
  'an answer in one piece before its body': {
    stand_in: { body_ms: 300 },
    stream: false,
    isNow: () => true,
    tokens: TOKENS,
  },
  'an answer in one piece that is cut': {
    stand_in: { cut_body: true },
    stream: false,
    isNow: () => false,
    tokens: TOKENS,
  },
  'an answer in one piece that is cut and has no name': {
    stand_in: { cut_body: true, nameless: true },
    stream: false,
    isNow: () => false,
    tokens: null,
  },
};

let g: GatewayWorld;

beforeAll(async () => {
  g = await GatewayWorld.start({ OWN_KEY_FEE_RATE: '0.05' });
});
beforeEach(() => g.openrouter.reset());
afterAll(() => g.close());

/** Sends a call, reads the answer, and disconnects at the given point. */
async function askAndGo(user_id: string, name: string): Promise<void> {
  const { stand_in, stream, isNow } = ABORT_POINTS[name]!;
  const client = new AbortController();
  let seen: string | null = null;
  const reading = (async () => {
    const answer = await g.chat(
      user_id,
      { output_tokens: TOKENS, ...stand_in },
      { stream, stage: name },
      client.signal,
    );
    seen = '';
    const decoder = new TextDecoder();
    for await (const bytes of answer.body!) seen += decoder.decode(bytes as Uint8Array, { stream: true });
  })().catch(() => undefined);
  let isOver = false;
  void reading.then(() => (isOver = true));
  await eventually(() => isOver || (g.openrouter.calls.some(({ body }) => body?.stage === name) && isNow(seen)));
  client.abort();
  await reading;
}

/** Expects one charge for the prompt and this many output tokens, and no remaining hold. */
async function chargedFor(user_id: string, output_tokens: number | null): Promise<void> {
  const events = await g.events(user_id);
  expect(events).toMatchObject(output_tokens === null ? [] : [{ source: 'gateway', input_tokens: 5, output_tokens }]);
  expect(await g.w.balance(user_id)).toMatchObject({ held: '0.000000', debt: '0.000000' });
  const lines = (await g.w.ledger(user_id)).filter(({ transaction_type }) => transaction_type === 'usage');
  expect(lines.map(({ amount }) => units(amount as string))).toEqual(
    events.map(({ total_cost }) => -units(total_cost as string)),
  );
  expect(lines.every(({ amount }) => units(amount as string) < 0n)).toBe(true);
  await g.w.verify(user_id);
}

describe('a client that disconnects', () => {
  it.each(['platform', 'own'])('is charged for what was made, wherever it was, with the key: %s', async (key) => {
    const users = new Map<string, string>();
    for (const name of Object.keys(ABORT_POINTS)) users.set(name, await g.w.user('5'));
    if (key === 'own') {
      await Promise.all([...users.values()].map((user_id) => g.connect(user_id, `sk-or-v1-own-${user_id}`)));
    }
    g.openrouter.reset();
    await Promise.all([...users].map(([name, user_id]) => askAndGo(user_id, name)));
    await eventually(() => g.openrouter.calls.every(({ ended }) => ended !== 'running'));
    const job = g.w.t.app.get(CallsRecoveryJob);
    await eventually(async () => {
      // calls with an unknown outcome are settled by the job
      await g.w.sql(`${END_LEASES} AND work_id IS NOT NULL`);
      await job.endAll(RUN);
      return (await g.openCalls()).length === 0;
    });
    for (const [name, user_id] of users) {
      await chargedFor(user_id, ABORT_POINTS[name]!.tokens).catch((error: unknown) => {
        throw new Error(name, { cause: error });
      });
    }
  });
});

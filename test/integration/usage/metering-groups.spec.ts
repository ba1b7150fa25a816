import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hash } from 'node:crypto';
import { PostingEngine } from '../../../src/credits/posting/posting.engine.js';
import { UNATTRIBUTED } from '../../../src/platform/attribution.js';
import type { NewEvent } from '../../../src/metering/usage-event.js';
import { systemActor } from '../../../src/platform/actor.js';
import { DomainError } from '../../../src/platform/errors.js';
import { TestEnv } from '../../support/factories.js';

const RUNS = 20;
const ACTOR = systemActor('a-test');

/** One piece of work: its cost in tenths of a credit, and its name and key, if any. */
interface Work {
  kind: 'deduct' | 'settle';
  cost: number;
  is_free: boolean;
  name: string | null;
  key: string | null;
}

const works: fc.Arbitrary<Work[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('deduct', 'deduct', 'settle'),
    cost: fc.nat(15),
    is_free: fc.nat(3).map((side) => side === 0),
    name: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')),
    key: fc.option(fc.constantFrom('k', 'l', 'm'), { freq: 3 }),
  }),
  { minLength: 1, maxLength: 14 },
);

function eventOf(user_id: string, { cost, name, is_free }: Work): NewEvent {
  const list_cost = `${Math.floor(cost / 10)}.${cost % 10}`;
  const total_cost = is_free ? '0' : list_cost;
  return {
    user_id,
    service: 'tts',
    model: null,
    source: 'api',
    request_id: name,
    ...UNATTRIBUTED,
    metadata: {},
    session_id: null,
    tokens_used: 0,
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    cache_write_1h_tokens: 0,
    audio_cache_read_tokens: 0,
    image_output_tokens: 0,
    measures: null,
    service_tier: null,
    price_multiplier: null,
    unread_usage: null,
    reasoning_tokens: 0,
    audio_input_tokens: 0,
    audio_output_tokens: 0,
    image_tokens: 0,
    quantity: null,
    unit: null,
    provider_cost: total_cost,
    platform_markup: '0',
    total_cost,
    cache_savings: null,
    is_free_tier: is_free,
    billable: true,
    is_rated: true,
    succeeded: true,
    duration_seconds: null,
    occurred_at: null,
    content_hash: null,
    price_id: null,
    markup_rule_id: null,
    markup_rate: null,
    ...(is_free && { list_cost }),
  };
}

describe('metered work that is posted in groups', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start();
  });
  afterAll(() => w.close());

  /** The result for the caller, with ids replaced by the index of the call that first returned them. */
  async function outcomesOf(user_id: string, calls: Promise<unknown>[]): Promise<unknown[]> {
    const ids: string[] = [];
    const ends = await Promise.allSettled(calls);
    const standing = ends.map((end, i) => {
      if (end.status === 'rejected') {
        if (!(end.reason instanceof DomainError)) throw end.reason;
        const { required, available, limit } = end.reason.extra;
        return { code: end.reason.code, required, available, limit };
      }
      const { event, account, replayed } = end.value as Awaited<ReturnType<PostingEngine['meter']>>;
      if (!ids.includes(event.id)) ids[i] = event.id;
      const { balance, debt, used_this_period, free_tier_used } = account;
      const first = ids.indexOf(event.id);
      const isCharged = event.transaction_id !== null;
      return {
        first,
        isCharged,
        cost: Number(event.total_cost),
        replayed,
        ...numbers({ balance, debt, used_this_period, free_tier_used }),
      };
    });
    await w.verify(user_id);
    const [counted] = await w.sql(
      'SELECT calls_today, free_calls_today, calls_this_period, free_tier_used FROM user_credits WHERE user_id = $1',
      [user_id],
    );
    return [...standing, counted];
  }

  const numbers = (amounts: Record<string, string>) =>
    Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, Number(amount)]));

  it('has the same result as posting each piece alone', async () => {
    const engine = w.t.app.get(PostingEngine);
    const meter = (user_id: string, work: Work) => {
      const key = work.key === null ? undefined : { key: work.key, request_hash: hash('sha256', JSON.stringify(work)) };
      return engine.meter(ACTOR, work.kind, { event: eventOf(user_id, work), key });
    };
    await fc.assert(
      fc.asyncProperty(works, fc.option(fc.nat(10)), fc.option(fc.nat(3)), async (given, limit, free_limit) => {
        const [together, alone] = [await w.user(), await w.user()];
        await w.sql('UPDATE user_credits SET calls_per_day = $2, free_calls_per_day = $3 WHERE user_id = ANY ($1)', [
          [together, alone],
          limit,
          free_limit,
        ]);
        const batched = await outcomesOf(
          together,
          given.map((work) => meter(together, work)),
        );
        const oneByOne: Promise<unknown>[] = [];
        for (const work of given) {
          const call = meter(alone, work);
          oneByOne.push(call);
          await call.catch(() => undefined);
        }
        expect(batched).toEqual(await outcomesOf(alone, oneByOne));
      }),
      { numRuns: RUNS },
    );
  });
});

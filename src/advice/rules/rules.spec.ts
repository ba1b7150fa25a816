import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amount, units } from '../../platform/values/amount.js';
import { DAY_MS } from '../../platform/values/calendar.js';
import { NO_TOKENS, type TokenPools } from '../../pricing/rating/work.js';
import { type Advice, adviceId, monthlySaving, worthwhile } from '../advice.js';
import { type AdviceFacts, type PastWork, promptTokens } from '../past-work.js';
import { needsOf } from './candidates.js';
import { expiringCredits } from './expiring-credits.js';
import { cachedWork } from './prompt-cache.js';

const TO = new Date('2026-12-01T00:00:00Z');
const daysAgo = (days: number): Date => new Date(TO.getTime() - days * DAY_MS);

const done = ({
  tokens = {},
  ...more
}: Partial<Omit<PastWork, 'tokens'>> & { tokens?: Partial<TokenPools> }): PastWork => {
  const pools = { ...NO_TOKENS, ...tokens };
  return {
    service: 'openrouter',
    model: 'acme/large',
    tokens: pools,
    tokens_used: Object.values(pools).reduce((sum, count) => sum + count, 0),
    quantities: [],
    service_tier: null,
    billable: true,
    succeeded: true,
    occurred_at: daysAgo(1),
    session_id: null,
    total_cost: 0n,
    provider_cost: 0n,
    is_free: false,
    is_own_key: false,
    ...more,
  };
};

const advice = (current: string, projected: string, days: number): Advice => ({
  kind: 'cheaper_model',
  subject: ['a', 'b'],
  title: '',
  message: '',
  details: {},
  basis: { from: daysAgo(days), to: TO, requests: 60, tokens: 1 },
  currency: 'credits',
  current: units(current),
  projected: units(projected),
  confidence: 'high',
  caveats: [],
  new_tier: null,
});

describe('the saving', () => {
  it('is the difference, scaled up only if the work is of less than 30 days', () => {
    expect(amount(monthlySaving(advice('10', '4', 30)))).toBe('6.000000');
    expect(amount(monthlySaving(advice('10', '4', 3)))).toBe('60.000000');
    expect(amount(monthlySaving(advice('4', '10', 30)))).toBe('0.000000');
  });

  it('is worth a recommendation from one credit on, the largest first', () => {
    const [small, exact, large] = [advice('1.9', '1', 30), advice('2', '1', 30), advice('9', '1', 30)];
    expect(worthwhile([small, exact, large])).toEqual([large, exact]);
  });

  it('has no part in the id, but kind and subject have', () => {
    expect(adviceId(advice('9', '1', 30))).toBe(adviceId(advice('5', '1', 3)));
    expect(adviceId({ kind: 'plan', subject: ['a', 'b'] })).not.toBe(adviceId({ kind: 'plan', subject: ['ab'] }));
  });
});

describe('what a model must be able to do', () => {
  it('is what 99 % of the calls need', () => {
    const calls = Array.from({ length: 200 }, (_, n) =>
      done({ tokens: { input_tokens: n < 198 ? 1_000 : 90_000, output_tokens: 10 } }),
    );
    expect(needsOf(calls)).toMatchObject({ context_p99: 1_010, output_p99: 10 });
    expect(needsOf([...calls, ...calls.slice(198)]).context_p99).toBe(90_010);
  });

  it('includes the media and units that were used', () => {
    const calls = [
      done({ tokens: { image_tokens: 5 } }),
      done({
        quantities: [
          { unit: 'minute', count: 1n },
          { unit: 'request', count: 1n },
        ],
      }),
    ];
    expect([...needsOf(calls).columns]).toEqual(['image_per_million', 'per_second']);
  });
});

describe('the cache for prompts', () => {
  const calls = fc.array(
    fc.record({ minute: fc.nat(20), input: fc.nat(9_000), read: fc.nat(3_000), session: fc.constantFrom('a', 'b') }),
    { maxLength: 20 },
  );

  it('moves tokens of the prompt from pool to pool, and neither makes nor loses any', () =>
    fc.assert(
      fc.property(calls, (given) => {
        const work = given
          .toSorted((a, b) => a.minute - b.minute)
          .map(({ minute, input, read, session }) =>
            done({
              tokens: { input_tokens: input, cache_read_tokens: read },
              session_id: session,
              occurred_at: new Date(TO.getTime() + minute * 60_000),
            }),
          );
        for (const { work: one, cached } of cachedWork(work)) {
          expect(promptTokens(cached)).toBe(promptTokens(one.tokens));
          expect(cached.cache_read_tokens).toBeGreaterThanOrEqual(one.tokens.cache_read_tokens);
          expect(Object.values(cached).every((count) => (count as number) >= 0)).toBe(true);
        }
      }),
    ));

  it('keeps a prompt for five minutes', () => {
    const at = (ms: number) =>
      done({ tokens: { input_tokens: 2_000 }, session_id: 's', occurred_at: new Date(TO.getTime() + ms) });
    const reads = (ms: number) => cachedWork([at(0), at(ms)])[1]?.cached.cache_read_tokens;
    expect(reads(300_000)).toBe(2_000);
    expect(reads(300_001)).toBe(0);
  });
});

describe('credits that expire', () => {
  const facts = (spent: string, grants: AdviceFacts['grants']) =>
    ({ from: daysAgo(30), to: TO, work: [done({ total_cost: units(spent) })], grants }) as unknown as AdviceFacts;
  const inDays = (days: number) => daysAgo(-days);

  it('are lost as far as the usual usage does not reach them in time', () => {
    const grants = [
      { remaining: '10', expires_at: inDays(15) },
      { remaining: '100', expires_at: null },
    ];
    expect(expiringCredits(facts('60', grants))).toEqual([]); // 30 credits would burn until then
    const [found] = expiringCredits(facts('12', grants)); // 6 credits
    expect(found?.details).toMatchObject({ expiring: '10.000000', lost: '4.000000' });
  });

  it('wait for the grants that burn first', () => {
    const grants = [
      { remaining: '20', expires_at: null },
      { remaining: '10', expires_at: inDays(10) },
    ];
    expect(expiringCredits(facts('60', grants))[0]?.details).toMatchObject({ lost: '10.000000' });
    expect(expiringCredits(facts('90', grants))).toEqual([]);
  });

  it('never lose more than expires', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ remaining: fc.nat(1_000), days: fc.option(fc.integer({ min: 1, max: 60 })) }), {
          maxLength: 8,
        }),
        fc.nat(3_000),
        (given, spent) => {
          const grants = given.map(({ remaining, days }) => ({
            remaining: String(remaining),
            expires_at: days === null ? null : inDays(days),
          }));
          for (const { current, projected } of expiringCredits(facts(String(spent), grants))) {
            expect(projected >= 0n && projected < current).toBe(true);
          }
        },
      ),
    ));
});

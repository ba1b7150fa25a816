import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UNATTRIBUTED } from '../../platform/attribution.js';
import { type InvalidInput } from '../../platform/errors.js';
import { POOLS, type TokenPools } from '../../pricing/rating/work.js';
import { EARLY_MAX_S, eventOf, LATE_MAX_DAYS, type ReportedWork, reportOf, workOf } from './usage-report.js';

const NOW = new Date('2027-03-28T12:00:00Z');
const BY = { user_id: 'u', source: 'api' };
const report = (work: Partial<ReportedWork>) => reportOf({ service: 'tts', ...work }, BY, NOW);

/** Returns the invalid fields. */
function faultsOf(work: Partial<ReportedWork>): string[] {
  try {
    report(work);
    return [];
  } catch (error) {
    return (error as InvalidInput).extra.errors!.map(({ field }) => field);
  }
}

describe('a report', () => {
  it('has defaults for all optional fields', () => {
    const { tokens, ...rest } = report({});
    expect(Object.values(tokens)).toEqual(POOLS.map(() => 0));
    expect(rest).toEqual({
      ...BY,
      service: 'tts',
      model: null,
      tokens_used: 0,
      quantity: null,
      unit: null,
      cost: null,
      measures: null,
      service_tier: null,
      unread_usage: null,
      provider_cost: null,
      content_hash: null,
      is_free: false,
      billable: true,
      succeeded: true,
      session_id: null,
      request_id: null,
      duration_seconds: null,
      occurred_at: null,
      metadata: {},
      tags: null,
      charge: null,
    });
  });

  it('counts all tokens, including those of unknown kind', () => {
    const pools = fc.record(Object.fromEntries(POOLS.map((pool) => [pool, fc.nat(1000)])));
    fc.assert(
      fc.property(pools, fc.option(fc.nat(9000), { nil: undefined }), (given, tokens) => {
        const sum = Object.values(given).reduce((a, b) => a + b, 0);
        const work = { ...(given as unknown as TokenPools), tokens };
        if (tokens !== undefined && tokens < sum) expect(faultsOf(work)).toEqual(['tokens']);
        else expect(report(work)).toMatchObject({ tokens: given, tokens_used: tokens ?? sum });
      }),
    );
  });

  it.each([
    [{}, null],
    [{ charge: false, settle: false }, null],
    [{ charge: true }, 'deduct'],
    [{ settle: true }, 'settle'],
    [{ charge: true, settle: true }, 'settle'],
  ] as const)('of %j is charged by %s', (work, charge) => expect(report(work).charge).toBe(charge));

  it('names all contradictory fields', () => {
    expect(faultsOf({ unit: 'second', is_free: true, cost: '0.0000000001', tokens: 1, input_tokens: 2 })).toEqual([
      'tokens',
      'quantity',
      'is_free',
    ]);
    expect(faultsOf({ quantity: '1' })).toEqual(['unit']);
    expect(faultsOf({ is_free: true, cost: '0.000000' })).toEqual([]);
  });

  it('can be late or early only within the limits', () => {
    const at = (ms: number): string[] => faultsOf({ occurred_at: new Date(NOW.getTime() + ms) });
    const oldest = -LATE_MAX_DAYS * 86_400_000;
    expect([at(oldest), at(oldest - 1)]).toEqual([[], ['occurred_at']]);
    expect([at(EARLY_MAX_S * 1000), at(EARLY_MAX_S * 1000 + 1)]).toEqual([[], ['occurred_at']]);
  });

  it('is priced as of the day of the work, and becomes an event with its rating', () => {
    const occurred_at = new Date('2027-03-01T00:00:00Z');
    const given = report({ occurred_at, cost: '1.000000', input_tokens: 3, request_id: 'r', charge: true });
    const plan = () => Promise.reject(new Error('not asked'));
    expect(workOf(given, plan, NOW)).toMatchObject({ occurred_at, cost: 10_000_000_000n, tokens_used: 3 });
    expect(workOf(report({}), plan, NOW).occurred_at).toBe(NOW);
    const rating = {
      provider_cost: 9n,
      platform_markup: 1n,
      total_cost: 10n,
      list_cost: 0n,
      cache_savings: -2n,
      is_free_tier: false,
      is_rated: true,
      price_id: null,
      markup_rule_id: 'm',
      markup_rate: '0.100000',
      price_multiplier: null,
    };
    const event = eventOf(given, rating, UNATTRIBUTED);
    expect(event).toMatchObject({ ...BY, input_tokens: 3, total_cost: '0.000000001', markup_rule_id: 'm' });
    expect(event.cache_savings).toBe('-0.0000000002');
    for (const name of ['cost', 'is_free', 'charge', 'tokens', 'list_cost']) expect(event).not.toHaveProperty(name);
    expect(eventOf(given, { ...rating, list_cost: 5n }, UNATTRIBUTED)).toMatchObject({ list_cost: '0.0000000005' });
  });
});

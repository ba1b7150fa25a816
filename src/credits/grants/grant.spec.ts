import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { grant_source } from '../../generated/prisma/enums.js';
import { burn, byBurnOrder, type Grant, isPlan, planAllowance, SOURCES, sumRemaining } from './grant.js';

const sources = Object.values(grant_source);
const instants = fc.integer({ min: 0, max: 5 }).map((day) => new Date(Date.UTC(2027, 0, 1 + day)));
const grantsOf = fc.array(
  fc.record({
    source: fc.constantFrom(...sources),
    remaining: fc.bigInt({ min: 0n, max: 100n }),
    expires_at: fc.option(instants),
    created_at: instants,
  }),
  { maxLength: 8 },
);
const complete = (
  given: { source: grant_source; remaining: bigint; expires_at: Date | null; created_at: Date },
  i: number,
): Grant => ({
  ...given,
  id: String(i),
  amount: given.remaining,
  priority: SOURCES[given.source].priority,
  effective_at: given.created_at,
  transaction_id: null,
  line: null,
});

describe('burning', () => {
  it('takes exactly the burned credits, from plan grants at most the allowance unless nothing else is left', () => {
    const allowances = fc.option(fc.bigInt({ min: 0n, max: 300n }));
    fc.assert(
      fc.property(grantsOf, fc.double({ min: 0, max: 1, noNaN: true }), allowances, (given, share, allowance) => {
        const grants = given.map(complete);
        const total = sumRemaining(grants);
        const others = sumRemaining(grants.filter((grant) => !isPlan(grant)));
        const burned = BigInt(Math.floor(Number(total) * share));
        const fromPlan = burn(grants, burned, allowance);
        expect(sumRemaining(grants)).toBe(total - burned);
        expect(grants.every((grant) => grant.remaining >= 0n)).toBe(true);
        const beyond = burned - others;
        if (allowance !== null) expect(fromPlan <= allowance || fromPlan === beyond).toBe(true);
      }),
    );
  });

  it('touches a grant only when all grants before it in the order are used up', () => {
    fc.assert(
      fc.property(grantsOf, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
        const grants = given.map(complete);
        const before = new Map(grants.map((grant) => [grant.id, grant.remaining]));
        burn(grants, BigInt(Math.floor(Number(sumRemaining(grants)) * share)), null);
        const ordered = grants.toSorted(byBurnOrder);
        const last = ordered.findLastIndex((grant) => grant.remaining !== before.get(grant.id));
        for (const grant of ordered.slice(0, Math.max(0, last))) expect(grant.remaining).toBe(0n);
      }),
    );
  });

  it('of more than the grants hold throws', () => {
    expect(() => burn([], 1n, null)).toThrow('less than was burned');
  });
});

describe('the burn order', () => {
  it('is priority, then earliest expiry, then age; grants without expiry come last', () => {
    const day = (n: number): Date => new Date(Date.UTC(2027, 0, n));
    const grant = (source: grant_source, expires_at: Date | null, created_at: Date): Grant =>
      complete({ source, remaining: 1n, expires_at, created_at }, 0);
    const order = [
      grant('plan', day(9), day(3)),
      grant('trial', null, day(1)),
      grant('bonus', day(5), day(4)),
      grant('coupon', day(6), day(1)),
      grant('referral', day(6), day(2)),
      grant('bonus', null, day(1)),
      grant('refund', day(2), day(1)),
      grant('purchase', day(2), day(1)),
      grant('purchase', null, day(1)),
    ];
    expect(order.toReversed().toSorted(byBurnOrder)).toEqual(order);
  });
});

describe('the allowance of the cap', () => {
  it('is the unused part of the cap, never negative, and null without a cap', () => {
    expect([planAllowance(10n, 3n), planAllowance(10n, 13n), planAllowance(0n, 0n), planAllowance(null, 5n)]).toEqual([
      7n,
      0n,
      0n,
      null,
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, weekday } from '../../platform/values/calendar.js';
import { bucketsOf, GROUPS, next, PERIODS, rangeOf, startOf } from './buckets.js';

const anyDay = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('the calendar', () => {
  it('starts weeks on Monday', () => {
    expect(weekday('2026-11-16')).toBe(0);
    expect(startOf('week', '2026-11-22')).toBe('2026-11-16');
    expect(startOf('week', '2026-11-16')).toBe('2026-11-16');
    expect(startOf('week', '2027-01-01')).toBe('2026-12-28');
  });

  it('splits a range into adjacent buckets that cover it', () => {
    fc.assert(
      fc.property(anyDay, fc.nat(800), fc.constantFrom(...GROUPS), (from, days, group) => {
        const until = addDays(from, days + 1);
        const buckets = bucketsOf(group, { from, until });
        expect(buckets[0]).toBe(startOf(group, from));
        buckets.slice(1).forEach((start, n) => expect(start).toBe(next(group, buckets[n]!)));
        expect(buckets.at(-1)! < until).toBe(true);
        expect(next(group, buckets.at(-1)!) >= until).toBe(true);
      }),
    );
  });
});

describe('a period', () => {
  it.each([
    ['7d', 'day', '2026-11-15', 7],
    ['30d', 'day', '2026-10-23', 30],
    ['3m', 'day', '2026-08-22', 92],
    ['12m', 'day', '2025-11-22', 365],
    ['7d', 'week', '2026-11-09', 2],
    ['3m', 'week', '2026-08-17', 14],
    ['7d', 'month', '2026-11-01', 1],
    ['3m', 'month', '2026-09-01', 3],
    ['12m', 'month', '2025-12-01', 12],
  ] as const)('%s by %s begins on %s and has %i buckets', (period, group, from, count) => {
    const range = rangeOf(period, group, '2026-11-21');
    expect(range).toEqual({ from, until: '2026-11-22' });
    expect(bucketsOf(group, range)).toHaveLength(count);
  });

  it('starts at the start of a bucket', () => {
    fc.assert(
      fc.property(anyDay, fc.constantFrom(...PERIODS), fc.constantFrom(...GROUPS), (today, period, group) => {
        const { from } = rangeOf(period, group, today);
        expect(startOf(group, from)).toBe(from);
      }),
    );
  });
});

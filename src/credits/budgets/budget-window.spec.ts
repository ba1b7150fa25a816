import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { budget_window } from '../../generated/prisma/enums.js';
import { HOUR_MS } from '../../platform/values/calendar.js';
import { boostedUntil, isRolling, windowAt, type WindowRule } from './budget-window.js';

const PERIOD = { period_start: new Date('2026-10-01T10:00:00Z'), reset_date: new Date('2026-10-31T10:00:00Z') };
const rule = (kind: budget_window, timezone = 'Europe/Berlin', from: string | null = null, to: string | null = null) =>
  ({ kind, timezone, from: from && new Date(from), to: to && new Date(to) }) as WindowRule;
const bounds = (given: WindowRule, now: string): string[] => {
  const { start, end } = windowAt(given, new Date(now), PERIOD);
  return [start.toISOString(), end.toISOString()].map((at) => at.replace(':00.000Z', 'Z'));
};

describe('the window of a budget', () => {
  it.each<[budget_window, string, string]>([
    ['hour', '2026-11-30T13:00Z', '2026-11-30T14:00Z'],
    ['day', '2026-11-29T23:00Z', '2026-11-30T23:00Z'],
    ['week', '2026-11-29T23:00Z', '2026-12-06T23:00Z'],
    ['month', '2026-10-31T23:00Z', '2026-11-30T23:00Z'],
    ['period', '2026-10-01T10:00Z', '2026-10-31T10:00Z'],
    ['rolling_24h', '2026-11-29T13:00Z', '2026-11-30T14:00Z'],
    ['rolling_30d', '2026-10-31T13:00Z', '2026-11-30T14:00Z'],
  ])('%s contains the time of the charge', (kind, start, end) => {
    expect(bounds(rule(kind), '2026-11-30T13:20:00Z')).toEqual([start, end]);
  });

  it('is two hours where the clock shows an hour twice, and skips the one that it skips', () => {
    // Berlin, 25 October 2026: 03:00 summer time becomes 02:00
    expect(bounds(rule('hour'), '2026-10-25T00:30:00Z')).toEqual(['2026-10-25T00:00Z', '2026-10-25T01:00Z']);
    expect(bounds(rule('hour'), '2026-10-25T01:30:00Z')).toEqual(['2026-10-25T01:00Z', '2026-10-25T02:00Z']);
    // 28 March 2027: 02:00 becomes 03:00
    expect(bounds(rule('hour'), '2027-03-28T00:59:00Z')).toEqual(['2027-03-28T00:00Z', '2027-03-28T01:00Z']);
    expect(bounds(rule('hour'), '2027-03-28T01:00:00Z')).toEqual(['2027-03-28T01:00Z', '2027-03-28T02:00Z']);
  });

  it('is a day of 25 or 23 hours when the clock changes', () => {
    expect(bounds(rule('day'), '2026-10-25T12:00:00Z')).toEqual(['2026-10-24T22:00Z', '2026-10-25T23:00Z']);
    expect(bounds(rule('day'), '2027-03-28T12:00:00Z')).toEqual(['2027-03-27T23:00Z', '2027-03-28T22:00Z']);
  });

  it('of a range waits for its start and then lasts to its end', () => {
    const range = rule('range', 'UTC', '2026-12-01T00:00:00Z', '2026-12-05T00:00:00Z');
    expect(bounds(range, '2026-11-30T00:00:00Z')).toEqual(['2026-12-01T00:00Z', '2026-12-01T00:00Z']);
    expect(bounds(range, '2026-12-01T00:00:00Z')).toEqual(['2026-12-01T00:00Z', '2026-12-05T00:00Z']);
    expect(bounds(range, '2026-12-06T00:00:00Z')).toEqual(['2026-12-01T00:00Z', '2026-12-05T00:00Z']);
  });

  it('of the first period includes work of any age', () => {
    const { start } = windowAt(rule('period'), new Date(), { ...PERIOD, period_start: null });
    expect(start.getTime()).toBe(0);
  });

  it('follows the one before it without a gap, in every zone', () => {
    const kinds = fc.constantFrom<budget_window>('hour', 'day', 'week', 'month');
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
    const times = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(kinds, zones, times, (kind, zone, now) => {
        const window = windowAt(rule(kind, zone), now, PERIOD);
        expect(window.start <= now && now < window.end).toBe(true);
        const before = windowAt(rule(kind, zone), new Date(window.start.getTime() - 1), PERIOD);
        expect(before.end).toEqual(window.start);
        expect(windowAt(rule(kind, zone), window.end, PERIOD).start).toEqual(window.end);
      }),
    );
  });

  it('that rolls never counts less than its length', () => {
    const lengths = { rolling_24h: 24 * HOUR_MS, rolling_30d: 720 * HOUR_MS } as const;
    for (const [kind, length] of Object.entries(lengths) as [keyof typeof lengths, number][]) {
      expect(isRolling(rule(kind))).toBe(true);
      const now = new Date('2026-11-30T13:59:59.999Z');
      const { start, end } = windowAt(rule(kind), now, PERIOD);
      expect(now.getTime() - start.getTime()).toBeGreaterThanOrEqual(length);
      expect(boostedUntil(rule(kind), end).getTime()).toBe(end.getTime() + length);
    }
    expect(isRolling(rule('day'))).toBe(false);
    expect(boostedUntil(rule('day'), PERIOD.reset_date)).toEqual(PERIOD.reset_date);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, dayOf, lastOfMonth, weekday, written } from '../../platform/values/calendar.js';
import { type GrantRule, nextOccurrences } from './occurrences.js';

const rule = (more: Partial<GrantRule> = {}): GrantRule => ({
  every: 'day',
  starts_on: '2026-01-01',
  ends_on: null,
  time_of_day: '00:00',
  timezone: 'UTC',
  ...more,
});
const days = (given: GrantRule, since: string, count: number): string[] =>
  nextOccurrences(given, new Date(since), count).map(({ day }) => day);

describe('occurrences', () => {
  it('use the last day of a month that lacks the day of the first one', () => {
    const monthly = rule({ every: 'month', starts_on: '2026-10-31' });
    const expected = '2026-10-31 2026-11-30 2026-12-31 2027-01-31 2027-02-28 2027-03-31';
    expect(days(monthly, '2026-10-01T00:00:00Z', 6)).toEqual(expected.split(' '));
  });

  it('keep the weekday of the first one', () => {
    const weekly = rule({ every: 'week', starts_on: '2026-11-06' });
    expect(days(weekly, '2026-11-13T00:00:00.001Z', 2)).toEqual(['2026-11-20', '2026-11-27']);
    expect(days(weekly, '2026-11-13T00:00:00Z', 1)).toEqual(['2026-11-13']);
  });

  it('end with the last day, which is included', () => {
    expect(days(rule({ ends_on: '2026-01-03' }), '2026-01-02T00:00:00Z', 9)).toEqual(['2026-01-02', '2026-01-03']);
    expect(days(rule({ ends_on: '2026-01-03' }), '2026-01-03T00:00:01Z', 9)).toEqual([]);
  });

  it('keep the time of day when the clock changes; a skipped time is due when the clock goes on', () => {
    const berlin = rule({ time_of_day: '02:30', timezone: 'Europe/Berlin' });
    const spring = nextOccurrences(berlin, new Date('2027-03-27T00:00:00Z'), 3);
    expect(spring.map(({ due_at }) => written(due_at, 'Europe/Berlin'))).toEqual([
      '2027-03-27T02:30:00+01:00',
      '2027-03-28T03:00:00+02:00',
      '2027-03-29T02:30:00+02:00',
    ]);
    const autumn = nextOccurrences(berlin, new Date('2027-10-30T00:00:00Z'), 3);
    expect(autumn.map(({ due_at }) => written(due_at, 'Europe/Berlin'))).toEqual([
      '2027-10-30T02:30:00+02:00',
      '2027-10-31T02:30:00+02:00', // the first of two
      '2027-11-01T02:30:00+01:00',
    ]);
  });

  it('have one day each, in order, wherever the list begins', () => {
    const anyRule = fc.record({
      every: fc.constantFrom('day' as const, 'week' as const, 'month' as const),
      starts_on: fc
        .integer({ min: 0, max: 800 })
        .map((n) => new Date(Date.UTC(2025, 0, 1 + n)).toISOString().slice(0, 10)),
      ends_on: fc.constant(null),
      time_of_day: fc.constantFrom('00:00', '02:30', '23:59'),
      timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Apia', 'Australia/Lord_Howe'),
    });
    fc.assert(
      fc.property(anyRule, fc.integer({ min: 0, max: 60 }), (given, skipped) => {
        const all = nextOccurrences(given, new Date(0), skipped + 3);
        const tail = nextOccurrences(given, all[skipped]?.due_at ?? new Date(NaN), 3);
        expect(tail).toEqual(all.slice(skipped));
        expect(new Set(all.map(({ day }) => day)).size).toBe(all.length);
        expect(all).toEqual(all.toSorted((a, b) => a.due_at.getTime() - b.due_at.getTime()));
        const wanted = Number(given.starts_on.slice(8));
        for (const { day, due_at } of all) {
          expect(dayOf(due_at, given.timezone)).toBe(day);
          if (given.every === 'week') expect(weekday(day)).toBe(weekday(given.starts_on));
          if (given.every === 'month') {
            expect(Number(day.slice(8))).toBe(Math.min(wanted, Number(lastOfMonth(day).slice(8))));
          }
        }
        const gaps = all.slice(1).map(({ due_at }, i) => due_at.getTime() - (all[i]?.due_at.getTime() ?? 0));
        const most = { day: 1, week: 7, month: 31 }[given.every];
        for (const gap of gaps) expect(gap).toBeLessThan((most + 0.2) * DAY_MS);
      }),
    );
  });
});

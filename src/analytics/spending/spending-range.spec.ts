import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, dayOf, startOfDay } from '../../platform/values/calendar.js';
import { GRANULARITIES } from './spending.dto.js';
import { boundsOf, periodOf, previousBounds } from './spending-range.js';

const NOW = new Date('2026-11-21T15:30:00Z');
const BERLIN = 'Europe/Berlin';

describe('the period of a query', () => {
  it('is the last 30 days, including today, by default', () => {
    expect(periodOf({ tz: 'UTC' }, NOW)).toEqual({
      start: new Date('2026-10-23T00:00:00Z'),
      end: new Date('2026-11-22T00:00:00Z'),
    });
  });

  it('includes its last day, and excludes a last instant', () => {
    const start = new Date('2026-10-31T23:00:00Z');
    expect(periodOf({ from: '2026-11-01', to: '2026-11-01', tz: BERLIN }, NOW)).toEqual({
      start,
      end: new Date('2026-11-01T23:00:00Z'),
    });
    expect(periodOf({ from: start, to: NOW, tz: BERLIN }, NOW)).toEqual({ start, end: NOW });
  });

  it('has at most 366 days', () => {
    expect(() => periodOf({ from: '2025-11-21', tz: 'UTC' }, NOW)).not.toThrow();
    expect(() => periodOf({ from: '2025-11-20', tz: 'UTC' }, NOW)).toThrow();
    expect(() => periodOf({ from: NOW, to: NOW, tz: 'UTC' }, NOW)).toThrow();
  });
});

describe('the buckets of a period', () => {
  it('are at most 744 hours', () => {
    const period = { start: new Date('2026-10-01T00:00:00Z'), end: new Date('2026-11-01T00:00:00Z') };
    expect(boundsOf(period, 'hour', 'UTC')).toHaveLength(745);
    const longer = { ...period, end: new Date('2026-11-01T00:00:01Z') };
    expect(() => boundsOf(longer, 'hour', 'UTC')).toThrow();
  });

  it('of a part of an hour are that hour', () => {
    const period = { start: new Date('2026-11-21T15:10:00Z'), end: new Date('2026-11-21T15:20:00Z') };
    expect(boundsOf(period, 'hour', 'UTC')).toEqual([
      new Date('2026-11-21T15:00:00Z'),
      new Date('2026-11-21T16:00:00Z'),
    ]);
  });

  it('cover it, are as many before it, and meet at its start', () => {
    const days = fc.record({ back: fc.integer({ min: 0, max: 25 }), length: fc.integer({ min: 1, max: 25 }) });
    fc.assert(
      fc.property(
        days,
        fc.constantFrom(...GRANULARITIES),
        fc.constantFrom('UTC', BERLIN, 'Asia/Kolkata'),
        (given, by, tz) => {
          const last = addDays(dayOf(NOW, tz), -given.back);
          const [start, end] = [startOfDay(addDays(last, -given.length), tz), startOfDay(last, tz)];
          const bounds = boundsOf({ start, end }, by, tz);
          expect(bounds[0]!.getTime()).toBeLessThanOrEqual(start.getTime());
          expect(bounds.at(-1)!.getTime()).toBeGreaterThanOrEqual(end.getTime());
          const previous = previousBounds(bounds, by, tz);
          expect(previous).toHaveLength(bounds.length);
          expect(previous.at(-1)).toEqual(bounds[0]);
          for (const list of [previous, bounds])
            list.slice(1).forEach((bound, n) => expect(bound.getTime()).toBeGreaterThan(list[n]!.getTime()));
        },
      ),
    );
  });
});

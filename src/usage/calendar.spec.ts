import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isTimeZone } from '../platform/http/time-zone.js';
import { dayBounds, dayOf, hourBounds, lastOfMonth, monthOf, plusDays, startOfDay, UTC, written } from './calendar.js';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Africa/Cairo',
  'America/Havana',
  'Pacific/Apia',
  'Australia/Lord_Howe',
];
const HOUR_MS = 60 * 60 * 1000;

describe('days of a time zone', () => {
  test('have 23 and 25 hours where the clock changes', () => {
    const hours = (day: string): number => {
      const [start, end] = dayBounds(day, 1, 'Europe/Berlin') as [Date, Date];
      return (end.getTime() - start.getTime()) / HOUR_MS;
    };
    expect([hours('2026-03-28'), hours('2026-03-29'), hours('2026-10-25')]).toEqual([24, 23, 25]);
  });

  test('begin half an hour apart from those of UTC in India', () => {
    expect(startOfDay('2026-11-21', 'Asia/Kolkata')).toEqual(new Date('2026-11-20T18:30:00Z'));
  });

  test('begin at one where midnight is left out, and at the first midnight where there are two', () => {
    expect(startOfDay('2026-04-24', 'Africa/Cairo')).toEqual(new Date('2026-04-23T22:00:00Z'));
    expect(startOfDay('2026-11-01', 'America/Havana')).toEqual(new Date('2026-11-01T04:00:00Z'));
  });

  test('follow each other without a gap, each instant on exactly one', () => {
    const instant = fc.date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, fc.constantFrom(...ZONES), (at, zone) => {
        const of = dayOf(at, zone);
        const [start, end] = dayBounds(of, 1, zone) as [Date, Date];
        expect(start.getTime()).toBeLessThanOrEqual(at.getTime());
        expect(at.getTime()).toBeLessThan(end.getTime());
        expect(dayOf(new Date(start.getTime() - 1), zone) < of).toBe(true);
      }),
    );
  });
});

describe('months', () => {
  test('end where they end', () => {
    expect(lastOfMonth('2028-02-10')).toBe('2028-02-29');
    expect(plusDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(monthOf(new Date('2026-03-31T22:30:00Z'), 'Europe/Berlin')).toEqual({
      start: new Date('2026-03-31T22:00:00Z'),
      end: new Date('2026-04-30T22:00:00Z'),
    });
    expect(monthOf(new Date('2026-03-31T22:30:00Z'), UTC).end).toEqual(new Date('2026-04-01T00:00:00Z'));
  });
});

test('hours end with the current one and are those of the zone', () => {
  const bounds = hourBounds(new Date('2026-11-21T10:10:00Z'), 24, 'Asia/Kolkata');
  expect(bounds).toHaveLength(25);
  expect(bounds.at(-1)).toEqual(new Date('2026-11-21T10:30:00Z'));
  expect(bounds[0]).toEqual(new Date('2026-11-20T10:30:00Z'));
  expect(written(bounds[0] as Date, 'Asia/Kolkata')).toBe('2026-11-20T16:00:00+05:30');
});

test('only names of the IANA database are zones', () => {
  expect(ZONES.every(isTimeZone)).toBe(true);
  expect(['', 'Berlin', 'Mars/Olympus', '+05:30', "UTC'--", 'UTC+1'].some(isTimeZone)).toBe(false);
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addDays,
  addMonths,
  dayBounds,
  daysBetween,
  dayOf,
  hourBounds,
  hoursBetween,
  lastOfMonth,
  monthOf,
  startOfDay,
  UTC,
  written,
} from './calendar.js';

/** Every zone that is in use, and old names of some. */
const ZONES = [
  ...Intl.supportedValuesOf('timeZone'),
  'Asia/Calcutta',
  'Europe/Kiev',
  'US/Eastern',
  'America/Buenos_Aires',
  'Etc/GMT+5',
];
/** Zones whose clocks do what others' do not. */
const ODD_ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Africa/Cairo',
  'America/Havana',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'America/St_Johns', // put its clock back at one past midnight until 2011
  'Pacific/Kwajalein', // left out a day in 1993
];
const HOUR_MS = 60 * 60 * 1000;

const anyDay = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('the calendar', () => {
  it('knows month ends and leap years', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2028-01-31', 1)).toBe('2028-02-29');
    expect(addMonths('2026-03-31', -1)).toBe('2026-02-28');
    expect(addMonths('2026-01-15', -1)).toBe('2025-12-15');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  });

  it('adds days and takes them off again', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -4000, max: 4000 }), (day, days) => {
        expect(addDays(addDays(day, days), -days)).toBe(day);
        expect(daysBetween(day, addDays(day, days))).toBe(days);
      }),
    );
  });
});

describe('days of a time zone', () => {
  it('have 23 and 25 hours where the clock changes', () => {
    const hours = (day: string): number => {
      const [start, end] = dayBounds(day, 1, 'Europe/Berlin') as [Date, Date];
      return (end.getTime() - start.getTime()) / HOUR_MS;
    };
    expect([hours('2026-03-28'), hours('2026-03-29'), hours('2026-10-25')]).toEqual([24, 23, 25]);
  });

  it('begin half an hour apart from those of UTC in India', () => {
    expect(startOfDay('2026-11-21', 'Asia/Kolkata')).toEqual(new Date('2026-11-20T18:30:00Z'));
  });

  it('begin at one where midnight is left out, and at the first midnight where there are two', () => {
    expect(startOfDay('2026-04-24', 'Africa/Cairo')).toEqual(new Date('2026-04-23T22:00:00Z'));
    expect(startOfDay('2026-11-01', 'America/Havana')).toEqual(new Date('2026-11-01T04:00:00Z'));
  });

  const instant = fc.date({ min: new Date('1900-01-02'), max: new Date('2100-01-01'), noInvalidDate: true });
  const zone = fc.oneof(fc.constantFrom(...ODD_ZONES), fc.constantFrom(...ZONES));
  const clocks = new Map<string, Intl.DateTimeFormat>();
  const shown = (at: number, tz: string): string => {
    const clock = clocks.get(tz) ?? new Intl.DateTimeFormat('en-CA', { timeZone: tz, dateStyle: 'short' });
    clocks.set(tz, clock);
    return clock.format(at);
  };

  it('begin at the first instant at which the clock shows them', () => {
    const check = (day: string, tz: string): void => {
      const start = startOfDay(day, tz).getTime();
      expect(shown(start, tz) >= day).toBe(true); // later where the day is left out
      expect(shown(start - 1, tz) < day).toBe(true);
    };
    fc.assert(fc.property(anyDay, zone, check));
  });

  it('have hours that follow each other, none longer than sixty minutes', () => {
    fc.assert(
      fc.property(anyDay, zone, (day, tz) => {
        const [start, end] = dayBounds(day, 1, tz) as [Date, Date];
        const hours = hoursBetween(start, end, tz);
        expect([hours[0], hours.at(-1)]).toEqual([start, end]);
        const lengths = hours.slice(1).map((hour, n) => hour.getTime() - (hours[n] as Date).getTime());
        expect(lengths.every((length) => length > 0 && length <= HOUR_MS)).toBe(true);
      }),
    );
  });

  it('follow each other without a gap, each instant on exactly one', () => {
    fc.assert(
      fc.property(instant, zone, (at, zone) => {
        const of = dayOf(at, zone);
        const [start, end] = dayBounds(of, 1, zone) as [Date, Date];
        expect(start.getTime()).toBeLessThanOrEqual(at.getTime());
        expect(at.getTime()).toBeLessThan(end.getTime());
        expect(dayOf(new Date(start.getTime() - 1), zone) < of).toBe(true);
      }),
    );
  });
});

describe('a time zone', () => {
  it('says which day it is', () => {
    const instant = new Date('2026-11-21T18:45:00Z');
    expect(dayOf(instant, 'UTC')).toBe('2026-11-21');
    expect(dayOf(instant, 'Asia/Kolkata')).toBe('2026-11-22');
    expect(dayOf(instant, 'Pacific/Kiritimati')).toBe('2026-11-22');
    expect(dayOf(new Date('2026-11-01T03:59:59Z'), 'America/New_York')).toBe('2026-10-31');
  });
});

describe('months', () => {
  it('end where they end', () => {
    expect(lastOfMonth('2028-02-10')).toBe('2028-02-29');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(monthOf(new Date('2026-03-31T22:30:00Z'), 'Europe/Berlin')).toEqual({
      start: new Date('2026-03-31T22:00:00Z'),
      end: new Date('2026-04-30T22:00:00Z'),
    });
    expect(monthOf(new Date('2026-03-31T22:30:00Z'), UTC).end).toEqual(new Date('2026-04-01T00:00:00Z'));
  });
});

it('hours end with the current one and are those of the zone', () => {
  const bounds = hourBounds(new Date('2026-11-21T10:10:00Z'), 24, 'Asia/Kolkata');
  expect(bounds).toHaveLength(25);
  expect(bounds.at(-1)).toEqual(new Date('2026-11-21T10:30:00Z'));
  expect(bounds[0]).toEqual(new Date('2026-11-20T10:30:00Z'));
  expect(written(bounds[0] as Date, 'Asia/Kolkata')).toBe('2026-11-20T16:00:00+05:30');
});

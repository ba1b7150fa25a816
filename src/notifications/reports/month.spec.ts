import { describe, expect, it } from '@jest/globals';
import { lastMonth, monthBefore } from './month.js';

describe('the month of a report', () => {
  it('is the latest that has ended where the person lives', () => {
    const now = new Date('2026-12-01T03:00:00Z');
    expect(lastMonth(now, 'UTC').name).toBe('2026-11');
    expect(lastMonth(now, 'America/Los_Angeles').name).toBe('2026-10');
    expect(lastMonth(now, 'Asia/Tokyo').name).toBe('2026-11');
  });

  it('begins and ends at midnight there, also when the clocks change', () => {
    const { period, days } = lastMonth(new Date('2026-11-05T00:00:00Z'), 'Europe/Berlin');
    expect(days).toBe(31);
    expect(period.start.toISOString()).toBe('2026-09-30T22:00:00.000Z');
    expect(period.end.toISOString()).toBe('2026-10-31T23:00:00.000Z');
  });

  it('waits an hour, so that everything is counted', () => {
    expect(lastMonth(new Date('2026-12-01T00:30:00Z'), 'UTC').name).toBe('2026-10');
    expect(lastMonth(new Date('2026-12-01T01:00:00Z'), 'UTC').name).toBe('2026-11');
  });

  it('follows December of the year before', () => {
    const january = lastMonth(new Date('2027-02-03T00:00:00Z'), 'UTC');
    expect([january.name, monthBefore(january, 'UTC').name]).toEqual(['2027-01', '2026-12']);
  });
});

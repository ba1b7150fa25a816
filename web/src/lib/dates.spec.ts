import { describe, expect, it } from '@jest/globals';
import { dayBefore, dayIn, endOfDay, startOfDay } from './dates.ts';

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'America/Santiago', 'Asia/Kolkata', 'Pacific/Kiritimati'];
/** Around the days on which the clocks of these zones change, and two plain ones. */
const DAYS = ['01-01', '03-08', '03-29', '04-05', '06-15', '09-06', '10-25', '11-01'].flatMap((day) =>
  [-1, 0, 1].map((after) => dayBefore(`2026-${day}`, -after)),
);

describe('the days of a time zone', () => {
  it.each(ZONES)('begin at their first instant and leave no gap in %s', (zone) => {
    for (const day of DAYS) {
      const start = startOfDay(day, zone);
      expect(dayIn(zone, start)).toBe(day);
      expect(dayIn(zone, new Date(start.getTime() - 1))).toBe(dayBefore(day, 1));
      expect(endOfDay(day, zone)).toEqual(startOfDay(dayBefore(day, -1), zone));
    }
  });

  it('begin after the gap where the clocks skip midnight', () => {
    expect(startOfDay('2026-09-06', 'America/Santiago').toISOString()).toBe('2026-09-06T04:00:00.000Z');
  });
});

import { describe, expect, it } from '@jest/globals';
import { isTimeZone } from './time-zone.js';

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])(
    'may be %s',
    (tz) => {
      expect(isTimeZone(tz)).toBe(true);
    },
  );

  it.each(['', '+05:30', '05:30', 'Mars/Olympus', "UTC'; --", 'Europe/Berlin\n', 5, null])('may not be %j', (tz) => {
    expect(isTimeZone(tz)).toBe(false);
  });
});

it('only names of the IANA database are zones', () => {
  const far = ['Asia/Kolkata', 'Asia/Kathmandu', 'Africa/Cairo', 'America/Havana', 'Pacific/Apia'];
  expect(['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', ...far].every(isTimeZone)).toBe(true);
  expect(['', 'Berlin', 'Mars/Olympus', '+05:30', "UTC'--", 'UTC+1'].some(isTimeZone)).toBe(false);
});

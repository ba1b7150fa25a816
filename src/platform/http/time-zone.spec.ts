import { describe, expect, it } from '@jest/globals';
import { timeZone } from './time-zone.js';

const FAR = ['Asia/Kathmandu', 'Africa/Cairo', 'America/Havana', 'Pacific/Apia', 'Australia/Lord_Howe', 'Etc/GMT+5'];

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/New_York', ...FAR])('may be %s', (tz) => {
    expect(timeZone(tz)).not.toBeNull();
  });

  it.each(['', '+05:30', '05:30', 'Berlin', 'Mars/Olympus', "UTC'; --", 'UTC+1', 'Europe/Berlin\n', 5, null])(
    'may not be %j',
    (tz) => {
      expect(timeZone(tz)).toBeNull();
    },
  );

  it.each([
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['US/Eastern', 'America/New_York'],
    ['europe/BERLIN', 'Europe/Berlin'],
    ['Etc/Zulu', 'UTC'],
  ])('%s is the same as %s', (alias, name) => {
    expect(timeZone(alias)).toBe(timeZone(name));
    expect(timeZone(alias)).not.toBeNull();
  });
});

import { describe, expect, it } from '@jest/globals';
import { missed } from './missed.js';

const DAILY = '0 3 * * *';
const names = (cron: string, at: string, now: string): string[] =>
  missed([{ name: 'job', cron, at: new Date(at) }], new Date(now));

describe('missed schedules', () => {
  it('are those whose latest time passed without a run', () => {
    expect(names(DAILY, '2026-11-28T03:00:02Z', '2026-11-30T09:00:00Z')).toEqual(['job']);
    expect(names(DAILY, '2026-11-30T02:59:59Z', '2026-11-30T03:05:01Z')).toEqual(['job']);
  });

  it('are not those that ran since, or were created since', () => {
    expect(names(DAILY, '2026-11-30T03:00:02Z', '2026-11-30T09:00:00Z')).toEqual([]);
    expect(names(DAILY, '2026-11-30T08:00:00Z', '2026-11-30T09:00:00Z')).toEqual([]);
  });

  it('leave the last minutes to the scheduler, and frequent jobs to their next time', () => {
    expect(names(DAILY, '2026-11-29T03:00:02Z', '2026-11-30T03:04:00Z')).toEqual([]);
    expect(names('* * * * *', '2026-11-20T03:00:00Z', '2026-11-30T09:00:30Z')).toEqual([]);
  });
});

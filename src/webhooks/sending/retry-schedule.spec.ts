import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pauseAfter, retryAfterOf } from './retry-schedule.js';

const HOUR_MS = 3_600_000;
const scheduled = [1, 2, 3, 4, 5, 6, 7].map((tries) => pauseAfter(tries, null, 0.5));

describe('the pauses between attempts', () => {
  it('are 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h; then the delivery is given up', () => {
    expect(scheduled).toEqual([5_000, 300_000, 1_800_000, 2 * HOUR_MS, 5 * HOUR_MS, 10 * HOUR_MS, 10 * HOUR_MS]);
    expect(pauseAfter(8, null)).toBeNull();
    expect(pauseAfter(8, 1_000)).toBeNull();
  });

  it('differ by at most a tenth, and last more than a day together', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.double({ min: 0, max: 1, noNaN: true }), (tries, random) => {
        const ratio = (pauseAfter(tries, null, random) ?? 0) / (scheduled[tries - 1] ?? 1);
        expect(ratio).toBeGreaterThanOrEqual(0.899);
        expect(ratio).toBeLessThanOrEqual(1.101);
      }),
    );
    const shortest_ms = [1, 2, 3, 4, 5, 6, 7].reduce((sum, tries) => sum + (pauseAfter(tries, null, 0) ?? 0), 0);
    expect(shortest_ms).toBeGreaterThan(24 * HOUR_MS);
  });

  it('are as long as the receiver asks for, up to ten hours, but never shorter than planned', () => {
    expect(pauseAfter(1, 60_000, 0.5)).toBe(60_000);
    expect(pauseAfter(4, 60_000, 0.5)).toBe(2 * HOUR_MS);
    expect(pauseAfter(1, 99 * HOUR_MS, 0.5)).toBe(10 * HOUR_MS);
  });

  it('read Retry-After as seconds or as a date', () => {
    const now = new Date('2027-01-31T09:00:00Z');
    expect(retryAfterOf('120', now)).toBe(120_000);
    expect(retryAfterOf('Sun, 31 Jan 2027 09:01:00 GMT', now)).toBe(60_000);
    expect(retryAfterOf('Sun, 31 Jan 2027 08:00:00 GMT', now)).toBe(0);
    expect([
      retryAfterOf(undefined, now),
      retryAfterOf('soon', now),
      retryAfterOf('-5', new Date('2100-01-01')),
    ]).toEqual([null, null, expect.anything()]);
  });
});

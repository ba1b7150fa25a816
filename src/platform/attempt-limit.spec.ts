import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RateLimited } from './errors.js';
import { assertAttemptLeft, ATTEMPTS_WINDOW_MS } from './attempt-limit.js';

const LIMIT = { policy: 'a-policy', what: 'codes', quota: 5 };
const NOW = new Date('2027-01-15T12:00:00Z');
const ago = (ms: number): Date => new Date(NOW.getTime() - ms);

function limitAt(attempts: Date[], now: Date): RateLimited | null {
  try {
    assertAttemptLeft(LIMIT, attempts, now);
    return null;
  } catch (error) {
    if (error instanceof RateLimited) return error;
    throw error;
  }
}

describe('a sixth try', () => {
  it('within the hour is refused and says when the next one is possible', () => {
    const attempts = [10, 20, 30, 40, 50].map((minutes) => ago(minutes * 60_000));
    const refusal = limitAt(attempts, NOW);
    expect(refusal?.limit).toEqual({ policy: 'a-policy', quota: 5, window_s: 3600, reset_s: 600 });
    expect(refusal?.message).toContain('in 10 min');
  });

  it('is possible once the first of the five is an hour old', () => {
    const attempts = [0, 0, 0, 0, ATTEMPTS_WINDOW_MS].map(ago);
    expect(limitAt(attempts, NOW)).toBeNull();
  });
});

describe('tries, whenever they are made', () => {
  it('are never more than five in any hour, and wait no longer than reported', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 * ATTEMPTS_WINDOW_MS), { maxLength: 40 }), (gaps) => {
        const taken: Date[] = [];
        let clock = NOW.getTime();
        for (const gap of gaps) {
          clock += gap;
          const refusal = limitAt(taken, new Date(clock));
          if (refusal) clock += refusal.limit.reset_s * 1000;
          expect(limitAt(taken, new Date(clock))).toBeNull();
          taken.push(new Date(clock));
        }
        for (const [i, at] of taken.entries()) {
          const sixth = taken[i + LIMIT.quota];
          if (sixth) expect(sixth.getTime() - at.getTime()).toBeGreaterThanOrEqual(ATTEMPTS_WINDOW_MS);
        }
      }),
    );
  });
});

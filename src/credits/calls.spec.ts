import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countCall, refuseCall } from './calls.js';

const DAY_MS = 86_400_000;
const RESET = new Date('2027-02-01T00:00:00Z');

const limits = fc.record({
  calls_per_day: fc.option(fc.nat(5)),
  calls_per_month: fc.option(fc.nat(12)),
});
/** Milliseconds that pass before each call. */
const pauses = fc.array(fc.nat(DAY_MS), { maxLength: 40 });

describe('calls of a plan', () => {
  it('fit as long as fewer were counted on their day of UTC and in their period', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 0, max: DAY_MS * 400 }), pauses, (plan, since, waits) => {
        let now = new Date(Date.UTC(2027, 0, 1) + since);
        const calls = { ...plan, calls_today: 0, calls_this_period: 0, calls_reset_at: now, reset_date: RESET };
        const accepted: string[] = [];
        for (const wait of waits) {
          now = new Date(now.getTime() + wait);
          const today = now.toISOString().slice(0, 10);
          const isDayFull = accepted.filter((day) => day === today).length >= (plan.calls_per_day ?? Infinity);
          const isMonthFull = accepted.length >= (plan.calls_per_month ?? Infinity);
          const refusal = refuseCall(calls, now);
          expect(refusal?.limit_source).toBe(isMonthFull ? 'calls_per_month' : isDayFull ? 'calls_per_day' : undefined);
          if (refusal) continue;
          countCall(calls, now);
          accepted.push(today);
        }
      }),
    );
  });

  it('that the day refuses are welcome from midnight on', () => {
    const now = new Date('2027-01-31T23:59:58.500Z');
    const calls = { calls_per_day: 1, calls_per_month: null, calls_today: 0, calls_this_period: 0 };
    const state = { ...calls, calls_reset_at: new Date(0), reset_date: RESET };
    countCall(state, now);
    expect(refuseCall(state, now)).toEqual({
      ...{ code: 'call_limit_exceeded', limit_source: 'calls_per_day', limit: 1, retry_after_s: 2 },
      resets_at: new Date('2027-02-01T00:00:00Z'),
    });
    expect(refuseCall(state, new Date('2027-02-01T00:00:00Z'))).toBeNull();
  });

  it('that the period refuses come again with the next one', () => {
    const state = { calls_per_day: 1, calls_per_month: 1, calls_today: 1, calls_this_period: 1 };
    const refusal = refuseCall({ ...state, calls_reset_at: RESET, reset_date: RESET }, new Date(0));
    expect(refusal).toEqual({ code: 'budget_exceeded', limit_source: 'calls_per_month', limit: 1, resets_at: RESET });
  });
});

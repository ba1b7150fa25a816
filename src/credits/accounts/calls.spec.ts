import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CALLS_MAX, type CallKind, countCall, refuseCall } from './calls.js';

const DAY_MS = 86_400_000;
const RESET = new Date('2027-02-01T00:00:00Z');
const NONE = {
  calls_today: 0,
  calls_this_period: 0,
  free_calls_today: 0,
  calls_reset_at: new Date(0),
  period_start: null,
};
const NO_LIMITS = { calls_per_day: null, calls_per_month: null, free_calls_per_day: null };

const limits = fc.record({
  calls_per_day: fc.option(fc.nat(5)),
  calls_per_month: fc.option(fc.nat(12)),
  free_calls_per_day: fc.option(fc.nat(4)),
});
/** Milliseconds before each call, and the kind of the call. */
const drawn = fc.array(fc.tuple(fc.nat(DAY_MS), fc.constantFrom<CallKind>('metered', 'metered', 'free')), {
  maxLength: 40,
});

describe('calls of a plan', () => {
  it('are accepted while fewer of their kind were counted on their UTC day and in their period', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 0, max: DAY_MS * 400 }), drawn, (plan, since, calls) => {
        let now = new Date(Date.UTC(2027, 0, 1) + since);
        const state = { ...plan, ...NONE, calls_reset_at: now, reset_date: RESET };
        const accepted: { kind: CallKind; day: string }[] = [];
        for (const [wait, kind] of calls) {
          now = new Date(now.getTime() + wait);
          const today = now.toISOString().slice(0, 10);
          const own = accepted.filter((call) => call.kind === kind);
          const count = own.filter(({ day }) => day === today).length;
          const isMonthFull = kind === 'metered' && own.length >= (plan.calls_per_month ?? Infinity);
          const source = kind === 'free' ? 'free_calls_per_day' : 'calls_per_day';
          const isDayFull = count >= (plan[source] ?? Infinity);
          const refusal = refuseCall(state, kind, now);
          expect(refusal?.limit_source).toBe(isMonthFull ? 'calls_per_month' : isDayFull ? source : undefined);
          if (refusal) continue;
          countCall(state, kind, now);
          accepted.push({ kind, day: today });
        }
      }),
    );
  });

  it.each([
    ['metered', 'call_limit_exceeded', 'calls_per_day'],
    ['free', 'free_call_limit_exceeded', 'free_calls_per_day'],
  ] as const)('that are %s and exceed the daily limit are accepted from midnight on', (kind, code, limit_source) => {
    const now = new Date('2027-01-31T23:59:58.500Z');
    const state = { ...NO_LIMITS, ...NONE, [limit_source]: 1, reset_date: RESET };
    countCall(state, kind, now);
    expect(refuseCall(state, kind, now)).toEqual({
      code,
      limit_source,
      limit: 1,
      used: 1,
      retry_after_s: 2,
      resets_at: new Date('2027-02-01T00:00:00Z'),
    });
    expect(refuseCall(state, kind, new Date('2027-02-01T00:00:00Z'))).toBeNull();
  });

  it('that exceed the limit of the period are accepted in the next one', () => {
    const full = {
      calls_today: 1,
      calls_this_period: 1,
      free_calls_today: 0,
      calls_reset_at: RESET,
      period_start: null,
      reset_date: RESET,
    };
    const state = { ...full, calls_per_day: 1, calls_per_month: 1, free_calls_per_day: 1 };
    const refusal = refuseCall(state, 'metered', new Date(0));
    expect(refusal).toEqual({
      code: 'budget_exceeded',
      limit_source: 'calls_per_month',
      limit: 1,
      used: 1,
      resets_at: RESET,
    });
    expect(refuseCall(state, 'free', new Date(0))).toBeNull();
  });

  it.each(['metered', 'free'] as const)(
    'that are %s and late count on their own day and in their own period',
    (kind) => {
      const now = new Date('2027-01-20T00:30:00Z');
      const period_start = new Date('2027-01-10T12:00:00Z');
      const full = { calls_per_day: 0, calls_per_month: null, free_calls_per_day: 0 };
      const on = (at: string, plan = full) => {
        const state = { ...NONE, ...plan, period_start, reset_date: RESET };
        const refusal = refuseCall(state, kind, now, new Date(at));
        countCall(state, kind, now, new Date(at));
        return [refusal === null, state.calls_today + state.free_calls_today, state.calls_this_period];
      };
      const ofPeriod = kind === 'metered' ? 1 : 0;
      expect(on('2027-01-20T00:00:00Z')).toEqual([false, 1, ofPeriod]);
      expect(on('2027-01-19T23:59:59.999Z')).toEqual([true, 0, ofPeriod]);
      expect(on('2027-01-10T12:00:00Z')).toEqual([true, 0, ofPeriod]);
      expect(on('2027-01-10T11:59:59.999Z')).toEqual([true, 0, 0]);
      const month = { ...full, calls_per_day: 5, calls_per_month: 0, free_calls_per_day: 5 } as never;
      expect(on('2027-01-19T23:59:59.999Z', month)[0]).toBe(kind === 'free');
      expect(on('2027-01-10T11:59:59.999Z', month)[0]).toBe(true);
    },
  );
});

describe('a counter of calls', () => {
  it('stops at the largest number that its column holds', () => {
    const now = new Date('2027-01-15T00:00:00Z');
    const full = { calls_today: CALLS_MAX, free_calls_today: CALLS_MAX, calls_this_period: CALLS_MAX - 1 };
    const state = {
      ...NO_LIMITS,
      ...NONE,
      ...full,
      calls_reset_at: new Date('2027-01-16T00:00:00Z'),
      reset_date: RESET,
    };
    for (const kind of ['metered', 'free', 'metered'] as const) countCall(state, kind, now);
    expect(state).toMatchObject({ ...full, calls_this_period: CALLS_MAX });
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, weekday } from '../../platform/values/calendar.js';
import { LOOK_BACK_DAYS, projectMonth } from './projection.js';

/** Costs of the days before `today`, oldest first, and of today. */
const costsUntil = (today: string, before: bigint[], spent: bigint): Map<string, bigint> =>
  new Map([...before.map((cost, n) => [addDays(today, n - before.length), cost] as const), [today, spent]]);

describe('the projected cost of a month', () => {
  test('is the actual cost on the last day, when nothing more is expected', () => {
    const costs = costsUntil('2026-11-30', Array<bigint>(28).fill(10n), 10n);
    expect(projectMonth('2026-11-30', 300n, costs)).toBe(300n);
  });

  test('adds the usual cost of each remaining day and of the rest of today', () => {
    const costs = costsUntil('2026-11-21', Array<bigint>(28).fill(10n), 4n);
    expect(projectMonth('2026-11-21', 204n, costs)).toBe(204n + 6n + 9n * 10n);
  });

  test('distinguishes weekdays: working days cost, weekends do not', () => {
    const today = '2026-11-20'; // a Friday
    const days = Array.from({ length: LOOK_BACK_DAYS }, (_, n) => addDays(today, n - LOOK_BACK_DAYS));
    const costs = new Map(days.map((day) => [day, weekday(day) > 4 ? 0n : 7n]));
    costs.set(today, 7n);
    // left of November: two weekends, five working days and Monday the 30th
    expect(projectMonth(today, 98n, costs)).toBe(98n + 6n * 7n);
  });

  test('ignores days before the first use, and does not extrapolate the first hours', () => {
    expect(projectMonth('2026-11-03', 25n, costsUntil('2026-11-03', [10n, 10n], 5n))).toBe(25n + 5n + 27n * 10n);
    expect(projectMonth('2026-11-29', 5n, costsUntil('2026-11-29', [], 5n))).toBe(10n);
    expect(projectMonth('2026-11-29', 0n, new Map())).toBe(0n);
  });

  test('is never less than the actual cost', () => {
    const costs = fc.array(fc.bigInt({ min: 0n, max: 10n ** 15n }), { maxLength: 40 });
    fc.assert(
      fc.property(
        costs,
        fc.bigInt({ min: 0n, max: 10n ** 16n }),
        fc.integer({ min: 0, max: 60 }),
        (before, spent, n) => {
          const today = addDays('2027-12-31', n);
          expect(projectMonth(today, spent, costsUntil(today, before, spent))).toBeGreaterThanOrEqual(spent);
        },
      ),
    );
  });
});

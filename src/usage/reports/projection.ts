import { divideHalfUp, max, type Units } from '../../platform/values/amount.js';
import { addDays, type Day, lastOfMonth, weekday } from '../../platform/values/calendar.js';

/** Days that the projection looks back on: whole weeks, so that each weekday has the same weight. */
export const LOOK_BACK_DAYS = 28;
const WEEK_DAYS = 7;

/**
 * Projects the cost of the month: the cost so far plus, for the rest of today and each remaining day, the mean of the
 * same weekday in the last four weeks. Days before the first use are ignored. With less than a week of past days, their
 * mean is used for every weekday; without any, the cost of today is used.
 * @param soFar cost of the month so far, including today
 * @param costs cost of today and each of the last {@link LOOK_BACK_DAYS} days, without days of no cost
 */
export function projectMonth(today: Day, soFar: Units, costs: ReadonlyMap<Day, Units>): Units {
  const spentToday = costs.get(today) ?? 0n;
  const expected = expectation(today, costs);
  let projected = soFar + max(0n, expected(today) - spentToday);
  const last = lastOfMonth(today);
  for (let day = addDays(today, 1); day <= last; day = addDays(day, 1)) projected += expected(day);
  return projected;
}

function expectation(today: Day, costs: ReadonlyMap<Day, Units>): (day: Day) => Units {
  const window = Array.from({ length: LOOK_BACK_DAYS }, (_, n) => addDays(today, n - LOOK_BACK_DAYS));
  const first = window.findIndex((day) => costs.has(day));
  if (first < 0) return () => costs.get(today) ?? 0n;
  const past = window.slice(first);
  const costOf = (days: readonly Day[]): Units => mean(days.map((day) => costs.get(day) ?? 0n));
  if (past.length < WEEK_DAYS) {
    const plain = costOf(past);
    return () => plain;
  }
  const byWeekday = Array.from({ length: WEEK_DAYS }, (_, n) => costOf(past.filter((day) => weekday(day) === n)));
  return (day) => byWeekday[weekday(day)] ?? 0n;
}

/** Returns the mean, rounded half up. */
function mean(values: readonly Units[]): Units {
  const count = BigInt(values.length);
  const sum = values.reduce((total, value) => total + value, 0n);
  return divideHalfUp(sum, count);
}

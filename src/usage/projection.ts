import { max, type Units } from '../platform/amount.js';
import { addDays, type Day, lastOfMonth, weekday } from '../platform/calendar.js';

/** Days that an expectation looks back on: whole weeks, so that each weekday counts alike. */
export const LOOK_BACK_DAYS = 28;
const WEEK_DAYS = 7;

/**
 * What a month will have cost at its end: what it cost so far, and for what is left of today and each day to come the
 * mean of the same weekday in the last four weeks. Days before the first use do not count; with less than a week of
 * past days their plain mean stands for every weekday, and with none at all today does.
 * @param soFar cost of the month until now, today included
 * @param costs cost of each of the last {@link LOOK_BACK_DAYS} days and today, as far as there was any
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

/** Rounded half up. */
function mean(values: readonly Units[]): Units {
  const count = BigInt(values.length);
  const sum = values.reduce((total, value) => total + value, 0n);
  return (2n * sum + count) / (2n * count);
}

import {
  addDays,
  addMonths,
  type Day,
  dayOf,
  HOUR_MS,
  lastOfMonth,
  type Period,
  startOfDay,
} from '../../platform/values/calendar.js';

/** The roll-up is complete some minutes after the end of an hour. */
const SETTLED_MS = HOUR_MS;

/** A month of a person. */
export interface Month {
  /** Such as 2026-11. */
  readonly name: string;
  readonly first: Day;
  readonly days: number;
  readonly period: Period;
}

/** Returns the latest month that has ended in a time zone, an hour ago at least. */
export function lastMonth(now: Date, zone: string): Month {
  const today = dayOf(new Date(now.getTime() - SETTLED_MS), zone);
  return monthFrom(addMonths(`${today.slice(0, 8)}01`, -1), zone);
}

/** Returns the month before another one. */
export const monthBefore = ({ first }: Month, zone: string): Month => monthFrom(addMonths(first, -1), zone);

function monthFrom(first: Day, zone: string): Month {
  const last = lastOfMonth(first);
  const period = { start: startOfDay(first, zone), end: startOfDay(addDays(last, 1), zone) };
  return { name: first.slice(0, 7), first, days: Number(last.slice(8)), period };
}

import type { budget_window } from '../../generated/prisma/enums.js';
import {
  addDays,
  DAY_MS,
  dayOf,
  HOUR_MS,
  hourBounds,
  monthOf,
  type Period,
  startOfDay,
  weekday,
} from '../../platform/values/calendar.js';

/** Which window a budget has. */
export interface WindowRule {
  kind: budget_window;
  timezone: string;
  /** Bounds of a range; null for other windows. */
  from: Date | null;
  to: Date | null;
}

/** The period of the account's plan. */
export interface PlanPeriod {
  /** Null in the first period, which includes work of any age. */
  period_start: Date | null;
  reset_date: Date;
}

const ROLLING_MS = { rolling_24h: DAY_MS, rolling_30d: 30 * DAY_MS } as const;
const EVER = new Date(0);

/**
 * Returns the window that contains `now`: the work it counts, from `start` on, and when the counters must be renewed.
 * Calendar windows follow the clock of their time zone, so a day can have 23 or 25 hours, and an hour that the clock
 * shows twice is two windows. A rolling window begins at a full hour, so it never counts less than its name says. A
 * range that has not begun ends at its start; one that is over ends in the past.
 */
export function windowAt({ kind, timezone, from, to }: WindowRule, now: Date, period: PlanPeriod): Period {
  switch (kind) {
    case 'hour': {
      const [start, end] = hourBounds(now, 1, timezone);
      return { start: start ?? now, end: end ?? now };
    }
    case 'day':
      return days(dayOf(now, timezone), 1, timezone);
    case 'week': {
      const today = dayOf(now, timezone);
      return days(addDays(today, -weekday(today)), 7, timezone);
    }
    case 'month':
      return monthOf(now, timezone);
    case 'period':
      return { start: period.period_start ?? EVER, end: period.reset_date };
    case 'range': {
      const [start, end] = [from ?? EVER, to ?? EVER];
      return { start, end: now < start ? start : end };
    }
    case 'rolling_24h':
    case 'rolling_30d': {
      const hour = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
      return { start: new Date(hour - ROLLING_MS[kind]), end: new Date(hour + HOUR_MS) };
    }
  }
}

/** Whether the window moves on hour by hour, so that work leaves it again. */
export const isRolling = ({ kind }: Pick<WindowRule, 'kind'>): boolean => kind in ROLLING_MS;

/** Returns when a boost ends that is given now: with the window, or after the length of a rolling one. */
export const boostedUntil = ({ kind }: Pick<WindowRule, 'kind'>, resets_at: Date): Date =>
  kind === 'rolling_24h' || kind === 'rolling_30d' ? new Date(resets_at.getTime() + ROLLING_MS[kind]) : resets_at;

const days = (first: string, count: number, zone: string): Period => ({
  start: startOfDay(first, zone),
  end: startOfDay(addDays(first, count), zone),
});

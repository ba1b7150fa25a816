import { mean, rounded } from '../series/usage-totals.js';

/** Direction of usage. */
export const TRENDS = ['growing', 'stable', 'declining'] as const;
export type Trend = (typeof TRENDS)[number];

/** The last weeks compared with as many before them. */
export interface Growth {
  /** Relative change: 0.25 means 25 % more. */
  readonly growth_rate: number;
  readonly current_trend: Trend;
  /** Weeks on each side of the comparison; 0 when there are too few to compare. */
  readonly weeks: number;
}

const WEEK = 7;
const WEEKS_MAX = 4;
const LEAST_CHANGE = 0.05;
/** Changes within two standard errors are treated as chance. */
const STANDARD_ERRORS = 2;

/** Compares each day with the same weekday of the earlier weeks, so that weekends do not look like a decline. */
export function growthOf(series: readonly number[]): Growth {
  const weeks = Math.min(WEEKS_MAX, Math.floor(series.length / (2 * WEEK)));
  if (weeks === 0) return { growth_rate: 0, current_trend: 'stable', weeks };
  const days = weeks * WEEK;
  const before = series.slice(-2 * days, -days);
  const changes = series.slice(-days).map((value, day) => value - (before[day] ?? 0));
  const change = mean(changes);
  const error = Math.sqrt(mean(changes.map((value) => (value - change) ** 2)) / Math.max(1, days - 1));
  const base = mean(before);
  const growth_rate = base > 0 ? rounded(change / base) : change > 0 ? 1 : 0;
  const isReal = Math.abs(growth_rate) >= LEAST_CHANGE && Math.abs(change) > STANDARD_ERRORS * error;
  return { growth_rate, current_trend: isReal ? (change > 0 ? 'growing' : 'declining') : 'stable', weeks };
}

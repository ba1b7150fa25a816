import { amount, figure, type Units } from '../../platform/values/amount.js';
import type { TrendView } from '../analytics.views.js';
import {
  averageMinutes,
  NO_USAGE,
  rounded,
  secondsOf,
  successRate,
  type UsageTotals,
  utilization,
} from './usage-totals.js';

/** Returns a point for every bucket, with or without usage. */
export function trendOf(
  buckets: readonly string[],
  tallies: ReadonlyMap<string, UsageTotals>,
  plan: Units,
): TrendView[] {
  return buckets.map((date) => pointOf(date, tallies.get(date) ?? NO_USAGE, plan));
}

function pointOf(date: string, totals: UsageTotals, plan: Units): TrendView {
  const { sessions, transcriptions, exports, tokens, events, total_cost } = totals;
  const seconds = secondsOf(totals);
  return {
    date,
    sessions,
    transcriptions,
    exports,
    tokens,
    events,
    minutes: rounded(seconds / 60),
    hours: rounded(seconds / 3600),
    cost: figure(total_cost),
    total_cost: amount(total_cost),
    utilization: utilization(total_cost, plan),
    success_rate: successRate(totals),
    avg_duration: averageMinutes(totals),
  };
}

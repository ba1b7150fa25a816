import { amount, figure, type Units } from '../platform/amount.js';
import type { TrendView } from './analytics.views.js';
import { averageMinutes, NOTHING, rounded, secondsOf, successRate, type Tally, utilization } from './tally.js';

/** Returns a point for every bucket, with or without usage. */
export function trendOf(buckets: readonly string[], tallies: ReadonlyMap<string, Tally>, plan: Units): TrendView[] {
  return buckets.map((date) => pointOf(date, tallies.get(date) ?? NOTHING, plan));
}

function pointOf(date: string, tally: Tally, plan: Units): TrendView {
  const { sessions, transcriptions, exports, tokens, events, total_cost } = tally;
  const seconds = secondsOf(tally);
  return {
    ...{ date, sessions, transcriptions, exports, tokens, events },
    minutes: rounded(seconds / 60),
    hours: rounded(seconds / 3600),
    cost: figure(total_cost),
    total_cost: amount(total_cost),
    utilization: utilization(total_cost, plan),
    success_rate: successRate(tally),
    avg_duration: averageMinutes(tally),
  };
}

import { amount, units } from '../../platform/values/amount.js';
import { addDays, weekday } from '../../platform/values/calendar.js';
import { estimated } from '../forecast/prediction.js';
import { creditsText, dayText } from '../../platform/values/sentences.js';
import type { InsightRule } from './insight-facts.js';
import { approximately, averageDuration, mean, percent, share } from '../series/usage-totals.js';

/** With fewer events a failure rate may be chance. */
const EVENTS_FOR_FAILURES = 20;
const MANY_FAILURES = 0.05;
const VERY_MANY_FAILURES = 0.2;
/** Share of the cost from which one model is reported. */
const DOMINANT = 0.6;
/** Smaller monthly costs (credits) are not worth saving. */
const WORTH_SAVING = 0.1;
/** A day is a spike if it exceeds the mean by this many standard deviations and by this factor. */
const SPIKE_DEVIATIONS = 3;
const SPIKE_TIMES = 2;
const DAYS_FOR_SPIKE = 14;
const DAYS_FOR_WEEKDAYS = 21;
/** Factor by which a weekday must exceed the average day. */
const BUSY = 1.5;
const SLOW_TIMES = 2;

const WEEKDAYS = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'];

/** Reports many failures in the last days. */
const failures: InsightRule = ({ week }) => {
  const rate = share(week.failed_events, week.events);
  if (week.events < EVENTS_FOR_FAILURES || rate < MANY_FAILURES) return null;
  return {
    kind: 'requests_fail',
    basis: { failed: week.failed_events, requests: week.events, failed_share: rate },
    type: 'warning',
    title: 'Many requests fail',
    message: `${week.failed_events} of the ${week.events} requests of the last 7 days failed (${percent(rate)}).`,
    suggestion: 'Check the errors of these services: retries cost time, and often credits.',
    priority: rate >= VERY_MANY_FAILURES ? 'high' : 'medium',
    action: 'review',
    next_step: 'view_failed_events',
  };
};

/** Reports that yesterday cost far more than the days before. */
const spike: InsightRule = ({ history, today }) => {
  const costs = history.map((day) => approximately(day.total_cost));
  const yesterday = costs.at(-1) ?? 0;
  const before = costs.slice(-1 - 4 * 7, -1);
  const usual = mean(before);
  const deviation = Math.sqrt(mean(before.map((cost) => (cost - usual) ** 2)));
  if (before.length < DAYS_FOR_SPIKE || usual === 0) return null;
  if (yesterday <= usual * SPIKE_TIMES || yesterday <= usual + SPIKE_DEVIATIONS * deviation) return null;
  return {
    kind: 'expensive_day',
    basis: {
      day: addDays(today, -1),
      cost: amount(estimated(yesterday)),
      times: yesterday / usual,
      usual: amount(estimated(usual)),
      days: before.length,
    },
    type: 'cost',
    title: 'An unusually expensive day',
    message: `${dayText(addDays(today, -1))} cost ${creditsText(estimated(yesterday))} credits, ${(yesterday / usual).toFixed(1)} times the average of ${creditsText(estimated(usual))} over the ${before.length} days before.`,
    suggestion: 'Check whether this was intended: a loop or a leaked key looks like this.',
    priority: 'high',
    action: 'review',
    next_step: 'view_usage',
  };
};

/** Reports a model that causes most of the cost. */
const dominantModel: InsightRule = ({ models, month }) => {
  const [top] = [...models].toSorted(([, a], [, b]) => (b.total_cost > a.total_cost ? 1 : -1));
  if (!top || models.size < 2 || approximately(month.total_cost) < WORTH_SAVING) return null;
  const [model, { total_cost, events }] = top;
  const part = share(approximately(total_cost), approximately(month.total_cost));
  if (part < DOMINANT) return null;
  return {
    kind: 'dominant_model',
    basis: {
      model,
      model_cost: amount(total_cost),
      cost: amount(month.total_cost),
      model_share: part,
      model_requests: events,
      requests: month.events,
    },
    type: 'cost',
    title: 'One model causes most of the cost',
    message: `${model} caused ${creditsText(total_cost)} of the ${creditsText(month.total_cost)} credits of the last 30 days (${percent(part)}) with ${events} of ${month.events} requests.`,
    suggestion: 'Try a cheaper model for the simpler requests.',
    priority: 'medium',
    action: 'review',
    next_step: 'view_models',
  };
};

/** Reports growing or declining usage. */
const trend: InsightRule = ({ growth, prediction }) => {
  if (growth.current_trend === 'stable') return null;
  const isGrowing = growth.current_trend === 'growing';
  const change = percent(Math.abs(growth.growth_rate));
  const weeks = growth.weeks === 1 ? 'week' : `${growth.weeks} weeks`;
  return {
    kind: isGrowing ? 'usage_growing' : 'usage_declining',
    basis: {
      weeks: growth.weeks,
      change_share: Math.abs(growth.growth_rate),
      expected: prediction.predicted_total_cost,
    },
    type: 'trend',
    title: isGrowing ? 'Usage is growing' : 'Usage is declining',
    message: `Usage in the last ${weeks} was ${change} ${isGrowing ? 'higher' : 'lower'} than in the ${weeks} before. The next 30 days are expected to cost ${creditsText(units(prediction.predicted_total_cost))} credits.`,
    suggestion: isGrowing ? 'Watch the balance, or plan for a higher one.' : 'Check whether something stopped working.',
    priority: isGrowing ? 'medium' : 'low',
    action: null,
    next_step: isGrowing ? 'set_up_topup' : 'view_usage',
  };
};

/** Reports a weekday that is much busier than the others. */
const busiestWeekday: InsightRule = ({ history, today }) => {
  const first = addDays(today, -history.length);
  const days = history.map(({ events }, n) => ({ events, weekday: weekday(addDays(first, n)) }));
  if (days.length < DAYS_FOR_WEEKDAYS) return null;
  const averages = WEEKDAYS.map((_, n) => mean(days.filter((day) => day.weekday === n).map(({ events }) => events)));
  const usual = mean(averages);
  const busiest = Math.max(...averages);
  if (usual === 0 || busiest < BUSY * usual) return null;
  const name = WEEKDAYS[averages.indexOf(busiest)] ?? '';
  return {
    kind: 'busy_weekday',
    basis: { weekday: averages.indexOf(busiest) + 1, requests: busiest, times: busiest / usual, usual },
    type: 'pattern',
    title: `${name} are the busiest`,
    message: `${name} have ${busiest.toFixed(1)} requests on average, ${(busiest / usual).toFixed(1)} times the average of ${usual.toFixed(1)}.`,
    suggestion: 'If daily limits apply, move work that can wait to quieter days.',
    priority: 'low',
    action: null,
    next_step: 'view_usage',
  };
};

/** Reports that requests took much longer in the last days than in the month. */
const slowdown: InsightRule = ({ week, month }) => {
  const [now, usual] = [averageDuration(week), averageDuration(month)];
  if (week.timed_events < EVENTS_FOR_FAILURES || usual === 0 || now < SLOW_TIMES * usual) return null;
  return {
    kind: 'requests_slower',
    basis: { seconds: now, usual },
    type: 'optimization',
    title: 'Requests take longer',
    message: `A request took ${now.toFixed(2)} seconds on average in the last 7 days, compared with ${usual.toFixed(2)} in the last 30.`,
    suggestion: 'Shorter prompts, streaming or another model may help.',
    priority: 'low',
    action: 'review',
    next_step: 'view_models',
  };
};

export const usageRules: readonly InsightRule[] = [failures, spike, dominantModel, trend, busiestWeekday, slowdown];

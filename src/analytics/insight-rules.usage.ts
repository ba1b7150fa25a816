import { amount } from '../platform/amount.js';
import { addDays, weekday } from '../platform/calendar.js';
import type { InsightRule } from './insight-facts.js';
import { approximately, averageDuration, mean, percent, share } from './tally.js';

/** Fewer events can't tell a failure rate from bad luck. */
const EVENTS_FOR_FAILURES = 20;
const MANY_FAILURES = 0.05;
const VERY_MANY_FAILURES = 0.2;
/** Share of the cost from which on one model is worth a look. */
const DOMINANT = 0.6;
/** Less is not worth saving, credits a month. */
const WORTH_SAVING = 0.1;
/** A day is a spike from so many standard deviations and so many times the mean on. */
const SPIKE_DEVIATIONS = 3;
const SPIKE_TIMES = 2;
const DAYS_FOR_SPIKE = 14;
const DAYS_FOR_WEEKDAYS = 21;
/** How much busier than the average day a weekday must be. */
const BUSY = 1.5;
const SLOW_TIMES = 2;

const WEEKDAYS = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'];

/** Much of the work of the last days failed. */
const failures: InsightRule = ({ week }) => {
  const rate = share(week.failed_events, week.events);
  if (week.events < EVENTS_FOR_FAILURES || rate < MANY_FAILURES) return null;
  return {
    type: 'warning',
    title: 'Many requests fail',
    message: `${week.failed_events} of the ${week.events} requests of the last 7 days failed (${percent(rate)}).`,
    suggestion: 'Look at the errors of the services concerned: retries cost time, and often credits.',
    priority: rate >= VERY_MANY_FAILURES ? 'high' : 'medium',
    action: 'review',
  };
};

/** Yesterday cost far more than the days before it. */
const spike: InsightRule = ({ history, today }) => {
  const costs = history.map((day) => approximately(day.total_cost));
  const yesterday = costs.at(-1) ?? 0;
  const before = costs.slice(-1 - 4 * 7, -1);
  const usual = mean(before);
  const deviation = Math.sqrt(mean(before.map((cost) => (cost - usual) ** 2)));
  if (before.length < DAYS_FOR_SPIKE || usual === 0) return null;
  if (yesterday <= usual * SPIKE_TIMES || yesterday <= usual + SPIKE_DEVIATIONS * deviation) return null;
  return {
    type: 'cost',
    title: 'An unusually dear day',
    message: `${addDays(today, -1)} cost ${yesterday.toFixed(6)} credits, ${(yesterday / usual).toFixed(1)} times the ${usual.toFixed(6)} of an average day of the ${before.length} days before.`,
    suggestion: 'Check whether that was meant: a loop or a leaked key looks like this.',
    priority: 'high',
    action: 'review',
  };
};

/** One model makes most of the cost. */
const dominantModel: InsightRule = ({ models, month }) => {
  const [top] = [...models].toSorted(([, a], [, b]) => (b.total_cost > a.total_cost ? 1 : -1));
  if (!top || models.size < 2 || approximately(month.total_cost) < WORTH_SAVING) return null;
  const [model, { total_cost, events }] = top;
  const part = share(approximately(total_cost), approximately(month.total_cost));
  if (part < DOMINANT) return null;
  return {
    type: 'cost',
    title: 'One model makes most of the cost',
    message: `${model} made ${amount(total_cost)} of the ${amount(month.total_cost)} credits of the last 30 days (${percent(part)}) with ${events} of ${month.events} requests.`,
    suggestion: 'Try a cheaper model for the simpler part of this work.',
    priority: 'medium',
    action: 'review',
  };
};

/** Usage grows or shrinks beyond chance. */
const trend: InsightRule = ({ growth, prediction }) => {
  if (growth.current_trend === 'stable') return null;
  const isGrowing = growth.current_trend === 'growing';
  const change = percent(Math.abs(growth.growth_rate));
  const weeks = growth.weeks === 1 ? 'week' : `${growth.weeks} weeks`;
  return {
    type: 'trend',
    title: isGrowing ? 'Usage is growing' : 'Usage is declining',
    message: `The last ${weeks} had ${change} ${isGrowing ? 'more' : 'less'} than the ${weeks} before; the next 30 days are expected to cost ${prediction.predicted_total_cost} credits.`,
    suggestion: isGrowing ? 'Watch the balance, or plan for a larger one.' : 'Check whether something stopped working.',
    priority: isGrowing ? 'medium' : 'low',
    action: null,
  };
};

/** One weekday is much busier than the others. */
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
    type: 'pattern',
    title: `${name} are the busiest`,
    message: `${name} see ${busiest.toFixed(1)} requests on average, ${(busiest / usual).toFixed(1)} times the ${usual.toFixed(1)} of an average day.`,
    suggestion: 'Put work that can wait on quieter days, where limits count by the day.',
    priority: 'low',
    action: null,
  };
};

/** The last days' work took much longer than the month's. */
const slowdown: InsightRule = ({ week, month }) => {
  const [now, usual] = [averageDuration(week), averageDuration(month)];
  if (week.timed_events < EVENTS_FOR_FAILURES || usual === 0 || now < SLOW_TIMES * usual) return null;
  return {
    type: 'optimization',
    title: 'Requests take longer',
    message: `A request took ${now.toFixed(2)} seconds on average in the last 7 days, against ${usual.toFixed(2)} in the last 30.`,
    suggestion: 'Shorter prompts, streaming or another model may help.',
    priority: 'low',
    action: 'review',
  };
};

export const usageRules: readonly InsightRule[] = [failures, spike, dominantModel, trend, busiestWeekday, slowdown];

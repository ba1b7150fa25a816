import { amount, DECIMALS, figure, max, type Units, units } from '../../platform/values/amount.js';
import { creditsText, dayText } from '../../platform/values/sentences.js';
import type { UserCreditsRow } from '../../generated/rows.js';
import { addDays, type Day, daysBetween } from '../../platform/values/calendar.js';
import type { PredictionView, RunOutView } from '../analytics.views.js';
import { type Forecast, forecast } from './forecast.js';
import { type Growth, growthOf } from './growth.js';
import { approximately, inPercent, NO_USAGE, secondsOf, type UsageTotals } from '../series/usage-totals.js';

/** Number of days that a prediction covers. */
export const HORIZON_DAYS = 30;
/** How many days ahead to search for the day on which the credits run out. */
const LIMIT_DAYS = 90;
/** Estimates are floats; their sums are off by less than this. */
const ROUNDING = 1e-6;
/** With this many days, the length of the history no longer limits the confidence. */
const DAYS_FOR_CONFIDENCE = 28;

/** The input of a prediction. */
export interface PredictionFacts {
  today: Day;
  /** First day considered. */
  from: Day;
  /** By day; charged_cost is what the ledger says was spent. */
  tallies: ReadonlyMap<Day, UsageTotals>;
  account: UserCreditsRow;
  /** Whether the plan grants new credits at reset_date. */
  renews: boolean;
  /** The day of reset_date. */
  reset_day: Day;
}

/** Returns the cost of a day, for statistics. */
const costOf = (totals: UsageTotals): number => approximately(totals.total_cost);

/** Returns the charged part of a day's cost. */
const chargeOf = (totals: UsageTotals): number => approximately(totals.charged_cost);

/** Predicts the next 30 days from completed days. Without usage everything is zero, and the recommendation says so. */
export function predict(facts: PredictionFacts): PredictionView {
  const history = closedDaysOf(facts);
  const of = (value: (totals: UsageTotals) => number, days = HORIZON_DAYS): Forecast =>
    forecast(history.map(value), days);
  const cost = of(costOf);
  const growth = growthIn(history);
  // work that was recorded without a charge is usage, but takes no credits
  const run_out = runOut(facts, of(chargeOf, LIMIT_DAYS));
  const limit = run_out?.likely ?? null;
  return {
    predicted_sessions: Math.round(of(({ sessions }) => sessions).total),
    predicted_minutes: Math.round(of(secondsOf).total / 60),
    predicted_cost: figure(estimated(cost.total)),
    predicted_total_cost: amount(estimated(cost.total)),
    predicted_tokens: Math.round(of(({ tokens }) => tokens).total),
    estimated_limit_date: limit,
    run_out,
    confidence: confidenceOf(history.length, cost),
    interval: { low: figure(estimated(cost.low)), high: figure(estimated(cost.high)) },
    recommendation: recommend(facts, { hasUsage: history.length > 0, cost, growth, limit }),
    growth_rate: inPercent(growth.growth_rate),
    current_trend: growth.current_trend,
  };
}

/** Returns the credits that can be spent now, without held credits, debt and credits locked by the cap. */
export function spendable({ balance, held, capped, debt }: UserCreditsRow): Units {
  return units(debt) > 0n ? 0n : max(0n, units(balance) - units(held) - units(capped));
}

/**
 * Returns the days from the first with usage to yesterday, because today is not complete; only today if usage began
 * today.
 */
export function closedDaysOf({
  from,
  today,
  tallies,
}: Pick<PredictionFacts, 'from' | 'today' | 'tallies'>): UsageTotals[] {
  const days = Array.from({ length: daysBetween(from, today) }, (_, n) => tallies.get(addDays(from, n)) ?? NO_USAGE);
  const first = days.findIndex(isActive);
  if (first >= 0) return days.slice(first);
  const begun = tallies.get(today);
  return begun === undefined ? [] : [begun];
}

/** Whether anything was done or charged on a day. */
const isActive = ({ events, charged_cost }: UsageTotals): boolean => events > 0 || charged_cost > 0n;

/** Returns the growth of usage: by cost, or by events if all usage was free. */
export function growthIn(days: readonly UsageTotals[]): Growth {
  const hasCost = days.some(({ total_cost }) => total_cost > 0n);
  return growthOf(days.map(hasCost ? costOf : ({ events }) => events));
}

/** Converts an estimate to an amount with six decimals. */
export const estimated = (value: number): Units =>
  BigInt(Math.round(Math.min(value, 9e9) * 1e6)) * 10n ** BigInt(DECIMALS - 6);

/** Returns the confidence: near 1 for a long history and a narrow interval, 0 without history. */
function confidenceOf(days: number, { total, low, high }: Forecast): number {
  if (days === 0) return 0;
  const spread = (high - low) / 2;
  const precision = total + spread > 0 ? total / (total + spread) : 1;
  return Math.round(Math.min(1, days / DAYS_FOR_CONFIDENCE) * precision * 100) / 100;
}

/**
 * Returns the days on which the credits run out if spending goes as expected, and at the bounds of its interval. A day is
 * null if it is not before the next renewal or within the days looked at; without any such day the result is null.
 */
function runOut({ account, renews, today, reset_day }: PredictionFacts, { days, bands }: Forecast): RunOutView | null {
  const left = approximately(spendable(account)) - ROUNDING;
  const length = renews ? Math.max(0, daysBetween(today, reset_day)) : days.length;
  const firstDay = (reaches: (n: number) => boolean): Day | null => {
    const day = days.slice(0, length).findIndex((cost, n) => cost > 0 && reaches(n));
    return day < 0 ? null : addDays(today, day);
  };
  let spent = 0;
  const totals = days.map((cost) => (spent += cost));
  const likely = firstDay((n) => (totals[n] ?? 0) >= left);
  const earliest = firstDay((n) => (bands[n]?.high ?? 0) >= left);
  const latest = firstDay((n) => (bands[n]?.low ?? 0) >= left);
  return earliest === null ? null : { earliest, likely, latest };
}

interface Outlook {
  hasUsage: boolean;
  cost: Forecast;
  growth: Growth;
  limit: Day | null;
}

function recommend(facts: PredictionFacts, { hasUsage, cost, growth, limit }: Outlook): string {
  if (!hasUsage) return 'There is no usage to predict from yet. Predictions start with the first event.';
  const next = `the next ${HORIZON_DAYS} days are expected to cost ${creditsText(estimated(cost.total))} credits`;
  if (limit !== null) {
    const until = facts.renews ? `, before the renewal on ${dayText(facts.reset_day)}` : '';
    const left = creditsText(spendable(facts.account));
    return `At this rate the ${left} available credits run out on ${dayText(limit)}${until}. Buy credits or choose a larger plan.`;
  }
  if (growth.current_trend === 'stable') return `Usage is steady: ${next}, and the credits last.`;
  const change = `${Math.abs(Math.round(growth.growth_rate * 100))}%`;
  return growth.current_trend === 'growing'
    ? `Usage grew by ${change} within ${growth.weeks} weeks: ${next}. Review the plan before the credits run short.`
    : `Usage fell by ${change} within ${growth.weeks} weeks: ${next}. A smaller plan may be enough.`;
}

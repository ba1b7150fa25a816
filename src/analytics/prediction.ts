import { amount, DECIMALS, figure, max, type Units, units } from '../platform/amount.js';
import type { UserCreditsRow } from '../generated/rows.js';
import { addDays, type Day, daysBetween } from '../platform/calendar.js';
import type { PredictionView } from './analytics.views.js';
import { type Forecast, forecast } from './forecast.js';
import { type Growth, growthOf } from './growth.js';
import { approximately, inPercent, NOTHING, secondsOf, type Tally } from './tally.js';

/** Predictions are about as many days. */
export const HORIZON_DAYS = 30;
/** How far ahead the day is looked for on which the credits run out. */
const LIMIT_DAYS = 90;
/** Estimates are binary floats; their sums are off by less. */
const ROUNDING = 1e-6;
/** From so many days on, the length of the history does not limit the confidence. */
const DAYS_FOR_CONFIDENCE = 28;

/** What a prediction is made from. */
export interface PredictionFacts {
  today: Day;
  /** First day that is looked at. */
  from: Day;
  tallies: ReadonlyMap<Day, Tally>;
  account: UserCreditsRow;
  /** Whether the plan gives new credits at reset_date. */
  renews: boolean;
  /** The day of reset_date. */
  reset_day: Day;
}

/** What a day cost, for statistics. */
const costOf = (tally: Tally): number => approximately(tally.total_cost);

/** What of a day's cost was charged. */
const chargeOf = (tally: Tally): number => approximately(tally.charged_cost);

/** Predicts the coming 30 days from the days that are over. Without usage everything is zero, and says so. */
export function predict(facts: PredictionFacts): PredictionView {
  const history = closedDaysOf(facts);
  const of = (value: (tally: Tally) => number, days = HORIZON_DAYS): Forecast => forecast(history.map(value), days);
  const cost = of(costOf);
  const growth = growthIn(history);
  // work that was recorded and never charged is usage, but takes no credits
  const limit = limitDay(facts, of(chargeOf, LIMIT_DAYS));
  return {
    predicted_sessions: Math.round(of(({ sessions }) => sessions).total),
    predicted_minutes: Math.round(of(secondsOf).total / 60),
    predicted_cost: figure(estimated(cost.total)),
    predicted_total_cost: amount(estimated(cost.total)),
    predicted_tokens: Math.round(of(({ tokens }) => tokens).total),
    estimated_limit_date: limit,
    confidence: confidenceOf(history.length, cost),
    interval: { low: figure(estimated(cost.low)), high: figure(estimated(cost.high)) },
    recommendation: recommend(facts, { hasUsage: history.length > 0, cost, growth, limit }),
    growth_rate: inPercent(growth.growth_rate),
    current_trend: growth.current_trend,
  };
}

/** Credits that charges can take now: what is held, owed or locked by the cap can't be spent. */
export function spendable({ balance, held, capped, debt }: UserCreditsRow): Units {
  return units(debt) > 0n ? 0n : max(0n, units(balance) - units(held) - units(capped));
}

/**
 * The days from the first with usage until yesterday: today is not over. Who only began today is judged by today.
 */
export function closedDaysOf({ from, today, tallies }: Pick<PredictionFacts, 'from' | 'today' | 'tallies'>): Tally[] {
  const days = Array.from({ length: daysBetween(from, today) }, (_, n) => tallies.get(addDays(from, n)) ?? NOTHING);
  const first = days.findIndex(({ events }) => events > 0);
  if (first >= 0) return days.slice(first);
  const begun = tallies.get(today);
  return begun === undefined ? [] : [begun];
}

/** How usage grew: by its cost, or by its events where all of it was free. */
export function growthIn(days: readonly Tally[]): Growth {
  const hasCost = days.some(({ total_cost }) => total_cost > 0n);
  return growthOf(days.map(hasCost ? costOf : ({ events }) => events));
}

/** An estimate as an amount, to six decimals. */
export const estimated = (value: number): Units =>
  BigInt(Math.round(Math.min(value, 9e9) * 1e6)) * 10n ** BigInt(DECIMALS - 6);

/** Long histories and narrow intervals make it near 1; without any history it is 0. */
function confidenceOf(days: number, { total, low, high }: Forecast): number {
  if (days === 0) return 0;
  const spread = (high - low) / 2;
  const precision = total + spread > 0 ? total / (total + spread) : 1;
  return Math.round(Math.min(1, days / DAYS_FOR_CONFIDENCE) * precision * 100) / 100;
}

/** The day on which the credits run out, if that is before new ones come. */
function limitDay({ account, renews, today, reset_day }: PredictionFacts, { days }: Forecast): Day | null {
  const left = approximately(spendable(account));
  const lookedAt = renews ? days.slice(0, Math.max(0, daysBetween(today, reset_day))) : days;
  let spent = 0;
  const day = lookedAt.findIndex((cost) => {
    spent += cost;
    return cost > 0 && spent >= left - ROUNDING;
  });
  return day < 0 ? null : addDays(today, day);
}

interface Outlook {
  hasUsage: boolean;
  cost: Forecast;
  growth: Growth;
  limit: Day | null;
}

function recommend(facts: PredictionFacts, { hasUsage, cost, growth, limit }: Outlook): string {
  if (!hasUsage) return 'There is no usage yet to predict from: predictions begin with the first event.';
  const next = `the next ${HORIZON_DAYS} days are expected to cost ${amount(estimated(cost.total))} credits`;
  if (limit !== null) {
    const until = facts.renews ? `, before new credits come on ${facts.reset_day}` : '';
    const left = amount(spendable(facts.account));
    return `At this pace the ${left} credits that can be spent run out on ${limit}${until}: buy credits or take a larger plan.`;
  }
  if (growth.current_trend === 'stable') return `Usage is steady: ${next}, and the credits last.`;
  const change = `${Math.abs(Math.round(growth.growth_rate * 100))} %`;
  return growth.current_trend === 'growing'
    ? `Usage grew by ${change} within ${growth.weeks} weeks: ${next}. Review the plan before the credits get short.`
    : `Usage fell by ${change} within ${growth.weeks} weeks: ${next}. A smaller plan may be enough.`;
}

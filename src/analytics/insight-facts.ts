import type { TierRow, UserCreditsRow } from '../generated/rows.js';
import type { Units } from '../platform/amount.js';
import type { Day } from '../platform/calendar.js';
import type { PredictionView } from './analytics.views.js';
import type { Growth } from './growth.js';
import type { Insight } from './insight.js';
import type { Tally } from './tally.js';

/** The input of the insight rules. */
export interface InsightFacts {
  today: Day;
  account: UserCreditsRow;
  /** Credits that can be spent now. */
  spendable: Units;
  /** The account's plan. */
  plan: TierRow;
  /** Public plans, cheapest first. */
  tiers: readonly TierRow[];
  /** Days from the first with usage (at most 12 weeks ago) to yesterday, in order. */
  history: readonly Tally[];
  /** The last 30 days, including today. */
  month: Tally;
  /** The last 7 days, including today. */
  week: Tally;
  /** The last 30 days by model, or by service for work without a model. */
  models: ReadonlyMap<string, Tally>;
  prediction: PredictionView;
  growth: Growth;
}

/** A pure rule: returns an insight, or null if it does not apply. */
export type InsightRule = (facts: InsightFacts) => Insight | null;

import type { TierRow, UserCreditsRow } from '../../generated/rows.js';
import type { Units } from '../../platform/values/amount.js';
import type { Day } from '../../platform/values/calendar.js';
import type { PredictionView } from '../analytics.views.js';
import type { Growth } from '../forecast/growth.js';
import type { Insight } from './insight.js';
import type { UsageTotals } from '../series/usage-totals.js';

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
  history: readonly UsageTotals[];
  /** The last 30 days, including today. */
  month: UsageTotals;
  /** The last 7 days, including today. */
  week: UsageTotals;
  /** The last 30 days by model, or by service for work without a model. */
  models: ReadonlyMap<string, UsageTotals>;
  prediction: PredictionView;
  growth: Growth;
}

/** A pure rule: returns an insight, or null if it does not apply. */
export type InsightRule = (facts: InsightFacts) => Insight | null;

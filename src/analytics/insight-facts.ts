import type { TierRow, UserCreditsRow } from '../generated/rows.js';
import type { Units } from '../platform/amount.js';
import type { Day } from '../platform/calendar.js';
import type { PredictionView } from './analytics.views.js';
import type { Growth } from './growth.js';
import type { Insight } from './insight.js';
import type { Tally } from './tally.js';

/** What the rules look at. */
export interface InsightFacts {
  today: Day;
  account: UserCreditsRow;
  /** Credits that charges can take now. */
  spendable: Units;
  /** The account's plan. */
  plan: TierRow;
  /** Plans that are shown to the public, the cheapest first. */
  tiers: readonly TierRow[];
  /** Days from the first with usage (at most 12 weeks back) until yesterday, in order. */
  history: readonly Tally[];
  /** The last 30 days, today included. */
  month: Tally;
  /** The last 7 days, today included. */
  week: Tally;
  /** The last 30 days by model; work without one is under its service. */
  models: ReadonlyMap<string, Tally>;
  prediction: PredictionView;
  growth: Growth;
}

/** Fires or not. Pure: what it says rests on the facts alone. */
export type InsightRule = (facts: InsightFacts) => Insight | null;

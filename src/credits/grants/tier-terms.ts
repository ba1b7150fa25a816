import type { TierRow } from '../../generated/rows.js';

/** The columns of a tier that the rules read. */
export type TierTerms = Pick<
  TierRow,
  | 'tier'
  | 'credits_monthly'
  | 'monthly_cap'
  | 'rollover_max'
  | 'renews'
  | 'calls_per_day'
  | 'calls_per_month'
  | 'free_calls_per_day'
>;

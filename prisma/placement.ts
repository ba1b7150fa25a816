/**
 * Which database a table belongs to once accounts live in more than one (docs/decisions/0018-cells.md). Every table
 * that is not named here is an account's: `user_id` is in its primary key and in each unique constraint.
 */

/** The same in every database: written in one of them and replicated to the others. */
export const GLOBAL_TABLES = [
  'tiers',
  'model_prices',
  'price_withdrawals',
  'service_tier_multipliers',
  'markup_rules',
  'credit_packages',
  'coupon_codes',
  'openrouter_readings',
];

/** Kept by each database for itself: how far its roll-up is, and what it was sent and has not assigned to a user yet. */
export const LOCAL_TABLES = ['usage_rollups', 'payment_events', 'litellm_rejected_logs'];

/**
 * Placement of tables once accounts are spread over several databases (docs/decisions/0018-cells.md). Every table not
 * listed here belongs to accounts: `user_id` is in its primary key and in each unique constraint.
 */

/** Global tables: written in one database and replicated to the others. */
export const GLOBAL_TABLES = [
  'tiers',
  'model_prices',
  'price_withdrawals',
  'service_tier_multipliers',
  'markup_rules',
  'catalogue_revisions',
  'model_equivalents',
  'credit_packages',
  'coupon_codes',
  'openrouter_readings',
  'webhook_endpoints',
  'scheduled_grants',
  'welcome_steps',
  'abuse_signals',
  'referral_programs',
  'referral_codes',
  'experiments',
  'gift_check_settings',
];

/**
 * Local tables: the progress of roll-ups, event consumers and scheduled grants in each database, data received but not yet
 * assigned to a user, and messages to the operator.
 */
export const LOCAL_TABLES = [
  'usage_rollups',
  'hourly_rollups',
  'event_positions',
  'payment_events',
  'litellm_rejected_logs',
  'operator_messages',
  'rate_counters',
  'scheduled_grant_runs',
  'credit_imports',
  'credit_import_lines',
];

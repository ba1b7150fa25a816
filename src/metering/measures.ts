/**
 * The measures of usage: the columns of usage_daily, each with the SQL expression for its value in one row of
 * usage_events. Roll-up, reports and verification share these expressions, so that they always agree.
 */
export const MEASURES = {
  event_count: '1',
  free_events: 'is_free_tier::int',
  failed_events: '(NOT succeeded)::int',
  tokens_used: 'tokens_used',
  free_tokens: 'CASE WHEN is_free_tier THEN tokens_used ELSE 0 END',
  input_tokens: [
    'input_tokens::bigint + cache_read_tokens + cache_write_tokens + cache_write_1h_tokens',
    'audio_input_tokens + audio_cache_read_tokens + image_tokens',
  ].join(' + '),
  output_tokens: 'output_tokens::bigint + reasoning_tokens + audio_output_tokens + image_output_tokens',
  provider_cost: 'provider_cost',
  platform_markup: 'platform_markup',
  total_cost: 'total_cost',
  charged_cost: 'CASE WHEN transaction_id IS NULL THEN 0 ELSE total_cost END',
  timed_events: '(duration_seconds IS NOT NULL)::int',
  duration_seconds: 'COALESCE(duration_seconds, 0)',
} as const;

export type Measure = keyof typeof MEASURES;

export const ALL_MEASURES = Object.keys(MEASURES) as Measure[];

/** The key columns of usage_daily and of usage_by_hour. Days are UTC days. */
export const DAILY_KEY = ['user_id', 'day', 'service', 'model'] as const;
export const BY_HOUR_KEY = ['user_id', 'hour', 'service', 'model'] as const;

/** The UTC day of an event. */
const DAY = `(occurred_at AT TIME ZONE 'UTC')::date`;

/** The hour of an event. */
export const HOUR = `date_trunc('hour', occurred_at, 'UTC')`;

/** Returns the select list that maps one event to the columns of usage_daily. */
export const eventColumns = (measures: readonly Measure[]): string =>
  [`${DAY} AS day`, 'service', `COALESCE(model, '') AS model`, ...measures.map((m) => `${MEASURES[m]} AS ${m}`)].join(
    ', ',
  );

/** Returns the select list that sums the given measures. */
export const sumsOf = (measures: readonly Measure[]): string => measures.map((m) => `sum(${m}) AS ${m}`).join(', ');

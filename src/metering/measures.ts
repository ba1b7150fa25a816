/**
 * What is counted of usage: the columns of usage_daily, each with its value for one row of usage_events. Roll-up, reports
 * and verification all count by these words, so that they cannot disagree.
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

/** The place of an event in usage_daily; the day is one of UTC. */
export const DAILY_KEY = ['user_id', 'day', 'service', 'model'] as const;

/** Day of UTC of an event. */
const DAY = `(occurred_at AT TIME ZONE 'UTC')::date`;

/** Columns of usage_events as usage_daily has them, for one event. */
export const eventColumns = (measures: readonly Measure[]): string =>
  [`${DAY} AS day`, 'service', `COALESCE(model, '') AS model`, ...measures.map((m) => `${MEASURES[m]} AS ${m}`)].join(
    ', ',
  );

/** Sums of measures over rows that have them. */
export const sumsOf = (measures: readonly Measure[]): string => measures.map((m) => `sum(${m}) AS ${m}`).join(', ');

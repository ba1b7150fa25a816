/** The pools of tokens. Each is a column of usage_events; they never overlap. */
export const TOKEN_POOLS = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'reasoning_tokens',
  'audio_input_tokens',
  'audio_cache_read_tokens',
  'audio_output_tokens',
  'image_tokens',
  'image_output_tokens',
] as const;
export type TokenPool = (typeof TOKEN_POOLS)[number];

/** The measures input_tokens and output_tokens are sums over all pools of a side; these are their parts besides plain text. */
export const INPUT_PARTS = [
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'audio_input_tokens',
  'audio_cache_read_tokens',
  'image_tokens',
] as const;
export const OUTPUT_PARTS = ['reasoning_tokens', 'audio_output_tokens', 'image_output_tokens'] as const;

const sameNamed = <Name extends string>(names: readonly Name[]): Record<Name, string> =>
  Object.fromEntries(names.map((name) => [name, name] as const)) as Record<Name, Name>;

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
  input_tokens: ['input_tokens::bigint', ...INPUT_PARTS].join(' + '),
  output_tokens: ['output_tokens::bigint', ...OUTPUT_PARTS].join(' + '),
  ...sameNamed([...INPUT_PARTS, ...OUTPUT_PARTS]),
  provider_cost: 'provider_cost',
  platform_markup: 'platform_markup',
  total_cost: 'total_cost',
  charged_cost: 'CASE WHEN transaction_id IS NULL THEN 0 ELSE total_cost END',
  cache_savings: 'COALESCE(cache_savings, 0)',
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

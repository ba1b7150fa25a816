import type { NewEvent } from './usage-event.js';

/** Columns of an event that a record set shares with whatever else it carries. */
type Shared = 'user_id' | 'service' | 'model' | 'metadata';

const TYPES: Record<Exclude<keyof NewEvent, Shared | 'request_id' | 'occurred_at'>, string> = {
  tokens_used: 'int',
  input_tokens: 'int',
  output_tokens: 'int',
  cache_read_tokens: 'int',
  cache_write_tokens: 'int',
  reasoning_tokens: 'int',
  audio_input_tokens: 'int',
  audio_output_tokens: 'int',
  image_tokens: 'int',
  quantity: 'numeric',
  unit: 'usage_unit',
  provider_cost: 'numeric',
  platform_markup: 'numeric',
  total_cost: 'numeric',
  is_free_tier: 'boolean',
  billable: 'boolean',
  is_rated: 'boolean',
  succeeded: 'boolean',
  session_id: 'text',
  duration_seconds: 'numeric',
  source: 'text',
  price_id: 'uuid',
  markup_rule_id: 'uuid',
  markup_rate: 'numeric',
};
const COLUMNS = Object.keys(TYPES).join(', ');

/** The columns of an event in the definition of a record set, besides user_id, service, model and metadata. */
export const EVENT_RECORD = [
  ...Object.entries(TYPES).map(([column, type]) => `${column} ${type}`),
  'event_request_id text',
  'occurred_at timestamptz',
].join(', ');

/** The columns of {@link EVENT_RECORD} and those beside it; `request_id` is left to whoever acts. */
export function eventColumns({ request_id, ...event }: NewEvent): object {
  return { ...event, event_request_id: request_id };
}

/**
 * Inserts the events among the rows of `from`, which has the columns of the record set, `id`, and `at` as the instant of
 * recording; `transaction_id` is an expression over them.
 */
export const insertEvents = (from: string, transaction_id: string): string => `
  INSERT INTO usage_events (id, user_id, service, model, metadata, request_id, occurred_at, transaction_id, created_at,
    ${COLUMNS})
  SELECT id, user_id, service, model, metadata, COALESCE(event_request_id, id::text), COALESCE(occurred_at, at),
    ${transaction_id}, at, ${COLUMNS}
  FROM ${from}`;

/**
 * Events that no batch of postings carries. Sorted by name, so that two statements with the same events wait for
 * each other instead of deadlocking.
 */
const given = `given AS MATERIALIZED (
  SELECT g.*, COALESCE(g.line_id, tollgate_uuid7(clock_timestamp(), g.n)) AS id,
    COALESCE(g.recorded_at, date_trunc('milliseconds', clock_timestamp())) AS at
  FROM json_to_recordset($1::json) AS g (n int, line_id uuid, recorded_at timestamptz, transaction_id uuid, user_id text,
    service text, model text, metadata jsonb, ${EVENT_RECORD})
  ORDER BY user_id, source, event_request_id
)`;

const inserted = `
WITH ${given}, made AS (${insertEvents('given', 'transaction_id')}
  ON CONFLICT (user_id, source, request_id) DO NOTHING
  RETURNING id, created_at
)`;

/** Records those that are not recorded yet; the others are missing from the answer. */
export const INSERT_NEW = `${inserted}
SELECT given.n, made.id, made.created_at FROM made JOIN given USING (id)`;

/** Records all of them, or aborts with 40001 when another transaction has just recorded one. */
export const INSERT_ALL = `${inserted}
SELECT given.n, made.id, made.created_at FROM given LEFT JOIN made USING (id)
WHERE tollgate_expect((SELECT count(*) FROM given), (SELECT count(*) FROM made))`;

/** The events of the given names, by look-ups in the unique index whatever the planner expects. */
export const FIND_BY_NAME = `
SELECT known.* FROM json_to_recordset($1::json) AS n (user_id text, source text, request_id text), LATERAL (
  SELECT * FROM usage_events e
  WHERE e.user_id = n.user_id AND e.source = n.source AND e.request_id = n.request_id OFFSET 0
) AS known`;

import type { NewEvent } from './usage-event.js';

/** Columns of an event that a record set shares with whatever else it carries. */
type Shared = 'user_id' | 'service' | 'model' | 'metadata';

interface Column {
  type: string;
  /** What the column mostly holds: left out of the record set, for parsing it is a good part of recording an event. */
  usual?: number | boolean;
}

const TOKENS: Column = { type: 'int', usual: 0 };
const AMOUNT: Column = { type: 'numeric' };
const TRUE: Column = { type: 'boolean', usual: true };

const COLUMNS: Record<Exclude<keyof NewEvent, Shared | 'request_id' | 'occurred_at' | 'list_cost'>, Column> = {
  tokens_used: TOKENS,
  input_tokens: TOKENS,
  output_tokens: TOKENS,
  cache_read_tokens: TOKENS,
  cache_write_tokens: TOKENS,
  reasoning_tokens: TOKENS,
  audio_input_tokens: TOKENS,
  audio_output_tokens: TOKENS,
  image_tokens: TOKENS,
  quantity: AMOUNT,
  unit: { type: 'usage_unit' },
  provider_cost: AMOUNT,
  platform_markup: AMOUNT,
  total_cost: AMOUNT,
  is_free_tier: { type: 'boolean', usual: false },
  billable: TRUE,
  is_rated: TRUE,
  succeeded: TRUE,
  session_id: { type: 'text' },
  duration_seconds: AMOUNT,
  source: { type: 'text' },
  price_id: { type: 'uuid' },
  markup_rule_id: { type: 'uuid' },
  markup_rate: AMOUNT,
};
const NAMES = Object.keys(COLUMNS).join(', ');
const VALUES = Object.entries(COLUMNS)
  .map(([name, { usual }]: [string, Column]) => (usual === undefined ? name : `COALESCE(${name}, ${usual})`))
  .join(', ');

/** The columns of an event in the definition of a record set, besides user_id, service, model and metadata. */
export const EVENT_RECORD = [
  ...Object.entries(COLUMNS).map(([name, { type }]) => `${name} ${type}`),
  'event_request_id text',
  'occurred_at timestamptz',
].join(', ');

/** The columns of {@link EVENT_RECORD} and those beside it; `request_id` is left to whoever acts. */
export function eventColumns({ request_id, list_cost: _, ...event }: NewEvent): Record<string, unknown> {
  const columns: Record<string, unknown> = { event_request_id: request_id };
  for (const [name, value] of Object.entries(event)) {
    const { usual } = (COLUMNS as Record<string, Column>)[name] ?? {};
    if (value !== null && value !== usual) columns[name] = value;
  }
  return columns;
}

/**
 * Inserts the events among the rows of `from`, which has the columns of the record set, `id`, and `at` as the instant of
 * recording; `transaction_id` is an expression over them.
 */
export const insertEvents = (from: string, transaction_id: string): string => `
  INSERT INTO usage_events (id, user_id, service, model, metadata, request_id, occurred_at, transaction_id, created_at,
    ${NAMES})
  SELECT id, user_id, service, model, metadata, COALESCE(event_request_id, id::text), COALESCE(occurred_at, at),
    ${transaction_id}, at, ${VALUES}
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

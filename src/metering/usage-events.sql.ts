import { RecordSet } from '../platform/database/record-set.js';
import type { NewEvent } from './usage-event.js';

/** Columns that an event shares with the posting or record it came with. */
const SHARED = {
  user_id: 'text',
  service: 'text',
  model: 'text',
  metadata: 'jsonb',
  api_key_id: 'uuid',
  member_id: 'text',
  tags: 'text',
};

const COLUMNS = {
  tokens_used: 'int',
  input_tokens: 'int',
  output_tokens: 'int',
  cache_read_tokens: 'int',
  cache_write_tokens: 'int',
  cache_write_1h_tokens: 'int',
  reasoning_tokens: 'int',
  audio_input_tokens: 'int',
  audio_cache_read_tokens: 'int',
  audio_output_tokens: 'int',
  image_output_tokens: 'int',
  image_tokens: 'int',
  quantity: 'numeric',
  unit: 'usage_unit',
  provider_cost: 'numeric',
  platform_markup: 'numeric',
  total_cost: 'numeric',
  cache_savings: 'numeric',
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
  price_multiplier: 'numeric',
  measures: 'jsonb',
  service_tier: 'service_tier',
  unread_usage: 'jsonb',
  content_hash: 'uuid',
} satisfies Record<Exclude<keyof NewEvent, keyof typeof SHARED | 'request_id' | 'occurred_at' | 'list_cost'>, string>;
const NAMES = Object.keys(COLUMNS).join(', ');

/** The columns of events, except the shared ones. */
export const EVENTS = new RecordSet({ ...COLUMNS, request_id: 'text', occurred_at: 'timestamptz' });

/** The additional columns of events that are recorded outside a batch: the shared ones and those from their charge. */
export const ORIGINS = new RecordSet({
  n: 'int',
  line_id: 'uuid',
  recorded_at: 'timestamptz',
  transaction_id: 'uuid',
  ...SHARED,
});

/** Names of events. */
export const NAMED = new RecordSet({ user_id: 'text', source: 'text', request_id: 'text' });

/**
 * Returns an INSERT of the events in `from`, which has the columns of the record set, `id`, and the time of recording
 * `at`. `transaction_id` is an expression over these columns.
 */
export const insertEvents = (from: string, transaction_id: string): string => `
  INSERT INTO usage_events (id, user_id, service, model, metadata, api_key_id, member_id, tags, request_id, occurred_at, transaction_id, created_at,
    ${NAMES})
  SELECT id, user_id, service, model, metadata, api_key_id, member_id, tags::varchar(64)[], COALESCE(request_id, id::text), COALESCE(occurred_at, at),
    ${transaction_id}, at, ${NAMES}
  FROM ${from}`;

/** The name of an event as {@link insertNames} stores it; null as long as its id, which will be its name, is not known. */
export const DIGEST = 'tollgate_event_digest(source, request_id)';

/**
 * Returns an INSERT of the names of the events in `from`, with the same columns and their {@link DIGEST}. Events are
 * partitioned by time, so only the names can have a unique key.
 */
export const insertNames = (from: string): string => `
  INSERT INTO usage_event_names (user_id, digest, event_id)
  SELECT user_id, COALESCE(digest, tollgate_event_digest(source, id::text)), id FROM ${from}`;

/** The clock, read after the statement has got its transaction id: see new-events.sql.ts. */
const NOW = 'CASE WHEN pg_current_xact_id() IS NOT NULL THEN clock_timestamp() END';

/** Sorted by name, so that two statements with the same events wait for each other instead of deadlocking. */
const given = `given AS MATERIALIZED (
  SELECT g.*, ${DIGEST} AS digest, COALESCE(g.line_id, tollgate_row_id(g.user_id, ${NOW}, g.n)) AS id,
    COALESCE(g.recorded_at, date_trunc('milliseconds', clock_timestamp())) AS at
  FROM ${ORIGINS.from('g', 1, EVENTS)}
  ORDER BY user_id, source, request_id, n
)`;

/** The hashed look-up is as fast for a thousand events as for one; a join would compare each with each. */
const inserted = `
WITH ${given}, named AS (${insertNames('given')}
  ON CONFLICT (user_id, digest) DO NOTHING
  RETURNING event_id
), made AS (${insertEvents('given WHERE (id IN (SELECT event_id FROM named)) IS TRUE', 'transaction_id')}
  RETURNING id, created_at
)`;

/** Inserts the events that are not recorded yet; the others are missing from the result. */
export const INSERT_NEW = `${inserted}
SELECT given.n, made.id, made.created_at FROM made JOIN given USING (id)`;

/** Inserts all events, or aborts with 40001 when another transaction has just recorded one of them. */
export const INSERT_ALL = `${inserted}
SELECT given.n, made.id, made.created_at FROM given LEFT JOIN made USING (id)
WHERE tollgate_expect((SELECT count(*) FROM given), (SELECT count(*) FROM made))`;

/**
 * Finds the events of the given names, on the account or on the organization that paid instead. OFFSET 0 forces look-ups in
 * the keys.
 */
export const FIND_BY_NAME = `
SELECT known.*, n.user_id AS named_for FROM ${NAMED.from('n', 1)}, LATERAL (
  SELECT event_id, COALESCE(paid_by, user_id) AS owner FROM usage_event_names
  WHERE user_id = n.user_id AND digest = tollgate_event_digest(n.source, n.request_id) OFFSET 0
) AS named, LATERAL (
  SELECT * FROM usage_events WHERE user_id = named.owner AND id = named.event_id OFFSET 0
) AS known`;

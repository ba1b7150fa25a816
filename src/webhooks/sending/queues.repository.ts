import { Injectable } from '@nestjs/common';
import type { StoredEvent } from '../../events/stored-event.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { json } from '../../platform/values/wire.js';
import type { Attempt } from './webhook.client.js';

/** The queue of an account at an endpoint, leased to this process. */
export interface LeasedQueue {
  readonly endpoint_id: string;
  readonly user_id: string;
  readonly lease_id: string;
}

/** A pending delivery with its event; `data` is null if the event is no longer kept. */
export interface DueDelivery extends Omit<StoredEvent, 'data'> {
  readonly data: StoredEvent['data'] | null;
  readonly delivery_id: string;
  readonly endpoint_id: string;
  /** Attempts before this one. */
  readonly tries: number;
}

/** What came of an attempt, or of a delivery that is given up. */
export interface DeliveryResult {
  readonly delivery_id: string;
  readonly user_id: string;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempt: Attempt;
  /** Pause before the next attempt; null if there is none. */
  readonly pause_ms: number | null;
}

/** A queue that a worker has finished with for now. */
export interface FinishedQueue {
  readonly queue: LeasedQueue;
  readonly results: readonly DeliveryResult[];
}

/** A worker that does not come back within this time has died; another one takes its queues. */
const LEASE_S = 60;

// a lateral scan for each endpoint, so that no endpoint takes the place of another
const CLAIM = `
  WITH due AS (
    SELECT q.endpoint_id, q.user_id FROM unnest($1::uuid[], $2::int[]) AS free (endpoint_id, slots)
    CROSS JOIN LATERAL (
      SELECT endpoint_id, user_id FROM webhook_queues
      WHERE endpoint_id = free.endpoint_id AND due_at <= now() ORDER BY due_at LIMIT free.slots FOR UPDATE SKIP LOCKED
    ) AS q
  )
  UPDATE webhook_queues q SET lease_id = $3::uuid, due_at = now() + make_interval(secs => ${LEASE_S})
  FROM due WHERE q.endpoint_id = due.endpoint_id AND q.user_id = due.user_id
  RETURNING q.endpoint_id, q.user_id, q.lease_id`;

const NEXT = `
  SELECT d.id AS delivery_id, d.endpoint_id, d.user_id, d.event_id AS id, d.type, d.sequence, d.tries,
    COALESCE(e.occurred_at, d.created_at) AS occurred_at, e.data
  FROM unnest($1::uuid[], $2::text[]) AS q (endpoint_id, user_id)
  CROSS JOIN LATERAL (
    SELECT * FROM webhook_deliveries d
    WHERE d.endpoint_id = q.endpoint_id AND d.user_id = q.user_id AND d.status = 'pending' ORDER BY d.sequence LIMIT $3
  ) AS d
  LEFT JOIN events e ON e.id = d.event_id AND e.user_id = d.user_id
  ORDER BY d.endpoint_id, d.user_id, d.sequence`;

/** SQL on the queues of deliveries. A queue is sent by the worker that holds its lease, and by no other. */
@Injectable()
export class QueuesRepository {
  constructor(private readonly db: Database) {}

  /** Leases queues that are due, for each endpoint at most the given number. */
  claim(free: ReadonlyMap<string, number>, lease_id: string): Promise<LeasedQueue[]> {
    const values = [[...free.keys()], [...free.values()], lease_id];
    return this.db.statement<LeasedQueue & object>('webhook_queues_claim', CLAIM, values);
  }

  /** Returns the next pending deliveries of queues, for each queue at most `limit`, in the order of the events. */
  next(queues: readonly LeasedQueue[], limit: number): Promise<DueDelivery[]> {
    const values = [queues.map((q) => q.endpoint_id), queues.map((q) => q.user_id), limit];
    return this.db.statement<DueDelivery & object>('webhook_queues_next', NEXT, values);
  }

  /**
   * Stores what came of deliveries and ends the leases. Queues whose lease was lost are left alone, and so are their
   * deliveries: the worker that has the lease sends them again.
   */
  async finish(tx: Tx, finished: readonly FinishedQueue[]): Promise<void> {
    const held = await lockHeld(tx, finished);
    if (held.length === 0) return;
    await storeResults(tx, held);
    await storeHealth(tx, held);
    await release(tx, held);
  }
}

async function lockHeld(tx: Tx, finished: readonly FinishedQueue[]): Promise<FinishedQueue[]> {
  const rows = await tx.$queryRaw<LeasedQueue[]>`
    SELECT q.endpoint_id, q.user_id, q.lease_id FROM webhook_queues q
    JOIN jsonb_to_recordset(${json(finished.map(({ queue }) => queue))}::jsonb)
      AS f (endpoint_id uuid, user_id text, lease_id uuid) USING (endpoint_id, user_id, lease_id)
    ORDER BY q.endpoint_id, q.user_id FOR UPDATE OF q`;
  const held = new Set(rows.map(keyOf));
  return finished.filter(({ queue }) => held.has(keyOf(queue)));
}

const keyOf = ({ endpoint_id, user_id }: LeasedQueue): string => `${endpoint_id} ${user_id}`;

/** The last 20 attempts are kept. */
async function storeResults(tx: Tx, held: readonly FinishedQueue[]): Promise<void> {
  const results = held.flatMap(({ results: all }) => all);
  if (results.length === 0) return;
  await tx.$executeRaw`
    UPDATE webhook_deliveries d SET status = r.status::webhook_delivery_status, tries = d.tries + 1,
      attempts = (CASE WHEN jsonb_array_length(d.attempts) >= 20 THEN d.attempts - 0 ELSE d.attempts END) || r.attempt,
      next_attempt_at = now() + make_interval(secs => r.pause_ms / 1000.0),
      delivered_at = CASE WHEN r.status = 'delivered' THEN now() END
    FROM jsonb_to_recordset(${json(results)}::jsonb)
      AS r (delivery_id uuid, user_id text, status text, attempt jsonb, pause_ms float8)
    WHERE d.id = r.delivery_id AND d.user_id = r.user_id AND d.status = 'pending'`;
}

/** An endpoint fails as long as no attempt succeeds. Most results do not change that, and write nothing. */
async function storeHealth(tx: Tx, held: readonly FinishedQueue[]): Promise<void> {
  const health = new Map<string, boolean>();
  for (const { queue, results } of held) {
    const { endpoint_id } = queue;
    if (results.length === 0) continue;
    health.set(endpoint_id, (health.get(endpoint_id) ?? false) || results.some(({ status }) => status === 'delivered'));
  }
  const given = [...health].map(([id, works]) => ({ id, works })).sort((a, b) => (a.id < b.id ? -1 : 1));
  await tx.$executeRaw`
    UPDATE webhook_endpoints e SET failing_since = CASE WHEN h.works THEN NULL ELSE now() END, failing_reported_at = NULL
    FROM jsonb_to_recordset(${json(given)}::jsonb) AS h (id uuid, works boolean)
    WHERE e.id = h.id AND h.works = (e.failing_since IS NOT NULL)`;
}

/** Ends leases, and deletes queues without pending deliveries. The statement sees what was added before the lock. */
async function release(tx: Tx, held: readonly FinishedQueue[]): Promise<void> {
  const given = held.map(({ queue, results }) => ({ ...queue, pause_ms: results.at(-1)?.pause_ms ?? 0 }));
  await tx.$executeRaw`
    WITH given AS (
      SELECT g.*, EXISTS (SELECT FROM webhook_deliveries d
        WHERE d.endpoint_id = g.endpoint_id AND d.user_id = g.user_id AND d.status = 'pending') AS has_more
      FROM jsonb_to_recordset(${json(given)}::jsonb) AS g (endpoint_id uuid, user_id text, pause_ms float8)
    ), emptied AS (
      DELETE FROM webhook_queues q USING given g
      WHERE q.endpoint_id = g.endpoint_id AND q.user_id = g.user_id AND NOT g.has_more
    )
    UPDATE webhook_queues q SET lease_id = NULL, due_at = now() + make_interval(secs => g.pause_ms / 1000.0)
    FROM given g WHERE q.endpoint_id = g.endpoint_id AND q.user_id = g.user_id AND g.has_more`;
}

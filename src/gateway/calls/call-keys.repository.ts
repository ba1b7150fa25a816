import { Injectable } from '@nestjs/common';
import type { CallAnswerRow, CreditHoldRow } from '../../generated/rows.js';
import { Database } from '../../platform/database/database.js';
import { idAtSql } from '../../platform/database/row-id.js';
import { OWN_KEY } from './call-rates.js';

/** What is known about the call with an idempotency key. */
export interface KeyedCall {
  request_hash: string;
  /** Account that pays for the call. */
  user_id: string;
  hold_id: string;
  /** Null when the hold is gone. */
  status: CreditHoldRow['status'] | null;
  /** Null when the call is over. */
  lease_until: Date | null;
  /** Charge of the call, decimal text; null when it has no event. */
  total_cost: string | null;
  succeeded: boolean | null;
  is_own_key: boolean;
  /** Balance after the charge, decimal text; null when nothing was charged. */
  balance_after: string | null;
  content_type: string | null;
  sealed_answer: string | null;
}

const KEPT_HOURS = 24;
const FIND = `
  SELECT k.request_hash, k.user_id, k.resource_id AS hold_id, h.status, h.lease_until, e.total_cost, e.succeeded, l.balance_after,
    COALESCE(e.metadata ->> 'key' = '${OWN_KEY.key}', false) AS is_own_key, a.content_type, a.sealed_answer
  FROM (
    SELECT request_hash, resource_id, COALESCE(paid_by, user_id) AS user_id FROM idempotency_keys
    WHERE user_id = $1 AND idempotency_key = $2
  ) k
  LEFT JOIN credit_holds h ON h.id = k.resource_id AND h.user_id = k.user_id
  LEFT JOIN usage_event_names n ON n.user_id = k.user_id
    AND n.digest = tollgate_event_digest('gateway', k.resource_id::text)
  LEFT JOIN usage_events e ON e.user_id = k.user_id AND e.id = n.event_id
  LEFT JOIN credit_transactions t ON t.id = e.transaction_id AND t.user_id = k.user_id
  -- a charge beyond its hold has a second line
  LEFT JOIN LATERAL (
    SELECT balance_after FROM credit_transactions
    WHERE user_id = t.user_id AND id >= t.id AND id < ${idAtSql(`t.created_at + interval '1 millisecond'`)}
      AND hold_id = k.resource_id ORDER BY id DESC LIMIT 1
  ) l ON true
  LEFT JOIN call_answers a ON a.user_id = k.user_id AND a.hold_id = k.resource_id`;
const KEEP = `
  INSERT INTO call_answers (user_id, hold_id, content_type, sealed_answer) VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING`;

/** Reads calls with an Idempotency-Key and stores their answers. */
@Injectable()
export class CallKeysRepository {
  constructor(private readonly db: Database) {}

  async find(user_id: string, key: string): Promise<KeyedCall | null> {
    const [found] = await this.db.statement<KeyedCall>('keyed_call_find', FIND, [user_id, key]);
    return found ?? null;
  }

  async keep(answer: Omit<CallAnswerRow, 'created_at'>): Promise<void> {
    const { user_id, hold_id, content_type, sealed_answer } = answer;
    await this.db.statement('call_answer_keep', KEEP, [user_id, hold_id, content_type, sealed_answer]);
  }

  /** Deletes answers that are older than a day. @returns how many */
  deleteOld(): Promise<number> {
    return this.db.prisma.$executeRaw`
      DELETE FROM call_answers WHERE created_at < clock_timestamp() - ${KEPT_HOURS} * interval '1 hour'`;
  }
}

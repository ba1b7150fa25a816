import { Injectable } from '@nestjs/common';
import type { GatewayCallRow } from '../generated/rows.js';
import { Database } from '../platform/database.js';

/** What names a call. */
export type CallName = Pick<GatewayCallRow, 'hold_id' | 'user_id'>;

/** A call that is about to be made. */
export type NewCall = CallName & Pick<GatewayCallRow, 'model' | 'is_own_key'>;

const CLOCK = 'clock_timestamp()';
const IN = (seconds: string): string => `${CLOCK} + ${seconds} * interval '1 second'`;
/**
 * Not waited for until it is on the disk: others see it at once all the same. Should the database itself crash within
 * that moment, a call without a row has a hold that expires, and a row without a call finds its hold resolved.
 */
const SOON = "set_config('synchronous_commit', 'off', true)";
const TAKE_OVER = `
  UPDATE gateway_calls SET lease_until = ${IN('$1::int')}
  WHERE (hold_id, user_id) IN (
    SELECT hold_id, user_id FROM gateway_calls WHERE lease_until < ${CLOCK}
    ORDER BY lease_until LIMIT $2 FOR UPDATE SKIP LOCKED
  )
  RETURNING *`;

/** All SQL on calls that are not settled yet. */
@Injectable()
export class CallsRepository {
  constructor(private readonly db: Database) {}

  async insert({ hold_id, user_id, model, is_own_key }: NewCall, lease_s: number): Promise<void> {
    const text = `INSERT INTO gateway_calls (hold_id, user_id, model, is_own_key, lease_until, created_at)
      SELECT $1, $2, $3, $4, ${IN('$5::int')}, ${CLOCK} FROM ${SOON}`;
    await this.db.statement('gateway_call_insert', text, [hold_id, user_id, model, is_own_key, lease_s]);
  }

  /** Writes down under which id the provider keeps a call. */
  async identify({ hold_id, user_id }: CallName, generation_id: string): Promise<void> {
    const text = `UPDATE gateway_calls SET generation_id = $3 FROM ${SOON} WHERE hold_id = $1 AND user_id = $2`;
    await this.db.statement('gateway_call_identify', text, [hold_id, user_id, generation_id]);
  }

  /** Keeps calls from being taken over for so many seconds from now. */
  async lease(calls: readonly CallName[], lease_s: number): Promise<void> {
    if (calls.length === 0) return;
    const text = `UPDATE gateway_calls SET lease_until = ${IN('$3::int')}
      WHERE (hold_id, user_id) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))`;
    const names = [calls.map(({ hold_id }) => hold_id), calls.map(({ user_id }) => user_id)];
    await this.db.statement('gateway_call_lease', text, [...names, lease_s]);
  }

  /** Takes over calls that nobody keeps any more, each for one caller of this method alone. */
  takeOver(lease_s: number, limit: number): Promise<GatewayCallRow[]> {
    return this.db.statement<GatewayCallRow>('gateway_call_take_over', TAKE_OVER, [lease_s, limit]);
  }

  async delete({ hold_id, user_id }: CallName): Promise<void> {
    const text = `DELETE FROM gateway_calls USING ${SOON} WHERE hold_id = $1 AND user_id = $2`;
    await this.db.statement('gateway_call_delete', text, [hold_id, user_id]);
  }
}

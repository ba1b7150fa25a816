import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { Database } from '../platform/database/database.js';
import {
  ADOPT,
  ADVANCE,
  ADVANCE_HOURS,
  CLEAR,
  COMPLETE,
  FAULTS,
  MAKE_HOURS,
  NEXT_USERS,
  PENDING,
  REACH,
  REBUILD,
  TAKE,
  TAKE_WAITING,
} from './rollup.sql.js';
import { HOUR_FAULTS, RESTART, RESTART_EVENTS } from './hourly/hourly.sql.js';

/** The state of the roll-up compared with the events. */
export interface RollupState {
  /** Whether there are events to roll up, or the id at which new events begin can be moved forward. */
  is_pending: boolean;
  /** Whether the watermark is ahead of this cluster's transaction ids, as after a restore from a dump. */
  is_ahead: boolean;
}

/** The result of a pass. */
export interface RollupPass {
  events: number;
  /** Accounts that have become busy: they get hours. */
  busy: string[];
}

/**
 * A day or hour whose roll-up disagrees with its events or ledger lines. Without a service, the fault is about a session
 * of that day.
 */
export interface RollupFault {
  user_id: string;
  /** `2026-11-30`, or `2026-11-30 07:00` for an hour (UTC). */
  day: string;
  service: string | null;
  model: string | null;
  /** Computed from the events and ledger lines; null when there are none. */
  expected: object | string | null;
  /** Stored in the roll-up; null when it has no row. */
  found: object | string | null;
}

/** The SQL that writes usage_daily, usage_by_hour, usage_sessions and usage_rollups. */
@Injectable()
export class RollupRepository {
  constructor(private readonly db: Database) {}

  async state(): Promise<RollupState> {
    const [state] = await this.db.statement<RollupState & object>('usage_rollup_pending', PENDING, []);
    if (!state) throw new Error('usage_rollups lacks a row: run tollgate usage verify --rebuild');
    return state;
  }

  /** Rolls up about `batch` events; null if another worker holds a lock of the roll-ups. */
  advance(batch: number): Promise<RollupPass | null> {
    return this.db.transaction(async (tx) => {
      const [days, hours] = await tx.$queryRawUnsafe<{ watermark: bigint }[]>(TAKE);
      if (!days || !hours) return null;
      const isBehind = hours.watermark < days.watermark;
      const [moved] = await tx.$queryRawUnsafe<RollupPass[]>(isBehind ? ADVANCE_HOURS : ADVANCE, batch);
      return { events: moved?.events ?? 0, busy: moved?.busy ?? [] };
    });
  }

  /** Makes the hours of an account from its events, unless another worker is at work. Takes as long as it takes. */
  makeHours(user_id: string): Promise<void> {
    return this.withoutStatementTimeout('BEGIN', async (client) => {
      const { rowCount } = await client.query(TAKE);
      if (rowCount === 2) await client.query(MAKE_HOURS, [user_id]);
    });
  }

  /**
   * Rebuilds the roll-up in one transaction without a timeout. Reports use the old roll-up until it commits. The hourly
   * roll-up starts from the beginning afterwards, batch by batch.
   */
  rebuild(): Promise<void> {
    return this.withoutStatementTimeout('BEGIN', async (client) => {
      await client.query(COMPLETE);
      await client.query(TAKE_WAITING);
      await client.query(ADOPT);
      for (const statement of CLEAR) await client.query(statement);
      const { rows } = await client.query<{ next: string }>(REACH);
      for (const statement of REBUILD) await client.query(statement, [rows[0]?.next]);
      for (const statement of RESTART) await client.query(statement);
      await client.query(RESTART_EVENTS, [rows[0]?.next]);
    });
  }

  /** Returns the approximate number of users with usage. */
  async users(): Promise<number> {
    return this.withoutStatementTimeout('BEGIN READ ONLY', async (client) => {
      const { rows } = await client.query<{ users: number }>(
        'SELECT count(DISTINCT user_id)::int AS users FROM usage_daily',
      );
      return rows[0]?.users ?? 0;
    });
  }

  /** Compares the next `size` users after `after`, by user id, in one snapshot; null when none are left. */
  compare(after: string, size: number): Promise<{ last: string; users: number; faults: RollupFault[] } | null> {
    return this.withoutStatementTimeout('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', async (client) => {
      const { rows: users } = await client.query<{ user_id: string }>(NEXT_USERS, [after, size]);
      const last = users.at(-1)?.user_id;
      if (last === undefined) return null;
      const user_ids = users.map(({ user_id }) => user_id);
      const days = await client.query<RollupFault>(FAULTS, [user_ids]);
      const hours = await client.query<RollupFault>(HOUR_FAULTS, [user_ids]);
      return { last, users: users.length, faults: [...days.rows, ...hours.rows] };
    });
  }

  /** Runs a transaction without a statement timeout and with sequential scans enabled. */
  private async withoutStatementTimeout<T>(begin: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.db.pool.connect();
    try {
      await client.query(begin);
      await client.query(
        'SET LOCAL statement_timeout = 0; SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on',
      );
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined); // the connection is lost; the first error says why
      throw error;
    } finally {
      client.release();
    }
  }
}

import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { Database } from '../platform/database.js';
import {
  ADOPT,
  ADVANCE,
  CLEAR,
  FAULTS,
  NEXT_USERS,
  PENDING,
  REACH,
  REBUILD,
  ROLLUP,
  TAKE,
  TAKE_PATIENTLY,
} from './rollup.sql.js';

/** How the roll-up stands to the events. */
export interface RollupState {
  /** Whether events wait to be rolled up. */
  is_pending: boolean;
  /** Whether it claims events that this cluster cannot have recorded yet: the database was restored from a dump. */
  is_ahead: boolean;
}

/** A day whose roll-up is not what its events give; without a service it is about a session of that day. */
export interface RollupFault {
  user_id: string;
  day: string;
  service: string | null;
  model: string | null;
  /** What the events give; null when there are none. */
  expected: object | string | null;
  /** What the roll-up holds; null when it holds nothing. */
  found: object | string | null;
}

/** All SQL that writes usage_daily, usage_sessions and usage_rollups. */
@Injectable()
export class RollupRepository {
  constructor(private readonly db: Database) {}

  async state(): Promise<RollupState> {
    const [state] = await this.db.statement<RollupState & object>('usage_rollup_pending', PENDING, [ROLLUP]);
    if (!state) throw new Error(`the row ${ROLLUP} of usage_rollups is missing: run tollgate usage verify --rebuild`);
    return state;
  }

  /** Rolls up about `batch` events; null when another worker is at it, else how many there were. */
  advance(batch: number): Promise<number | null> {
    return this.db.transaction(async (tx) => {
      const taken = await tx.$queryRawUnsafe<object[]>(TAKE, ROLLUP);
      if (taken.length === 0) return null;
      const [moved] = await tx.$queryRawUnsafe<{ events: number }[]>(ADVANCE, ROLLUP, batch);
      return moved?.events ?? 0;
    });
  }

  /** Rolls up everything anew, in one transaction however long it takes; reports go on with the old roll-up until then. */
  rebuild(): Promise<void> {
    return this.patiently('BEGIN', async (client) => {
      await client.query('INSERT INTO usage_rollups (name) VALUES ($1) ON CONFLICT DO NOTHING', [ROLLUP]);
      await client.query(TAKE_PATIENTLY, [ROLLUP]);
      await client.query(ADOPT);
      for (const statement of CLEAR) await client.query(statement);
      const { rows } = await client.query<{ next: string }>(REACH);
      for (const statement of REBUILD) await client.query(statement, [rows[0]?.next]);
    });
  }

  /** About how many users have usage. */
  async users(): Promise<number> {
    return this.patiently('BEGIN READ ONLY', async (client) => {
      const { rows } = await client.query<{ users: number }>(
        'SELECT count(DISTINCT user_id)::int AS users FROM usage_daily',
      );
      return rows[0]?.users ?? 0;
    });
  }

  /** Compares the next `size` users after one, in the order of their ids, as of one instant; null when none are left. */
  compare(after: string, size: number): Promise<{ last: string; users: number; faults: RollupFault[] } | null> {
    return this.patiently('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', async (client) => {
      const { rows: users } = await client.query<{ user_id: string }>(NEXT_USERS, [after, size]);
      const last = users.at(-1)?.user_id;
      if (last === undefined) return null;
      const { rows: faults } = await client.query<RollupFault>(FAULTS, [users.map(({ user_id }) => user_id)]);
      return { last, users: users.length, faults };
    });
  }

  /** A transaction without a limit of time, in which whole tables may be read. */
  private async patiently<T>(begin: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
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
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { ADVANCE_EVENTS, ADVANCE_LINES, HOURLY, NOTE_HORIZON, STATE, TAKE } from './hourly.sql.js';

/** The state of the hourly roll-up. */
export interface HourlyState {
  /** Whether its watermark is ahead of this cluster's transaction ids, as after a restore from a dump. */
  is_ahead: boolean;
  /** Whether there are events that can be rolled up now. */
  has_events: boolean;
  /** Whether there are ledger lines that are not rolled up yet. */
  has_lines: boolean;
}

/** The SQL that writes usage_hourly and hourly_rollups. */
@Injectable()
export class HourlyRollupRepository {
  constructor(private readonly db: Database) {}

  async state(): Promise<HourlyState> {
    const [state] = await this.db.statement<HourlyState & object>('hourly_rollup_state', STATE, [HOURLY]);
    if (!state) throw new Error(`the row ${HOURLY} of hourly_rollups is missing: insert it`);
    return state;
  }

  /**
   * Rolls up about `batch` events and as many ledger lines.
   * @returns their number; null if another worker holds the lock
   */
  advance(batch: number): Promise<number | null> {
    return this.db.transaction(async (tx) => {
      const taken = await tx.$queryRawUnsafe<object[]>(TAKE, HOURLY);
      if (taken.length === 0) return null;
      const events = await tx.$queryRawUnsafe<{ rows: number }[]>(ADVANCE_EVENTS, HOURLY, batch);
      const lines = await tx.$queryRawUnsafe<{ rows: number }[]>(ADVANCE_LINES, HOURLY, batch);
      await tx.$executeRawUnsafe(NOTE_HORIZON, HOURLY);
      return (events[0]?.rows ?? 0) + (lines[0]?.rows ?? 0);
    });
  }
}

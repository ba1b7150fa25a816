import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { LAG, LAG_EVENTS_MAX, DAYS } from './rollup.sql.js';

/** How far the roll-up is behind the events. */
export interface RollupLag {
  /** Events that reports have to add up themselves, counted up to a limit. */
  rollup_events: number;
  /** Age of the oldest of them in seconds; 0 when there are none. */
  rollup_lag_s: number;
}

@Injectable()
export class RollupLagRepository {
  constructor(private readonly db: Database) {}

  /** `reader` is whom the read is for. @throws what {@link Database.reads} throws */
  async lag(reader: string): Promise<RollupLag> {
    const values = [DAYS, LAG_EVENTS_MAX];
    const [lag] = await this.db.reads.statement<RollupLag & object>(reader, 'usage_rollup_lag', LAG, values);
    if (!lag) throw new Error(`the row ${DAYS} of usage_rollups is missing: run tollgate usage verify --rebuild`);
    return lag;
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';

/** A partition of usage_events whose month is over. */
export interface PastPartition {
  name: string;
  ends_at: Date;
  /** Whether all of its events are in the roll-ups. */
  is_rolled_up: boolean;
}

/** The position in a partition up to which the names of its events are deleted. */
export interface NamePosition {
  user_id: string;
  id: string;
}

const ADD = `SELECT tollgate_add_event_partitions(clock_timestamp() + $1 * interval '1 month') AS name`;
const MISSING = `
  SELECT NOT EXISTS (
    SELECT FROM tollgate_event_partitions() WHERE COALESCE(starts_at <= month, true) AND ends_at > month
  ) AS is_missing
  FROM generate_series(0, $1) AS n, LATERAL (
    SELECT date_trunc('month', clock_timestamp(), 'UTC') + n * interval '1 month' AS month) AS months
  ORDER BY 1 DESC LIMIT 1`;
const PAST = `
  SELECT name, ends_at FROM tollgate_event_partitions()
  WHERE ends_at <= date_trunc('month', clock_timestamp(), 'UTC') - $1 * interval '1 month' ORDER BY ends_at`;
const WATERMARK = `LEAST((SELECT min(watermark) FROM usage_rollups), (SELECT min(event_watermark) FROM hourly_rollups))`;

/** All SQL on the partitions of usage_events. */
@Injectable()
export class EventPartitionsRepository {
  constructor(private readonly db: Database) {}

  /** Whether the partition of this month or of one of the next is missing. */
  async isMissing(months: number): Promise<boolean> {
    const { rows } = await this.db.pool.query<{ is_missing: boolean }>(MISSING, [months]);
    return rows[0]?.is_missing === true;
  }

  /** Makes the partitions for the next months that are missing, and returns their names. */
  async add(months: number): Promise<string[]> {
    const { rows } = await this.db.pool.query<{ name: string }>(ADD, [months]);
    return rows.map(({ name }) => name);
  }

  /** Returns the partitions of which every event is older than so many whole months, oldest first. */
  async past(months: number): Promise<PastPartition[]> {
    const { rows } = await this.db.pool.query<Omit<PastPartition, 'is_rolled_up'>>(PAST, [months]);
    const past: PastPartition[] = [];
    for (const partition of rows) {
      const text = `SELECT NOT EXISTS (SELECT FROM ${partition.name} WHERE recorded_xid >= ${WATERMARK}) AS is_rolled_up`;
      const { rows: found } = await this.db.pool.query<{ is_rolled_up: boolean }>(text);
      past.push({ ...partition, is_rolled_up: found[0]?.is_rolled_up === true });
    }
    return past;
  }

  /**
   * Deletes the names of about `limit` events of a partition after a position.
   * @returns the next position; null when none are left
   */
  async forgetNames(partition: string, after: NamePosition, limit: number): Promise<NamePosition | null> {
    const text = `
      WITH page AS MATERIALIZED (
        SELECT user_id, id, source, request_id FROM ${partition} WHERE (user_id, id) > ($1, $2::uuid)
        ORDER BY user_id, id LIMIT $3
      ), forgotten AS (
        DELETE FROM usage_event_names n USING page e
        WHERE n.user_id = e.user_id AND n.digest = tollgate_event_digest(e.source, e.request_id) AND n.event_id = e.id
      )
      SELECT user_id, id FROM page ORDER BY user_id DESC, id DESC LIMIT 1`;
    const { rows } = await this.db.pool.query<NamePosition>(text, [after.user_id, after.id, limit]);
    return rows[0] ?? null;
  }

  /**
   * Drops the trigger that names events which instances of earlier releases record, a day after the migration.
   * @returns whether it existed
   */
  async endHandover(): Promise<boolean> {
    const { rows } = await this.db.pool.query<{ ended: boolean }>('SELECT tollgate_end_event_handover() AS ended');
    return rows[0]?.ended === true;
  }

  /** Drops a past partition, or turns it into a table of its own. */
  async retire(partition: string, keep: boolean): Promise<void> {
    await this.db.pool.query('SELECT tollgate_retire_event_partition($1, $2)', [partition, keep]);
  }
}

import { Injectable } from '@nestjs/common';
import type { Day } from '../platform/calendar.js';
import { Database } from '../platform/database.js';
import type { DayRange, Group } from './buckets.js';
import { HOURLY_SERIES, UTC_SERIES, ZONED_SERIES } from './usage-series.sql.js';

/** Usage of one service and model in one bucket. Amounts and seconds are exact text. */
export interface UsageRow {
  /** First day of the bucket; of an hour, its first instant. */
  bucket: Day;
  service: string;
  /** Empty when the work had none. */
  model: string;
  event_count: number;
  free_events: number;
  failed_events: number;
  tokens_used: number;
  total_cost: string;
  provider_cost: string;
  platform_markup: string;
  /** Events that say how long they took. */
  timed_events: number;
  duration_seconds: string;
}

/** When a bucket begins and ends; ends are exclusive. */
export interface Span {
  bucket: string;
  period_start: string;
  period_end: string;
}

/** Usage of an account as of one instant. Buckets without usage are absent. */
export interface UsageSeries {
  usage: UsageRow[];
  /** Distinct sessions of each bucket: they don't add up over buckets. */
  sessions: { bucket: string; sessions: number }[];
  /** In the order of time. */
  spans: Span[];
}

/** Days of which time zone, grouped by what. */
export interface SeriesRequest extends DayRange {
  user_id: string;
  group: Group | 'hour';
  tz: string;
}

/**
 * Reads usage over time. It writes nothing. Its statements are planned each time, which costs little beside them: a
 * plan kept from when the user had few events could walk through all of them.
 */
@Injectable()
export class UsageSeriesRepository {
  constructor(private readonly db: Database) {}

  /** Exact and fresh: every event that is committed counts, once. */
  async read({ user_id, from, until, group, tz }: SeriesRequest): Promise<UsageSeries> {
    const { rows } = await this.db.pool.query<UsageSeries>(statementFor(group, tz), [user_id, from, until, tz, group]);
    return rows[0] ?? { usage: [], sessions: [], spans: [] };
  }
}

function statementFor(group: Group | 'hour', tz: string): string {
  if (group === 'hour') return HOURLY_SERIES;
  return tz === 'UTC' ? UTC_SERIES : ZONED_SERIES;
}

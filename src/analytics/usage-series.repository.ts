import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import type { Day, DayRange, Group } from './calendar.js';
import { HOURLY_SERIES, UTC_SERIES, ZONED_SERIES } from './usage-series.sql.js';

/** Usage of one service and model in one bucket. Amounts and seconds are exact text. */
export interface UsageRow {
  /** First day of the bucket; of an hour, its first instant. */
  bucket: Day;
  service: string;
  /** Empty when the work had none. */
  model: string;
  events: number;
  free_events: number;
  failed_events: number;
  tokens: number;
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

/** Reads usage over time. It writes nothing. */
@Injectable()
export class UsageSeriesRepository {
  constructor(private readonly db: Database) {}

  /** Exact and fresh: every event that is committed counts, once. */
  async read({ user_id, from, until, group, tz }: SeriesRequest): Promise<UsageSeries> {
    const [name, text] = statementFor(group, tz);
    const [series] = await this.db.statement<UsageSeries>(name, text, [user_id, from, until, group, tz]);
    return series ?? { usage: [], sessions: [], spans: [] };
  }
}

function statementFor(group: Group | 'hour', tz: string): [name: string, text: string] {
  if (group === 'hour') return ['usage_series_hourly', HOURLY_SERIES];
  return tz === 'UTC' ? ['usage_series_utc', UTC_SERIES] : ['usage_series_zoned', ZONED_SERIES];
}

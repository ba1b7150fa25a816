import { Injectable } from '@nestjs/common';
import { type Day, DAY_MS, dayOf, type Period, UTC } from '../../platform/values/calendar.js';
import { Database } from '../../platform/database/database.js';
import { boundsOf, bucketsOf, type DayRange, type Group } from './buckets.js';
import { SERIES_OF_DAYS, SERIES_OF_HOURS } from './usage-series.sql.js';

/** Usage of one service and model in one bucket. Amounts and seconds are exact text. */
export interface UsageRow {
  /** First day of the bucket; for hours, its first instant. */
  bucket: string;
  service: string;
  /** Empty if the work had none. */
  model: string;
  event_count: number;
  free_events: number;
  failed_events: number;
  tokens_used: number;
  total_cost: string;
  /** The charged part; the rest was only recorded. */
  charged_cost: string;
  provider_cost: string;
  platform_markup: string;
  /** Events that report a duration. */
  timed_events: number;
  duration_seconds: string;
}

/** A bucket with usage, and its start and end. */
export interface Span extends Period {
  bucket: string;
}

/** Usage of an account as of one instant. Buckets without usage are absent. */
export interface UsageSeries {
  usage: UsageRow[];
  /** Distinct sessions per bucket; they cannot be summed over buckets. */
  sessions: { bucket: string; sessions: number }[];
  /** In chronological order. */
  spans: Span[];
}

/** The series with buckets numbered from 1, as the database returns it. */
interface Numbered {
  usage: (Omit<UsageRow, 'bucket'> & { bucket: number })[];
  sessions: { bucket: number; sessions: number }[];
}

/** The account, days, time zone and grouping of a series. */
export interface SeriesRequest extends DayRange {
  user_id: string;
  group: Group | 'hour';
  tz: string;
}

/**
 * Reads usage over time; writes nothing. Statements are planned on each execution, which is cheap in comparison: a
 * cached plan from when the user had few events could later scan all of them.
 */
@Injectable()
export class UsageSeriesRepository {
  constructor(private readonly db: Database) {}

  /**
   * Reads the series. It includes every committed event exactly once. Buckets that overlap the range are read
   * completely.
   */
  async read({ user_id, group, tz, ...range }: SeriesRequest): Promise<UsageSeries> {
    const bounds = boundsOf(group, range, tz);
    const [start, end] = [bounds[0], bounds.at(-1)];
    if (!start || !end) return { usage: [], sessions: [], spans: [] };
    const isOfDays = bounds.every((bound) => bound.getTime() % DAY_MS === 0);
    const rows = await this.db.reads.query<Numbered>(
      user_id,
      isOfDays ? SERIES_OF_DAYS : SERIES_OF_HOURS,
      isOfDays ? [user_id, dayIn(start), dayIn(end), bounds.map(dayIn)] : [user_id, start, end, bounds],
    );
    const names = group === 'hour' ? bounds.map((bound) => bound.toISOString()) : bucketsOf(group, range);
    return named(rows[0] ?? { usage: [], sessions: [] }, names, bounds);
  }
}

/** Returns the UTC day that starts at an instant. */
const dayIn = (begin: Date): Day => dayOf(begin, UTC);

function named({ usage, sessions }: Numbered, names: readonly string[], bounds: readonly Date[]): UsageSeries {
  const name = (bucket: number): string => names[bucket - 1] as string;
  const used = [...new Set(usage.map(({ bucket }) => bucket))].sort((a, b) => a - b);
  return {
    usage: usage.map((row) => ({ ...row, bucket: name(row.bucket) })),
    sessions: sessions.map((row) => ({ ...row, bucket: name(row.bucket) })),
    spans: used.map((n) => ({ bucket: name(n), start: bounds[n - 1] as Date, end: bounds[n] as Date })),
  };
}

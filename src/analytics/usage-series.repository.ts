import { Injectable } from '@nestjs/common';
import { type Day, DAY_MS, dayOf, type Period, UTC } from '../platform/calendar.js';
import { Database } from '../platform/database.js';
import { boundsOf, bucketsOf, type DayRange, type Group } from './buckets.js';
import { SERIES_OF_DAYS, SERIES_OF_EVENTS } from './usage-series.sql.js';

/** Usage of one service and model in one bucket. Amounts and seconds are exact text. */
export interface UsageRow {
  /** First day of the bucket; of an hour, its first instant. */
  bucket: string;
  service: string;
  /** Empty when the work had none. */
  model: string;
  event_count: number;
  free_events: number;
  failed_events: number;
  tokens_used: number;
  total_cost: string;
  /** What was charged of it; the rest was only recorded. */
  charged_cost: string;
  provider_cost: string;
  platform_markup: string;
  /** Events that say how long they took. */
  timed_events: number;
  duration_seconds: string;
}

/** A bucket with usage, and when it begins and ends. */
export interface Span extends Period {
  bucket: string;
}

/** Usage of an account as of one instant. Buckets without usage are absent. */
export interface UsageSeries {
  usage: UsageRow[];
  /** Distinct sessions of each bucket: they don't add up over buckets. */
  sessions: { bucket: string; sessions: number }[];
  /** In the order of time. */
  spans: Span[];
}

/** The series as the database numbers its buckets, from 1. */
interface Numbered {
  usage: (Omit<UsageRow, 'bucket'> & { bucket: number })[];
  sessions: { bucket: number; sessions: number }[];
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

  /** Exact and fresh: every event that is committed counts, once. Buckets that the range only touches count whole. */
  async read({ user_id, group, tz, ...range }: SeriesRequest): Promise<UsageSeries> {
    const bounds = boundsOf(group, range, tz);
    const [start, end] = [bounds[0], bounds.at(-1)];
    if (!start || !end) return { usage: [], sessions: [], spans: [] };
    const isOfDays = bounds.every((bound) => bound.getTime() % DAY_MS === 0);
    const rows = await this.db.reads.query<Numbered>(
      user_id,
      isOfDays ? SERIES_OF_DAYS : SERIES_OF_EVENTS,
      isOfDays ? [user_id, dayIn(start), dayIn(end), bounds.map(dayIn)] : [user_id, start, end, bounds],
    );
    const names = group === 'hour' ? bounds.map((bound) => bound.toISOString()) : bucketsOf(group, range);
    return named(rows[0] ?? { usage: [], sessions: [] }, names, bounds);
  }
}

/** The day of UTC that begins at an instant. */
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

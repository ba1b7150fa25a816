import { Injectable } from '@nestjs/common';
import type { UsageHourlyRow } from '../../generated/rows.js';
import { HOURLY_COUNTS, HOUR_SUMS, type HourlyCount } from '../../metering/hourly/hourly-measures.js';
import { ANY_ROWS, HOURLY_ROWS, PLATFORM_ROWS } from '../../metering/hourly/hourly.sql.js';
import { Database } from '../../platform/database/database.js';
import { HOUR_MS } from '../../platform/values/calendar.js';
import { InvalidInput } from '../../platform/errors.js';

/** Spending and usage of one service and model in one bucket. */
export interface SpendingRow
  extends Record<HourlyCount, number>, Pick<UsageHourlyRow, 'service' | 'model' | 'has_usage'> {
  /** Number of the bucket, from 0. */
  bucket: number;
  /** Credits spent, decimal text. */
  credits: string;
}

/** Name that reads of all accounts use in the read budget. */
const READER = 'spending';

const inBuckets = (rows: string): string => `
  SELECT width_bucket(at, $4::timestamptz[]) - 1 AS bucket, service, model, has_usage, ${HOUR_SUMS}
  FROM (${rows}) AS hours GROUP BY 1, 2, 3, 4`;
/** Only what the totals need; the other columns are not computed. */
const TOTALS = `
  SELECT width_bucket(at, $4::timestamptz[]) - 1 AS bucket, sum(credits) AS credits, sum(event_count) AS event_count
  FROM (${PLATFORM_ROWS}) AS hours GROUP BY 1`;

/** Totals of all accounts in one bucket. */
export type SpendingTotals = Pick<SpendingRow, 'bucket' | 'credits' | 'event_count'>;

/** bigint and numeric arrive as text. */
type Sums = Record<HourlyCount, string> & Omit<SpendingRow, HourlyCount>;

/**
 * Reads spending from the ledger together with the usage that belongs to it; writes nothing. Statements are planned on
 * each execution: a cached plan from when the account was small could later read all of it.
 */
@Injectable()
export class SpendingRepository {
  constructor(private readonly db: Database) {}

  /**
   * Returns spending between the first and the last bound, by bucket, service and model, from one snapshot. It equals
   * the ledger. Hours are read from the roll-up, except those with a bound inside, as in half-hour time zones.
   * @param user_id null for all accounts
   * @throws InvalidInput for all accounts and bounds that are not whole hours
   */
  async inBuckets(user_id: string | null, bounds: readonly Date[]): Promise<SpendingRow[]> {
    const [start, end] = [bounds[0], bounds.at(-1)];
    if (start === undefined || end === undefined) return [];
    const text = inBuckets(sourceOf(user_id, bounds));
    const rows = await this.db.reads.query<Sums>(user_id ?? READER, text, [user_id, start, end, bounds]);
    return rows.map((row) => ({ ...row, ...counts(row) }));
  }

  /** Returns the totals of all accounts by bucket, between whole hours. Buckets without any are absent. */
  async totals(bounds: readonly Date[]): Promise<SpendingTotals[]> {
    const values = [null, bounds[0], bounds.at(-1), bounds];
    const rows = await this.db.reads.query<Pick<Sums, keyof SpendingTotals>>(READER, TOTALS, values);
    return rows.map((row) => ({ ...row, event_count: Number(row.event_count) }));
  }
}

function sourceOf(user_id: string | null, bounds: readonly Date[]): string {
  const isHours = bounds.every((bound) => bound.getTime() % HOUR_MS === 0);
  if (user_id !== null) return isHours ? HOURLY_ROWS : ANY_ROWS;
  if (isHours) return PLATFORM_ROWS;
  throw new InvalidInput([{ field: 'tz', message: 'must differ from UTC by whole hours' }]);
}

const counts = (row: Sums): Record<HourlyCount, number> =>
  Object.fromEntries(HOURLY_COUNTS.map((name) => [name, Number(row[name])])) as Record<HourlyCount, number>;

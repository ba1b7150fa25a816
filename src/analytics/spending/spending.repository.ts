import { Injectable } from '@nestjs/common';
import type { usage_dimension } from '../../generated/prisma/enums.js';
import type { UsageHourlyRow } from '../../generated/rows.js';
import { HOURLY_COUNTS, HOUR_SUMS, type HourlyCount } from '../../metering/hourly/hourly-measures.js';
import { type AccountRows, ATTRIBUTED_ROWS, PLATFORM_ROWS, SPENDING_ROWS } from '../../metering/hourly/hourly.sql.js';
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
  /** Credits that caches saved, decimal text. */
  cache_savings: string;
}

/** Spending and usage of a value of a dimension: of an API key, a member or a tag. */
export interface AttributedRow extends SpendingRow {
  value: string;
}

/** Selects what is attributed to one value. */
export interface Attributed {
  dimension: usage_dimension;
  value: string;
}

/** Name that reads of all accounts use in the read budget. */
const READER = 'spending';

const sumsIn = (rows: string, names: string): string => `
  SELECT width_bucket(at, $4::timestamptz[]) - 1 AS bucket, ${names}, has_usage, ${HOUR_SUMS}
  FROM (${rows}) AS hours GROUP BY 1, 2, 3, 4, 5`;
const inBuckets = (rows: string): string => sumsIn(rows, 'service, model, NULL AS value');
/** The sums of all services and models, which are left empty. */
const byValue = (rows: string, value: string): string => sumsIn(rows, `'' AS service, '' AS model, ${value} AS value`);
/** Only what the totals need; the other columns are not computed. */
const TOTALS = `
  SELECT width_bucket(at, $4::timestamptz[]) - 1 AS bucket, sum(credits) AS credits, sum(event_count) AS event_count
  FROM (${PLATFORM_ROWS}) AS hours GROUP BY 1`;

/** Totals of all accounts in one bucket. */
export type SpendingTotals = Pick<SpendingRow, 'bucket' | 'credits' | 'event_count'>;

/** bigint and numeric arrive as text. */
type Sums = Record<HourlyCount, string> & Omit<SpendingRow, HourlyCount> & { value: string | null };

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
   * @param of only what is attributed to it; not for all accounts
   * @throws InvalidInput for all accounts and bounds that are not whole hours
   */
  async inBuckets(
    user_id: string | null,
    bounds: readonly Date[],
    of: Attributed | null = null,
  ): Promise<SpendingRow[]> {
    if (user_id !== null && of !== null) {
      const text = inBuckets(rowsFor(ATTRIBUTED_ROWS, bounds));
      return this.read(user_id, text, [...valuesOf(user_id, bounds), of.dimension, of.value]);
    }
    return this.read(user_id, inBuckets(sourceOf(user_id, bounds)), valuesOf(user_id, bounds));
  }

  /** Returns the same for each value of a dimension, beside all spending, from one snapshot; service and model are empty. */
  async byValue(
    user_id: string,
    bounds: readonly Date[],
    dimension: usage_dimension,
  ): Promise<{ all: SpendingRow[]; attributed: AttributedRow[] }> {
    const all = byValue(rowsFor(SPENDING_ROWS, bounds), 'NULL');
    const attributed = byValue(rowsFor(ATTRIBUTED_ROWS, bounds), 'value');
    const values = [...valuesOf(user_id, bounds), dimension, null];
    const rows = await this.read(user_id, `${all} UNION ALL ${attributed}`, values);
    return {
      all: rows.filter(({ value }) => value === null),
      attributed: rows.filter((row): row is AttributedRow => row.value !== null),
    };
  }

  private async read(
    user_id: string | null,
    text: string,
    values: unknown[],
  ): Promise<(SpendingRow & { value: string | null })[]> {
    const rows = await this.db.reads.query<Sums>(user_id ?? READER, text, values);
    return rows.map((row) => ({ ...row, ...counts(row) }));
  }

  /** Returns the totals of all accounts by bucket, between whole hours. Buckets without any are absent. */
  async totals(bounds: readonly Date[]): Promise<SpendingTotals[]> {
    const rows = await this.db.reads.query<Pick<Sums, keyof SpendingTotals>>(READER, TOTALS, valuesOf(null, bounds));
    return rows.map((row) => ({ ...row, event_count: Number(row.event_count) }));
  }
}

const valuesOf = (user_id: string | null, bounds: readonly Date[]): unknown[] => [
  user_id,
  bounds[0],
  bounds.at(-1),
  bounds,
];

const areHours = (bounds: readonly Date[]): boolean => bounds.every((bound) => bound.getTime() % HOUR_MS === 0);

const rowsFor = ({ hours, any }: AccountRows, bounds: readonly Date[]): string => (areHours(bounds) ? hours : any);

function sourceOf(user_id: string | null, bounds: readonly Date[]): string {
  if (user_id !== null) return rowsFor(SPENDING_ROWS, bounds);
  if (areHours(bounds)) return PLATFORM_ROWS;
  throw new InvalidInput([{ field: 'tz', message: 'must differ from UTC by whole hours' }]);
}

const counts = (row: Sums): Record<HourlyCount, number> =>
  Object.fromEntries(HOURLY_COUNTS.map((name) => [name, Number(row[name])])) as Record<HourlyCount, number>;

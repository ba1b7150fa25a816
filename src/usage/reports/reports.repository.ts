import { Injectable } from '@nestjs/common';
import { INPUT_PARTS, type Measure, OUTPUT_PARTS, TOKEN_POOLS, type TokenPool } from '../../metering/measures.js';
import { usageInBuckets, usageParameters, usageRows, type UsageSpan } from '../../metering/usage.sql.js';
import type { Units } from '../../platform/values/amount.js';
import { DAY_MS, dayOf, UTC } from '../../platform/values/calendar.js';
import { Database } from '../../platform/database/database.js';

/** Usage of one model and service in one bucket of time. */
export interface UsageSums {
  /** Number of the bucket, from 0. */
  bucket: number;
  service: string;
  model: string | null;
  event_count: number;
  free_events: number;
  tokens_used: number;
  free_tokens: number;
  total_cost: Units;
}

/** The same with the provider's part of the cost; the rest is markup. */
export interface SplitSums extends UsageSums {
  provider_cost: Units;
}

/** The same with every pool of tokens and what the provider's cache saved. */
export interface PoolSums extends UsageSums, Record<TokenPool, number> {
  cache_savings: Units;
}

type SumsRow = Record<'bucket' | 'service' | 'model' | (typeof COUNTS)[number] | 'total_cost', string>;
type CostRow = Pick<SumsRow, 'bucket' | 'total_cost'>;
type SplitRow = SumsRow & Record<'provider_cost', string>;
type PoolsRow = SumsRow & Record<TokenPool | 'cache_savings', string>;

/** Integer measures. */
const COUNTS = ['event_count', 'free_events', 'tokens_used', 'free_tokens'] as const satisfies Measure[];
const REPORTED: readonly Measure[] = [...COUNTS, 'total_cost'];
const SPLIT: readonly Measure[] = [...REPORTED, 'provider_cost'];
const POOLS: readonly Measure[] = [...REPORTED, ...TOKEN_POOLS, 'cache_savings'];

/** Sums a measure. The sum of numeric(20,10) values can exceed their precision. */
const sumOfMeasure = (m: Measure): string =>
  m.endsWith('_cost') || m === 'cache_savings' ? `sum(${m})::numeric(40, 10)::text AS ${m}` : `sum(${m})::text AS ${m}`;

const grouped = (bucket: string, measures: readonly Measure[], rows: string): string =>
  `SELECT ${bucket} AS bucket, service, model, ${measures.map(sumOfMeasure).join(', ')} FROM (${rows}) AS u GROUP BY 1, 2, 3`;
const DAY_BUCKET = 'width_bucket(day, $8::date[])';
const byDay = (measures: readonly Measure[]): string => grouped(DAY_BUCKET, measures, usageRows(measures));
const byBounds = (measures: readonly Measure[]): string => grouped('bucket', measures, usageInBuckets(measures));

/** A prepared statement and its name. */
type Statement = readonly [name: string, text: string];
/** The statements for buckets that are UTC days, and for any others. */
interface Bucketed {
  readonly days: Statement;
  readonly bounds: Statement;
}

const WHOLE = grouped('1', REPORTED, usageRows(REPORTED));
const WITH_POOLS = grouped('1', POOLS, usageRows(POOLS));
const costs = (bucket: string, rows: string): string =>
  `SELECT ${bucket} AS bucket, ${sumOfMeasure('total_cost')} FROM (${rows}) AS u GROUP BY 1`;
const COSTS: Bucketed = {
  days: ['usage_costs_by_day', costs(DAY_BUCKET, usageRows(['total_cost']))],
  bounds: ['usage_costs_by_bounds', costs('bucket', usageInBuckets(['total_cost']))],
};
const SPLITS: Bucketed = {
  days: ['usage_split_by_day', byDay(SPLIT)],
  bounds: ['usage_split_by_bounds', byBounds(SPLIT)],
};

/** Reads usage, always current: from the roll-up, and from the events that are not rolled up yet. */
@Injectable()
export class ReportsRepository {
  constructor(private readonly db: Database) {}

  /** Returns the usage of a span by service and model, all in bucket 0. */
  async byModel(span: UsageSpan): Promise<UsageSums[]> {
    return read(await this.db.reads.statement<SumsRow>(span.user_id, 'usage_by_model', WHOLE, usageParameters(span)));
  }

  /** Returns the same with every pool of tokens. */
  async poolsByModel(span: UsageSpan): Promise<PoolSums[]> {
    const values = usageParameters(span);
    const rows = await this.db.reads.statement<PoolsRow>(span.user_id, 'usage_pools_by_model', WITH_POOLS, values);
    return rows.map((row) => ({ ...sumsOf(row), ...poolsOf(row), cache_savings: sumOf(row.cache_savings) }));
  }

  /**
   * Returns the cost of each bucket between two `bounds` that has usage, by its number from 0, from one snapshot. UTC days are
   * read from the roll-up of days, other buckets from that of hours.
   */
  async costInBuckets(user_id: string, bounds: readonly Date[]): Promise<Map<number, Units>> {
    const rows = await this.bucketed<CostRow>(user_id, bounds, COSTS);
    return new Map(rows.map(({ bucket, total_cost }) => [Number(bucket) - 1, sumOf(total_cost)]));
  }

  /** Returns usage by service and model for each bucket, with the provider's part of the cost, in the same way. */
  async splitInBuckets(user_id: string, bounds: readonly Date[]): Promise<SplitSums[]> {
    const rows = await this.bucketed<SplitRow>(user_id, bounds, SPLITS);
    return rows.map((row) => ({ ...sumsOf(row), provider_cost: sumOf(row.provider_cost) }));
  }

  private bucketed<Row extends CostRow>(user_id: string, bounds: readonly Date[], of: Bucketed): Promise<Row[]> {
    const [start, end] = [bounds[0], bounds.at(-1)];
    if (!start || !end) return Promise.resolve([]);
    if (bounds.every((bound) => bound.getTime() % DAY_MS === 0)) {
      const days = bounds.map((bound) => dayOf(bound, UTC));
      return this.db.reads.statement<Row>(user_id, ...of.days, [...usageParameters({ user_id, start, end }), days]);
    }
    return this.db.reads.statement<Row>(user_id, ...of.bounds, [user_id, start, end, bounds]);
  }
}

const read = (rows: SumsRow[]): UsageSums[] => rows.map(sumsOf);

const sumsOf = (row: SumsRow): UsageSums => ({
  bucket: Number(row.bucket) - 1,
  service: row.service,
  model: row.model === '' ? null : row.model,
  event_count: Number(row.event_count),
  free_events: Number(row.free_events),
  tokens_used: Number(row.tokens_used),
  free_tokens: Number(row.free_tokens),
  total_cost: sumOf(row.total_cost),
});

/** Returns the pools; the roll-up has the whole input and the whole output in place of plain tokens. */
function poolsOf(row: PoolsRow): Record<TokenPool, number> {
  const pools = Object.fromEntries(TOKEN_POOLS.map((pool) => [pool, Number(row[pool])])) as Record<TokenPool, number>;
  pools.input_tokens -= INPUT_PARTS.reduce((sum, pool) => sum + pools[pool], 0);
  pools.output_tokens -= OUTPUT_PARTS.reduce((sum, pool) => sum + pools[pool], 0);
  return pools;
}

/** Parses a sum with ten decimals, of any size, to units. */
const sumOf = (text: string): Units => BigInt(text.replace('.', ''));

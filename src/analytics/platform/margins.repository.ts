import { Injectable } from '@nestjs/common';
import { ALL_MEASURES, eventColumns, type Measure, sumsOf } from '../../metering/measures.js';
import { NOT_ROLLED_UP } from '../../metering/usage.sql.js';
import { Database } from '../../platform/database/database.js';
import type { Day } from '../../platform/values/calendar.js';

const COUNTS = ['event_count', 'free_events', 'failed_events', 'tokens_used'] as const satisfies Measure[];
const COSTS = ['charged_cost', 'total_cost', 'provider_cost'] as const satisfies Measure[];
const MEASURES: readonly Measure[] = ALL_MEASURES.filter((measure) =>
  [...COUNTS, ...COSTS].some((used) => used === measure),
);

/** Usage of one service and model; costs are decimal text. */
export type ModelCosts = Record<(typeof COUNTS)[number], number> &
  Record<(typeof COSTS)[number], string> & { service: string; model: string };

/** bigint arrives as text. */
type Sums = Record<(typeof COUNTS)[number], string> & Omit<ModelCosts, (typeof COUNTS)[number]>;

const IN_DAYS = 'day >= $1::date AND day <= $2::date';
const BY_MODEL = `
  SELECT service, model, ${sumsOf(MEASURES)} FROM (
    SELECT service, model, ${MEASURES.join(', ')} FROM usage_daily WHERE ${IN_DAYS}
    UNION ALL
    SELECT service, model, ${MEASURES.join(', ')} FROM (
      SELECT ${eventColumns(MEASURES)} FROM usage_events WHERE ${NOT_ROLLED_UP} OFFSET 0
    ) AS tail WHERE ${IN_DAYS}
  ) AS days GROUP BY service, model`;

/** Name that reads of the whole platform use in the read budget. */
const READER = 'margins';

/** Reads what the work of all accounts brought and cost; writes nothing. */
@Injectable()
export class MarginsRepository {
  constructor(private readonly db: Database) {}

  /** Returns the usage of all accounts on the UTC days from `first` to `last`, by service and model. */
  async byModel(first: Day, last: Day): Promise<ModelCosts[]> {
    const rows = await this.db.reads.query<Sums>(READER, BY_MODEL, [first, last]);
    return rows.map((row) => ({ ...row, ...counts(row) }));
  }
}

const counts = (row: Sums): Record<(typeof COUNTS)[number], number> =>
  Object.fromEntries(COUNTS.map((name) => [name, Number(row[name])])) as Record<(typeof COUNTS)[number], number>;

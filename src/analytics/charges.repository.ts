import { Injectable } from '@nestjs/common';
import { type Units, units } from '../platform/amount.js';
import { type Day, addDays, dayBounds } from '../platform/calendar.js';
import { Database } from '../platform/database.js';

/** Days of a time zone, whose. */
export interface ChargesRequest {
  user_id: string;
  first: Day;
  count: number;
  tz: string;
}

const BY_DAY = `
SELECT width_bucket(created_at, $4::timestamptz[]) AS day, (-sum(amount))::numeric(30, 10)::text AS charged
FROM credit_transactions
WHERE user_id = $1 AND transaction_type = 'usage' AND created_at >= $2 AND created_at < $3
GROUP BY 1`;

/** Reads what the ledger charged. It writes nothing. */
@Injectable()
export class ChargesRepository {
  constructor(private readonly db: Database) {}

  /** Credits charged on each day, as far as there were any: also for work of which no event is recorded. */
  async byDay({ user_id, first, count, tz }: ChargesRequest): Promise<Map<Day, Units>> {
    const bounds = dayBounds(first, count, tz);
    const { rows } = await this.db.pool.query<{ day: number; charged: string }>(BY_DAY, [
      ...[user_id, bounds[0], bounds.at(-1)],
      bounds,
    ]);
    return new Map(rows.map(({ day, charged }) => [addDays(first, day - 1), units(charged)]));
  }
}

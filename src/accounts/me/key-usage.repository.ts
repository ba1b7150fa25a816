import { Injectable } from '@nestjs/common';
import { Prisma } from '../../generated/prisma/client.js';
import { Database } from '../../platform/database/database.js';
import { idAtSql } from '../../platform/database/row-id.js';
import { type Wire, wire } from '../../platform/values/wire.js';

interface Sums {
  usage: Prisma.Decimal;
  usage_daily: Prisma.Decimal;
  usage_weekly: Prisma.Decimal;
  usage_monthly: Prisma.Decimal;
}

/** Credits that a key has spent: in all, and since the beginning of the day, the week (Monday) and the month in UTC. */
export type KeyUsage = Wire<Sums>;

const since = (unit: 'day' | 'week' | 'month'): Prisma.Sql =>
  Prisma.raw(
    `COALESCE(-sum(amount) FILTER (WHERE id >= ${idAtSql(`date_trunc('${unit}', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`)}), 0)`,
  );

/** Sums of the ledger by API key. */
@Injectable()
export class KeyUsageRepository {
  constructor(private readonly db: Database) {}

  /** Returns what a key has spent; refunds are not deducted. Only the ledger lines of the key are read. */
  async of(user_id: string, api_key_id: string): Promise<KeyUsage> {
    const query = Prisma.sql`
      SELECT COALESCE(-sum(amount), 0) AS usage, ${since('day')} AS usage_daily, ${since('week')} AS usage_weekly,
        ${since('month')} AS usage_monthly
      FROM credit_transactions WHERE api_key_id = ${api_key_id}::uuid AND transaction_type = 'usage'`;
    const [sums] = await this.db.reads.run(user_id, (db) => db.$queryRaw<Sums[]>(query));
    return wire(sums as Sums);
  }
}

import { Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import { IS_SPENDING } from '../../metering/hourly/hourly-measures.js';
import { ROLLED_UP_UNTIL } from '../../metering/hourly/hourly.sql.js';
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

const NAMES = { day: 'usage_daily', week: 'usage_weekly', month: 'usage_monthly' };

const since = (unit: 'day' | 'week' | 'month'): string =>
  `COALESCE(sum(credits) FILTER (WHERE at >= date_trunc('${unit}', now(), 'UTC')), 0) AS ${NAMES[unit]}`;

/** What the key $1 has spent: the hourly roll-up, and the lines of the ledger that are not rolled up yet. */
const USAGE = `
  SELECT COALESCE(sum(credits), 0) AS usage, ${since('day')}, ${since('week')}, ${since('month')} FROM (
    SELECT hour AS at, credits FROM usage_by_attribution WHERE dimension = 'api_key' AND value = $1::text
    UNION ALL
    SELECT l.created_at, -l.amount FROM credit_transactions l
    WHERE l.api_key_id = $1::text::uuid AND ${IS_SPENDING} AND l.id >= ${idAtSql(ROLLED_UP_UNTIL)}
  ) AS spent`;

/** What API keys have spent. */
@Injectable()
export class KeyUsageRepository {
  constructor(private readonly db: Database) {}

  /** Returns what a key has spent, whoever paid; refunds are not deducted. */
  async of(user_id: string, api_key_id: string): Promise<KeyUsage> {
    const [sums] = await this.db.reads.run(user_id, (db) => db.$queryRawUnsafe<Sums[]>(USAGE, api_key_id));
    return wire(sums as Sums);
  }
}

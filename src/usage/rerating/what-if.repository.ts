import { Injectable } from '@nestjs/common';
import { eventsBetween } from '../../metering/events.sql.js';
import { units } from '../../platform/values/amount.js';
import { Database } from '../../platform/database/database.js';
import type { PastUsage } from './what-if.js';

/** An account with its charged usage. */
export interface ReplayedAccount {
  user_id: string;
  /** Balance minus debt, as decimal text. */
  balance: string;
  usage: PastUsage[];
}

interface UsageRow {
  user_id: string;
  model: string | null;
  price_id: string | null;
  events: number;
  provider_cost: string;
  total_cost: string;
}

const ACCOUNTS = `
  SELECT user_id, tier, (balance - debt)::text AS balance FROM user_credits WHERE user_id > $1 ORDER BY user_id LIMIT $2`;

/** The last $2 days, and work that is dated somewhat ahead. */
const RECENT = { start: `now() - $2 * interval '1 day'`, end: `now() + interval '1 day'` };

const USAGE = `
  SELECT user_id, model, price_id, count(*)::int AS events, sum(provider_cost)::numeric(30,10)::text AS provider_cost,
    sum(total_cost)::numeric(30,10)::text AS total_cost
  FROM (${eventsBetween(RECENT, '*', 'user_id = ANY ($1::text[])')}) AS done
  WHERE transaction_id IS NOT NULL
  GROUP BY user_id, model, price_id`;

/** Name that previews use in the read budget. */
const READER = 'what if';

/** Reads the charged usage of accounts. */
@Injectable()
export class WhatIfRepository {
  constructor(private readonly db: Database) {}

  /** Returns the number of accounts. */
  async count(): Promise<number> {
    const counted = 'SELECT count(*)::int AS total FROM user_credits';
    const [row] = await this.db.reads.query<{ total: number }>(READER, counted, []);
    return row?.total ?? 0;
  }

  /** Returns the next accounts after `after`, by user id, with their charged usage of the last `days` days. */
  async next(after: string, limit: number, days: number): Promise<ReplayedAccount[]> {
    const accounts = await this.db.reads.statement<{ user_id: string; tier: string; balance: string }>(
      READER,
      'what_if_accounts',
      ACCOUNTS,
      [after, limit],
    );
    const user_ids = accounts.map(({ user_id }) => user_id);
    const rows = await this.db.reads.statement<UsageRow & object>(READER, 'what_if_usage', USAGE, [user_ids, days]);
    const byUser = Map.groupBy(rows, ({ user_id }) => user_id);
    return accounts.map(({ user_id, tier, balance }) => ({
      user_id,
      balance,
      usage: (byUser.get(user_id) ?? []).map((row) => ({
        ...row,
        tier,
        provider_cost: units(row.provider_cost),
        total_cost: units(row.total_cost),
      })),
    }));
  }
}

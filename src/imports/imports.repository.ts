import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';

/** What came over from a source for one user. */
export interface TakenSums {
  user_id: string;
  /** Balances, credits as text. */
  balance: string;
  /** Pieces of work. */
  events: number;
  tokens: string;
  /** Credits as text. */
  cost: string;
}

const PAGE_USERS = 100;

/** Reads what imports wrote; they write by the services that the things belong to. */
@Injectable()
export class ImportsRepository {
  constructor(private readonly db: Database) {}

  /** The rows of sources whose balances were booked on some accounts. */
  async takenOver(user_ids: readonly string[]): Promise<Set<string>> {
    const rows = await this.db.statement<{ import_id: string }>(
      'imports_taken_over',
      `SELECT DISTINCT metadata->>'import_id' AS import_id FROM credit_transactions
       WHERE user_id = ANY ($1::text[]) AND metadata->>'import_id' IS NOT NULL`,
      [[...new Set(user_ids)]],
    );
    return new Set(rows.map(({ import_id }) => import_id));
  }

  /** What came over under a name, for every account in the order of their ids, page by page. */
  async *sums(name: string, source: string): AsyncGenerator<TakenSums> {
    for (let after: string | null = ''; after !== null;) {
      const rows: TakenSums[] = await this.db.statement<TakenSums>('imports_sums', SUMS, [
        after,
        PAGE_USERS,
        `${name}:`,
        source,
      ]);
      yield* rows;
      after = rows.length < PAGE_USERS ? null : (rows.at(-1)?.user_id ?? null);
    }
  }
}

const SUMS = `
  SELECT a.user_id, l.balance::text, u.events::int, u.tokens::text, u.cost::text
  FROM (SELECT user_id FROM user_credits WHERE user_id > $1 ORDER BY user_id LIMIT $2) a
  CROSS JOIN LATERAL (
    SELECT COALESCE(sum(amount), 0) AS balance FROM credit_transactions
    WHERE user_id = a.user_id AND starts_with(metadata->>'import_id', $3)) l
  CROSS JOIN LATERAL (
    SELECT count(*) AS events, COALESCE(sum(tokens_used::bigint), 0) AS tokens, COALESCE(sum(total_cost), 0) AS cost
    FROM usage_events WHERE user_id = a.user_id AND source = $4) u
  ORDER BY a.user_id`;

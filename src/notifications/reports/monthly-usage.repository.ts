import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Period } from '../../platform/values/calendar.js';

/** An account whose month may have ended. */
export interface Candidate {
  user_id: string;
  timezone: string;
}

/** What an account used in a span; amounts are decimal text. */
export interface Usage {
  spent: string;
  requests: number;
  tokens: number;
}

/** Reads what accounts used, from the roll-up by the hour. */
@Injectable()
export class MonthlyUsageRepository {
  constructor(private readonly db: Database) {}

  /**
   * Returns accounts that used something in a span and were not told of `cause` yet, in the order of their ids, behind
   * `after`.
   */
  candidates({ start, end }: Period, cause: string, after: string, limit: number): Promise<Candidate[]> {
    return this.db.reads.query<Candidate>(
      'monthly reports',
      `SELECT u.user_id, COALESCE(c.timezone, 'UTC') AS timezone
       FROM (SELECT DISTINCT user_id FROM usage_hourly WHERE hour >= $1 AND hour < $2 AND user_id > $4) u
       JOIN user_credits a ON a.user_id = u.user_id AND a.status = 'active'
       LEFT JOIN contacts c ON c.user_id = u.user_id
       WHERE NOT EXISTS (SELECT FROM notifications n WHERE n.user_id = u.user_id AND n.cause = $3)
       ORDER BY u.user_id LIMIT $5`,
      [start, end, cause, after, limit],
      { is_patient: true },
    );
  }

  /** Returns what an account spent between each two of the bounds. */
  async spentBetween(user_id: string, bounds: readonly Date[]): Promise<string[]> {
    const rows = await this.db.reads.query<{ spent: string }>(
      user_id,
      `SELECT COALESCE(sum(h.credits), 0)::numeric(30, 10)::text AS spent
       FROM unnest($2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS d (start, finish, n)
       LEFT JOIN usage_hourly h ON h.user_id = $1 AND h.hour >= d.start AND h.hour < d.finish
       GROUP BY d.n ORDER BY d.n`,
      [user_id, bounds.slice(0, -1), bounds.slice(1)],
      { is_patient: true },
    );
    return rows.map(({ spent }) => spent);
  }

  /** Returns what an account used in a span in all. */
  async usage(user_id: string, { start, end }: Period): Promise<Usage> {
    const [row] = await this.db.reads.query<{ spent: string; requests: string; tokens: string }>(
      user_id,
      `SELECT COALESCE(sum(credits), 0)::text AS spent, COALESCE(sum(event_count), 0)::text AS requests,
         COALESCE(sum(tokens_used), 0)::text AS tokens
       FROM usage_hourly WHERE user_id = $1 AND hour >= $2 AND hour < $3`,
      [user_id, start, end],
      { is_patient: true },
    );
    return { spent: row?.spent ?? '0', requests: Number(row?.requests ?? 0), tokens: Number(row?.tokens ?? 0) };
  }

  /** Returns the models, or services without one, that cost an account most in a span. */
  top(user_id: string, { start, end }: Period, limit: number): Promise<{ name: string; spent: string }[]> {
    return this.db.reads.query<{ name: string; spent: string }>(
      user_id,
      `SELECT CASE WHEN model = '' THEN service ELSE model END AS name, sum(credits)::text AS spent
       FROM usage_hourly WHERE user_id = $1 AND hour >= $2 AND hour < $3
       GROUP BY 1 HAVING sum(credits) > 0 AND max(CASE WHEN model = '' THEN service ELSE model END) <> ''
       ORDER BY sum(credits) DESC, 1 LIMIT $4`,
      [user_id, start, end, limit],
      { is_patient: true },
    );
  }
}

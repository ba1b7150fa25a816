import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { GrowthLayer } from './growth.dto.js';

/** Figures of a group of accounts; of all accounts, if `is_total`. Amounts are decimal text. */
export interface GrowthRow {
  is_total: boolean;
  layer: GrowthLayer | null;
  source: string | null;
  result: string | null;
  accounts: number;
  email_verified: number;
  activated: number;
  converted: number;
  first_call_median_s: number | null;
  first_call_p90_s: number | null;
  revenue: string;
}

const READER = 'growth';

/**
 * The accounts that were opened between $1 and $2 come from an index on the time of opening. Payments since $1 are read
 * once; the first call of each account is one look at its usage.
 */
const FIGURES = `
WITH paid AS (
  SELECT user_id, sum(GREATEST(0, amount - refunded - disputed)) AS revenue
  FROM payments WHERE paid_at >= $1::timestamptz AND amount > 0 GROUP BY user_id),
facts AS (
  SELECT CASE WHEN o.result = 'opened' THEN o.layer::text ELSE 'first_use' END AS layer, COALESCE(o.source, '*') AS source,
    o.result::text AS result, c.verified_at IS NOT NULL AS is_verified, paid.revenue,
    CASE WHEN called.created_at IS NOT NULL
      THEN GREATEST(0, extract(epoch FROM called.created_at - a.created_at)) END AS first_call_s
  FROM user_credits AS a
    LEFT JOIN openings AS o ON o.user_id = a.user_id
    LEFT JOIN contacts AS c ON c.user_id = a.user_id
    LEFT JOIN paid ON paid.user_id = a.user_id
    LEFT JOIN LATERAL (SELECT e.created_at FROM usage_events AS e
      WHERE e.user_id = a.user_id AND e.succeeded ORDER BY e.id LIMIT 1) AS called ON true
  WHERE a.created_at >= $1::timestamptz AND a.created_at < $2::timestamptz
    AND NOT EXISTS (SELECT FROM organizations WHERE organizations.user_id = a.user_id))
SELECT GROUPING(layer) = 1 AS is_total, layer, source, result, count(*)::int AS accounts,
  count(*) FILTER (WHERE is_verified)::int AS email_verified, count(first_call_s)::int AS activated,
  count(revenue)::int AS converted, COALESCE(sum(revenue), 0)::numeric(30, 10)::text AS revenue,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY first_call_s)::float AS first_call_median_s,
  percentile_cont(0.9) WITHIN GROUP (ORDER BY first_call_s)::float AS first_call_p90_s
FROM facts GROUP BY GROUPING SETS ((layer, source, result), ())
ORDER BY is_total DESC, accounts DESC, layer, source, result`;

/** Reads how accounts were opened and what became of them; writes nothing. */
@Injectable()
export class GrowthRepository {
  constructor(private readonly db: Database) {}

  /** Returns the figures of the accounts that were opened in a range: first those of all, then by group, the largest first. */
  figures(from: Date, to: Date): Promise<GrowthRow[]> {
    return this.db.reads.query<GrowthRow>(READER, FIGURES, [from, to]);
  }
}

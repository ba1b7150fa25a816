import { Injectable } from '@nestjs/common';
import { type RollupLag, RollupLagRepository } from '../metering/rollup-lag.repository.js';
import { Database } from '../platform/database/database.js';

/** State of the whole installation, according to the database. */
export interface Standing extends RollupLag {
  holds: number;
  held_credits: number;
  accounts_in_debt: number;
  debt_credits: number;
  webhooks_pending: number;
  webhooks_failing: number;
  webhooks_disabled: number;
  jobs: QueueStanding[];
}

type Credits = 'holds' | 'held_credits' | 'accounts_in_debt' | 'debt_credits';
type Webhooks = 'webhooks_pending' | 'webhooks_failing' | 'webhooks_disabled';

export interface QueueStanding {
  name: string;
  /** Waiting runs, and how long the oldest has been due. */
  waiting: number;
  waiting_s: number;
  active: number;
  /** Runs that used all attempts and are not deleted yet. */
  failed: number;
}

/** Uses partial indexes: the cost grows with the number of holds and debtors, not of accounts. */
const CREDITS = `
SELECT h.*, d.*
FROM (SELECT count(*)::int AS holds, COALESCE(sum(amount), 0)::float8 AS held_credits
  FROM credit_holds WHERE status = 'active') AS h,
  (SELECT count(*)::int AS accounts_in_debt, COALESCE(sum(debt), 0)::float8 AS debt_credits
  FROM user_credits WHERE debt > 0) AS d`;

/** Pending deliveries are counted up to 100000. */
const WEBHOOKS = `
SELECT (SELECT count(*)::int FROM (SELECT FROM webhook_deliveries WHERE status = 'pending' LIMIT 100000) AS p) AS webhooks_pending,
  count(*) FILTER (WHERE status = 'enabled' AND failing_since IS NOT NULL)::int AS webhooks_failing,
  count(*) FILTER (WHERE disabled_reason = 'failing')::int AS webhooks_disabled
FROM webhook_endpoints`;

const JOBS = `
SELECT q.name, COALESCE(w.waiting, 0) AS waiting, COALESCE(w.waiting_s, 0) AS waiting_s,
  COALESCE(j.active, 0) AS active, COALESCE(j.failed, 0) AS failed
FROM pgboss.queue q
LEFT JOIN (
  SELECT name, count(*)::int AS waiting, GREATEST(0, EXTRACT(EPOCH FROM clock_timestamp() - min(start_after)))::float8 AS waiting_s
  FROM pgboss.job WHERE state < 'active' AND NOT blocked GROUP BY name
) AS w USING (name)
LEFT JOIN (
  SELECT name, count(*) FILTER (WHERE state = 'active')::int AS active, count(*) FILTER (WHERE state = 'failed')::int AS failed
  FROM pgboss.job WHERE state IN ('active', 'failed') GROUP BY name
) AS j USING (name)
WHERE q.name NOT LIKE '\\_\\_pgboss%'`;

const READER = 'metrics';

/** Reads what only the database knows, on the connections for long reads. */
@Injectable()
export class DatabaseMetricsRepository {
  constructor(
    private readonly db: Database,
    private readonly rollup: RollupLagRepository,
  ) {}

  async standing(): Promise<Standing> {
    const { reads } = this.db;
    const [lag, [credits], [webhooks], jobs] = await Promise.all([
      this.rollup.lag(READER),
      reads.statement<Pick<Standing, Credits>>(READER, 'metrics_credits', CREDITS, []),
      reads.statement<Pick<Standing, Webhooks>>(READER, 'metrics_webhooks', WEBHOOKS, []),
      reads.statement<QueueStanding & object>(READER, 'metrics_jobs', JOBS, []),
    ]);
    if (!credits || !webhooks) throw new Error('an aggregate returned no row');
    return { ...lag, ...credits, ...webhooks, jobs };
  }
}

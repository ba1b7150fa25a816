import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { idAtSql } from '../../platform/database/row-id.js';
import type { Experiment } from './experiment.js';

/** What the accounts of an arm did. Amounts are decimal text. */
export interface ArmFacts {
  name: string;
  accounts: number;
  compared: number;
  activated: number;
  converted: number;
  suspected: number;
  revenue: string;
  revenue_mean: number;
  revenue_variance: number;
  credits_given: string;
}

const READER = 'experiments';
const WINDOW = `$3::int * interval '24 hours'`;

/**
 * $1: the key, $2: the names of the arms, $3: days of the window, $4: accounts to compare. The first accounts of each arm
 * are read from an index; each of them costs a look at its calls and payments.
 */
const FACTS = `
WITH compared AS MATERIALIZED (
  SELECT arms.arm, first.user_id, first.assigned_at AS opened_at, first.assigned_at + ${WINDOW} AS ends_at
  FROM unnest($2::text[]) AS arms(arm), LATERAL (
    SELECT user_id, assigned_at FROM experiment_assignments AS a
    WHERE a.experiment = $1 AND a.arm = arms.arm AND a.assigned_at <= clock_timestamp() - ${WINDOW}
    ORDER BY assigned_at, user_id LIMIT $4) AS first),
given AS (
  SELECT c.arm, sum(g.amount) AS credits
  FROM compared AS c JOIN credit_grants AS g ON g.user_id = c.user_id AND g.created_at < c.ends_at
  WHERE g.id >= (SELECT ${idAtSql('min(opened_at)')} FROM compared)
    AND g.id < (SELECT ${idAtSql('max(ends_at)')} FROM compared)
    AND g.source IN ('trial', 'bonus', 'coupon', 'referral')
  GROUP BY c.arm),
did AS (
  SELECT c.arm, payments.has_paid, COALESCE(payments.revenue, 0) AS revenue, EXISTS (
      SELECT FROM gift_checks AS g WHERE g.user_id = c.user_id AND g.trial_factor < 1 AND g.reasons <> '{email_unverified}'
    ) AS is_suspected, EXISTS (
    SELECT FROM usage_events AS e WHERE e.user_id = c.user_id AND e.succeeded
      AND e.id >= ${idAtSql('c.opened_at')} AND e.id < ${idAtSql('c.ends_at')}) AS has_called
  FROM compared AS c CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS has_paid, sum(GREATEST(0, amount - refunded - disputed)) AS revenue FROM payments AS p
    WHERE p.user_id = c.user_id AND p.amount > 0 AND p.paid_at >= c.opened_at AND p.paid_at < c.ends_at) AS payments)
SELECT arms.arm AS name, all_of_arm.accounts, count(did.arm)::int AS compared,
  count(*) FILTER (WHERE did.has_called)::int AS activated, count(*) FILTER (WHERE did.has_paid)::int AS converted,
  count(*) FILTER (WHERE did.is_suspected)::int AS suspected,
  COALESCE(sum(did.revenue), 0)::numeric(30, 10)::text AS revenue, COALESCE(avg(did.revenue), 0)::float AS revenue_mean,
  COALESCE(var_samp(did.revenue), 0)::float AS revenue_variance,
  COALESCE((SELECT credits FROM given WHERE given.arm = arms.arm), 0)::numeric(30, 10)::text AS credits_given
FROM unnest($2::text[]) WITH ORDINALITY AS arms(arm, place)
  CROSS JOIN LATERAL (SELECT count(*)::int AS accounts FROM experiment_assignments AS a
    WHERE a.experiment = $1 AND a.arm = arms.arm) AS all_of_arm
  LEFT JOIN did ON did.arm = arms.arm
GROUP BY arms.arm, arms.place, all_of_arm.accounts ORDER BY arms.place`;

/** Reads what the accounts of experiments did, from the tables of other modules. */
@Injectable()
export class ResultsRepository {
  constructor(private readonly db: Database) {}

  /** Returns the facts of each arm, in the order of the arms. */
  facts({ key, arms, window_days, arm_size }: Experiment): Promise<ArmFacts[]> {
    const names = arms.map(({ name }) => name);
    return this.db.reads.query<ArmFacts>(READER, FACTS, [key, names, window_days, arm_size]);
  }
}

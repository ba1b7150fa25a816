import { idAtSql } from '../../platform/database/row-id.js';
import { eventColumns, type Measure } from '../../metering/measures.js';
import { NOT_ROLLED_UP } from '../../metering/usage.sql.js';

/*
 * Figures of the whole platform. Windows are UTC days: $1 is the start of today, $2 that of the last 7 days and $3 that
 * of the last 30 days. Each statement reads an index, so its cost depends on the rows of its window.
 */

/** The windows, with the parameter that is their start. */
const WINDOWS = { today: '$1', last_7_days: '$2', last_30_days: '$3' } as const;
export type Window = keyof typeof WINDOWS;

/** Returns a column for each window: a JSON object with the sum of each expression, as text. */
const sumsByWindow = (at: string, expressions: Readonly<Record<string, string>>): string =>
  Object.entries(WINDOWS)
    .map(([window, start]) => {
      const sums = Object.entries(expressions).map(
        ([name, value]) => `'${name}', COALESCE(sum(${value}) FILTER (WHERE ${at} >= ${start}::timestamptz), 0)::text`,
      );
      return `jsonb_build_object(${sums.join(', ')}) AS ${window}`;
    })
    .join(',\n  ');

/** Payments received, by currency. */
export const REVENUE = `
SELECT currency, ${sumsByWindow('paid_at', {
  payments: '1',
  amount: 'COALESCE(settled, amount)',
  refunded: 'refunded',
  disputed: 'disputed',
})}
FROM payments WHERE paid_at >= $3 AND status = 'paid' GROUP BY currency ORDER BY currency`;

const onlyIf = (condition: string): string => `CASE WHEN ${condition} THEN amount ELSE 0 END`;

/** Credits added, by origin. The ids of grants begin with the time at which they were booked, in milliseconds. */
export const GRANTED = `
SELECT ${sumsByWindow('created_at', {
  sold: onlyIf(`source = 'purchase'`),
  granted: onlyIf(`source NOT IN ('purchase', 'refund', 'adjustment')`),
  refunded: onlyIf(`source = 'refund'`),
})}
FROM credit_grants
WHERE id >= ${idAtSql('$3::timestamptz')}
  AND created_at >= $3`;

const COST_MEASURES = ['provider_cost'] as const satisfies Measure[];
const SINCE = `day >= ($3::timestamptz AT TIME ZONE 'UTC')::date`;

/** Provider cost of all recorded work, by the UTC day of the work. */
export const COST = `
SELECT ${sumsByWindow(`day::timestamp AT TIME ZONE 'UTC'`, { provider_cost: 'provider_cost' })}
FROM (
  SELECT day, provider_cost FROM usage_daily WHERE ${SINCE}
  UNION ALL
  SELECT day, provider_cost FROM (
    SELECT ${eventColumns(COST_MEASURES)} FROM usage_events WHERE ${NOT_ROLLED_UP} OFFSET 0
  ) AS tail WHERE ${SINCE}
) AS days`;

/** What needs an administrator. Each part reads a partial index. */
export const STANDING = `
SELECT d.*, h.*, u.*, p.*, e.*, l.*, s.*
FROM (SELECT count(*)::int AS accounts_in_debt, COALESCE(sum(debt), 0)::numeric(40, 10)::text AS debt
  FROM user_credits WHERE debt > 0) AS d,
  (SELECT count(*)::int AS active_holds, COALESCE(sum(amount), 0)::numeric(40, 10)::text AS held
  FROM credit_holds WHERE status = 'active') AS h,
  (SELECT count(*)::int AS unrated_events, count(DISTINCT (service, model))::int AS unrated_models,
    COALESCE(sum(total_cost), 0)::numeric(40, 10)::text AS provisional_cost
  FROM usage_events WHERE NOT is_rated) AS u,
  (SELECT count(*)::int AS held_payments FROM payments WHERE status = 'held') AS p,
  (SELECT count(*)::int AS failed_payment_events FROM payment_events WHERE state = 'failed') AS e,
  (SELECT count(*)::int AS rejected_logs FROM litellm_rejected_logs WHERE status = 'open') AS l,
  (SELECT count(*)::int AS open_disputes FROM payment_disputes WHERE status = 'open') AS s`;

import { Injectable } from '@nestjs/common';
import { eventsBetween } from '../../metering/events.sql.js';
import { NOT_ROLLED_UP_OF_ACCOUNT } from '../../metering/usage.sql.js';
import { amount } from '../../platform/values/amount.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../platform/errors.js';
import { SERVICE } from './call-rates.js';

/** The last day with such a call, by the roll-up; null if there is none. */
const LAST_DAY = `(SELECT max(day)::timestamp AT TIME ZONE 'UTC' FROM usage_daily
  WHERE user_id = $1 AND service = $2 AND model = ANY ($3::text[]))`;

/** The cost of the last call of the account $1 to a model in $3, if it cost something and the account is in debt. */
const OWED = `
SELECT last.total_cost::text AS cost
FROM user_credits c, LATERAL (
  SELECT total_cost FROM (
    SELECT * FROM (SELECT * FROM usage_events WHERE ${NOT_ROLLED_UP_OF_ACCOUNT} OFFSET 0) AS unrolled
    UNION ALL
    ${eventsBetween({ start: LAST_DAY, end: `${LAST_DAY} + interval '24 hours'` }, '*')}
  ) AS calls
  WHERE service = $2 AND model = ANY ($3::text[]) ORDER BY id DESC LIMIT 1
) AS last
WHERE c.user_id = $1 AND c.debt > 0 AND last.total_cost > 0`;

/**
 * A free call needs no hold, so an account in debt can make it. If the last such call did cost something, further ones
 * would keep increasing the debt.
 */
@Injectable()
export class FreeCalls {
  constructor(private readonly db: Database) {}

  /**
   * Checks that a call without a hold will not add to a debt.
   * @throws DomainError `insufficient_credits`
   */
  async check(user_id: string, models: readonly string[]): Promise<void> {
    const [owed] = await this.db.statement<{ cost: string }>('free_call_owed', OWED, [user_id, SERVICE, models]);
    if (!owed) return;
    const detail = `The last call to ${models.join(', ')} cost ${owed.cost} credits although the model is listed as free, and this account is in debt. Add credits first.`;
    throw new DomainError('payment_required', 'insufficient_credits', detail, {
      required: owed.cost,
      available: amount(0n),
    });
  }
}

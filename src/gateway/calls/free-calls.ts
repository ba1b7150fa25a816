import { Injectable } from '@nestjs/common';
import { amount } from '../../platform/values/amount.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../platform/errors.js';
import { SERVICE } from './call-rates.js';

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
    const [owed] = await this.db.prisma.$queryRaw<{ cost: string }[]>`
      SELECT e.total_cost::text AS cost
      FROM user_credits c, LATERAL (
        SELECT total_cost FROM usage_events
        WHERE user_id = c.user_id AND service = ${SERVICE} AND model = ANY (${models})
        ORDER BY occurred_at DESC LIMIT 1
      ) e
      WHERE c.user_id = ${user_id} AND c.debt > 0 AND e.total_cost > 0`;
    if (!owed) return;
    const detail = `The last call to ${models.join(', ')} cost ${owed.cost} credits although the model is listed as free, and this account is in debt. Add credits first.`;
    throw new DomainError('payment_required', 'insufficient_credits', detail, {
      required: owed.cost,
      available: amount(0n),
    });
  }
}

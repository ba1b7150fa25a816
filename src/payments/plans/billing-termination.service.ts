import { Injectable } from '@nestjs/common';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import type { SubscriptionRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { PaymentSettlement } from '../payment-settlement.js';
import { PlanChanges } from './plan-changes.js';
import { PlansService } from './plans.service.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';
import { TopupsService } from '../topups/topups.service.js';

/**
 * When billing ends: at the end of the paid period, or now. Either way, a paid period remains available until it ends.
 */
export const BILLING_ENDS = ['period_end', 'now'] as const;
export type BillingEnd = (typeof BILLING_ENDS)[number];

/** The billing that was ended. */
export interface EndedBilling {
  user_id: string;
  subscription: SubscriptionRow | null;
  topup_deleted: boolean;
}

/** Ends everything that charges an account's owner, when the user leaves or an admin requests it. */
@Injectable()
export class BillingTermination {
  constructor(
    private readonly subscriptions: SubscriptionsRepository,
    private readonly changes: PlanChanges,
    private readonly plans: PlansService,
    private readonly topups: TopupsService,
    private readonly settlement: PaymentSettlement,
    private readonly locks: AccountLocks,
  ) {}

  /**
   * Ends the subscription and the automatic top-up of an account. The change is pushed to the provider immediately, and
   * retried if that fails. Safe to repeat, and for accounts without billing.
   */
  async end(actor: Actor, user_id: string, at: BillingEnd = 'period_end'): Promise<EndedBilling> {
    const ended = await this.locks.withLock(actor, user_id, async (account, tx) => {
      const topup_deleted = await this.topups.remove(tx, actor, user_id);
      const live = await this.subscriptions.findLive(user_id, tx);
      if (!live) return { user_id, subscription: null, topup_deleted };
      const isOver = at === 'now';
      if (isOver || !live.cancel_at_period_end) {
        await this.changes.stop(tx, account);
        await this.locks.save(tx, account);
        await this.subscriptions.decide(tx, live, isOver ? ENDED : { cancel_at_period_end: true });
        await this.settlement.noteSubscription(tx, live, 'payment.billing_ended', { at }, actor);
      }
      return { user_id, subscription: await this.subscriptions.get(tx, live), topup_deleted };
    });
    await this.plans.pushToProvider(user_id);
    return ended;
  }
}

const ENDED = { status: 'canceled', cancel_at_period_end: false, grace_until: null } as const;

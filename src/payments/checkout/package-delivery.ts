import { Injectable } from '@nestjs/common';
import type { Account } from '../../credits/accounts/account.js';
import type { PaymentRow } from '../../generated/rows.js';
import { units } from '../../platform/values/amount.js';
import type { Tx } from '../../platform/database/database.js';
import { PlanDelivery } from '../plans/plan-delivery.js';

/** Grants what a payment is for. The caller holds the account's lock and stores the account. */
@Injectable()
export class PackageDelivery {
  constructor(private readonly plans: PlanDelivery) {}

  /** Grants what was paid for. @returns why it cannot be granted, or null */
  async give(tx: Tx, account: Account, payment: PaymentRow): Promise<string | null> {
    switch (payment.kind) {
      case 'plan':
        return this.plans.start(tx, account, payment);
      case 'renewal':
        return this.plans.renew(tx, account, payment);
      case 'upgrade':
        return this.plans.upgrade(tx, account, payment);
      case 'other':
        return 'This money matches no offer.';
      case 'package':
      case 'top_up':
        this.credits(account, payment);
        return null;
    }
  }

  /** Grants the credits of a payment as purchased credits, which never expire. */
  credits(account: Account, { id: payment_id, kind, package_code, credits }: PaymentRow): void {
    const reason = kind === 'top_up' ? 'auto_topup' : kind === 'package' ? 'package_purchase' : 'payment_accepted';
    const description =
      package_code === null ? 'Purchase: payment accepted by an admin' : `Purchase: package ${package_code}`;
    account.grant(
      { source: 'purchase', amount: units(credits) },
      { description, metadata: { reason, payment_id, package_code } },
    );
  }
}

import { Injectable } from '@nestjs/common';
import type { PaymentRow, SubscriptionRow } from '../generated/rows.js';
import { PaymentsService } from './payments.service.js';
import { PlansService } from './plans/plans.service.js';

/** Reads the payments and the subscription of an account. */
@Injectable()
export class PaymentsOverview {
  constructor(
    private readonly payments: PaymentsService,
    private readonly plans: PlansService,
  ) {}

  async of(user_id: string, limit: number): Promise<{ payments: PaymentRow[]; subscription: SubscriptionRow | null }> {
    const [page, subscription] = await Promise.all([
      this.payments.history(user_id, { limit }),
      this.plans.current(user_id),
    ]);
    return { payments: page.items, subscription };
  }
}

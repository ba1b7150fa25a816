import { Injectable, Logger } from '@nestjs/common';
import type { PaymentRow } from '../../generated/rows.js';
import { PROVIDER_ACTOR } from '../payment-settlement.js';
import { Customers } from './customers.js';
import { Orders } from '../checkout/orders.service.js';
import { PaymentsRepository } from '../payments.repository.js';

const BATCH = 100;

/** Closes expired checkout pages, even if the provider does not report them. Their discounts become available again. */
@Injectable()
export class StaleCheckouts {
  private readonly log = new Logger('payments');

  constructor(
    private readonly customers: Customers,
    private readonly orders: Orders,
    private readonly payments: PaymentsRepository,
  ) {}

  /** Closes expired pages, of one user or of all users. A page that was paid in time waits for its event. */
  async closeStale(user_id: string | null = null, signal?: AbortSignal): Promise<void> {
    if (!this.customers.isConfigured) return;
    for (const payment of await this.payments.stale(user_id, BATCH)) {
      signal?.throwIfAborted();
      try {
        if (await this.isClosed(payment)) await this.orders.close(PROVIDER_ACTOR, payment, 'expired', null);
        else await this.orders.awaitMoney(PROVIDER_ACTOR, payment);
      } catch (error) {
        this.log.warn(
          `the checkout page of payment ${payment.id} could not be closed and will be retried: ${(error as Error).message}`,
        );
      }
    }
  }

  /** Closes the page at the provider. Returns false if it was paid at the last moment. */
  private async isClosed({ session_id }: PaymentRow): Promise<boolean> {
    return session_id === null || this.customers.payments.closeCheckout(session_id);
  }
}

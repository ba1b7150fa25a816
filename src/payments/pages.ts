import { Injectable, Logger } from '@nestjs/common';
import type { PaymentRow } from '../generated/rows.js';
import { PROVIDER_ACTOR } from './cashier.js';
import { Customers } from './customers.js';
import { Orders } from './orders.service.js';
import { PaymentsRepository } from './payments.repository.js';

const BATCH = 100;

/** Closes pages that nobody paid in time, whether or not the provider says so: a discount waits for the next payment. */
@Injectable()
export class Pages {
  private readonly log = new Logger('payments');

  constructor(
    private readonly customers: Customers,
    private readonly orders: Orders,
    private readonly payments: PaymentsRepository,
  ) {}

  /** Closes the pages whose time is over, of one user or of all. What was paid in time waits for its message. */
  async closeStale(user_id: string | null = null, signal?: AbortSignal): Promise<void> {
    if (!this.customers.isConfigured) return;
    for (const payment of await this.payments.stale(user_id, BATCH)) {
      signal?.throwIfAborted();
      try {
        if (await this.isClosed(payment)) await this.orders.close(PROVIDER_ACTOR, payment, 'expired', null);
        else await this.orders.awaitMoney(PROVIDER_ACTOR, payment);
      } catch (error) {
        this.log.warn(`the page of payment ${payment.id} is closed later: ${(error as Error).message}`);
      }
    }
  }

  /** The provider knows whether a page was paid in its last moment. */
  private async isClosed({ session_id }: PaymentRow): Promise<boolean> {
    return session_id === null || this.customers.payments.closeCheckout(session_id);
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import type { PaymentRow } from '../../generated/rows.js';
import { units } from '../../platform/values/amount.js';
import { PROVIDER_ACTOR } from '../payment-settlement.js';
import { checkoutOrder } from '../checkout/checkout.service.js';
import { Customers } from '../provider/customers.js';
import { cents } from '../checkout/offer.js';
import { PaymentEffects } from '../inbox/payment-effects.js';
import { TopupsRepository } from './topups.repository.js';
import { TopupsService } from './topups.service.js';

const BATCH = 50;
/**
 * The provider forgets idempotency keys after 24 hours. After this time, a payment of unknown outcome is not retried.
 */
const REPEATABLE_MS = 23 * 3_600_000;

/** Buys credits for accounts that run low. Safe to run concurrently and repeatedly: each payment is charged once. */
@Injectable()
export class TopupRunner {
  private readonly log = new Logger('payments');

  constructor(
    private readonly topups: TopupsRepository,
    private readonly service: TopupsService,
    private readonly effects: PaymentEffects,
    private readonly customers: Customers,
    private readonly locks: AccountLocks,
  ) {}

  /** Processes the accounts whose top-up is due. @returns the number of payments attempted */
  async run(signal?: AbortSignal): Promise<number> {
    if (!this.customers.isConfigured) return 0;
    let tried = 0;
    for (const user_id of await this.topups.due(BATCH)) {
      signal?.throwIfAborted();
      try {
        if (await this.topUp(user_id)) tried += 1;
      } catch (error) {
        // the payment stays in flight and is retried when its lease expires
        this.log.warn(`the outcome of a top-up is not known yet: ${(error as Error).message}`);
      }
    }
    return tried;
  }

  private async topUp(user_id: string): Promise<boolean> {
    const payment = await this.service.launch(user_id);
    if (!payment) return false;
    if (Date.now() - payment.created_at.getTime() > REPEATABLE_MS) {
      await this.locks.withLock(PROVIDER_ACTOR, user_id, (account, tx) => this.effects.unsure(tx, account, payment));
      return true;
    }
    const fact = await this.charge(payment);
    if (fact.outcome === 'unconfirmed') await this.askPayer(payment);
    else {
      await this.locks.withLock(PROVIDER_ACTOR, user_id, async (account, tx) => {
        const known = await this.service.payment(tx, payment);
        await this.effects.charge(tx, account, known, fact, true);
      });
    }
    return true;
  }

  private charge(payment: PaymentRow) {
    const { id: payment_id, user_id, currency } = payment;
    const order = { payment_id, user_id, currency, amount_cents: cents(units(payment.amount)), name: nameOf(payment) };
    return this.customers.with(user_id, (customer_id) => this.customers.payments.chargeCard({ ...order, customer_id }));
  }

  /**
   * Opens a page on which the payer confirms the payment, as the bank requires. No other top-up starts in the meantime.
   */
  private async askPayer(payment: PaymentRow): Promise<void> {
    const waiting = await this.service.await(payment);
    if (!waiting) return;
    const page = await this.customers.with(payment.user_id, (customer_id) =>
      this.customers.payments.createCheckout(checkoutOrder(waiting, customer_id, nameOf(waiting))),
    );
    await this.service.asked(waiting, page);
  }
}

const nameOf = ({ package_code }: PaymentRow): string => `Top-up: ${String(package_code)}`;

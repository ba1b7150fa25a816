import { Injectable, Logger } from '@nestjs/common';
import { AccountBook } from '../credits/account-book.js';
import type { PaymentRow } from '../generated/rows.js';
import { units } from '../platform/amount.js';
import { PROVIDER_ACTOR } from './cashier.js';
import { Customers } from './customers.js';
import type { ChargeFact } from './facts.js';
import { cents } from './offer.js';
import { PaymentEffects } from './payment-effects.js';
import { TopupsRepository } from './topups.repository.js';
import { TopupsService } from './topups.service.js';

const BATCH = 50;
/** The provider forgets idempotency keys after 24 hours: a payment of unknown outcome is not tried after this. */
const REPEATABLE_MS = 23 * 3_600_000;

/** Buys credits for accounts that run low. Safe to run anywhere, at once and again: a payment is charged once. */
@Injectable()
export class TopupRunner {
  private readonly log = new Logger('payments');

  constructor(
    private readonly topups: TopupsRepository,
    private readonly service: TopupsService,
    private readonly effects: PaymentEffects,
    private readonly customers: Customers,
    private readonly book: AccountBook,
  ) {}

  /** Looks after every account whose top-up is due. @returns how many payments were tried */
  async run(signal?: AbortSignal): Promise<number> {
    if (!this.customers.isConfigured) return 0;
    let tried = 0;
    for (const user_id of await this.topups.due(BATCH)) {
      signal?.throwIfAborted();
      try {
        if (await this.topUp(user_id)) tried += 1;
      } catch (error) {
        // the payment stays in flight, and is looked after again when its lease is over
        this.log.warn(`a top-up has no outcome yet: ${(error as Error).message}`);
      }
    }
    return tried;
  }

  private async topUp(user_id: string): Promise<boolean> {
    const payment = await this.service.launch(user_id);
    if (!payment) return false;
    const fact = await this.outcomeOf(payment);
    await this.book.locked(PROVIDER_ACTOR, user_id, (account, tx) =>
      this.effects.apply(tx, account, fact, payment.id, account.now),
    );
    return true;
  }

  private async outcomeOf(payment: PaymentRow): Promise<ChargeFact> {
    const { id: payment_id, user_id, currency, package_code } = payment;
    const order = { payment_id, user_id, currency, amount_cents: cents(units(payment.amount)) };
    if (Date.now() - payment.created_at.getTime() > REPEATABLE_MS) {
      const reason = 'The provider never said how the payment ended. Look it up there before another one is made.';
      return { ...order, kind: 'charge', outcome: 'failed', payment_intent_id: '', reason };
    }
    const customer_id = await this.customers.of(user_id);
    return this.customers.payments.chargeCard({ ...order, customer_id, name: `Top-up: ${String(package_code)}` });
  }
}

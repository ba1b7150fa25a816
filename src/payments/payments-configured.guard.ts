import { type CanActivate, Inject, Injectable } from '@nestjs/common';
import { notConfigured } from './payments.errors.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from './provider.js';

/** Stands before every route of payments: without a provider they answer 503 and say what to set. */
@Injectable()
export class PaymentsConfigured implements CanActivate {
  constructor(@Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null) {}

  /** @throws DomainError `payments_not_configured` */
  canActivate(): boolean {
    if (this.provider === null) throw notConfigured();
    return true;
  }
}

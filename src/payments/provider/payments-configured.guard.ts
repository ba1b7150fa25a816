import { type CanActivate, Inject, Injectable } from '@nestjs/common';
import { notConfigured } from '../payments.errors.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from './provider.js';

/** Guards the payment routes: without a provider they return 503 and name the setting. */
@Injectable()
export class PaymentsConfigured implements CanActivate {
  constructor(@Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null) {}

  /** @throws DomainError `payments_not_configured` */
  canActivate(): boolean {
    if (this.provider === null) throw notConfigured();
    return true;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { CustomersRepository } from './customers.repository.js';
import { notConfigured } from './payments.errors.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from './provider.js';

/** Knows every user's customer at the provider, and makes it when there is none. */
@Injectable()
export class Customers {
  constructor(
    private readonly customers: CustomersRepository,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
  ) {}

  /**
   * The provider, for those who are about to call it.
   * @throws DomainError `payments_not_configured`
   */
  get payments(): PaymentProvider {
    if (this.provider === null) throw notConfigured();
    return this.provider;
  }

  /** Whether there is a provider. */
  get isConfigured(): boolean {
    return this.provider !== null;
  }

  /** The customer of a user. Calls the provider, so never inside a transaction. */
  async of(user_id: string): Promise<string> {
    const known = await this.customers.find(user_id);
    return known ?? (await this.customers.keep(user_id, await this.payments.createCustomer(user_id)));
  }
}

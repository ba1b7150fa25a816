import { Inject, Injectable } from '@nestjs/common';
import { CustomersRepository } from './customers.repository.js';
import { CustomerGone, notConfigured } from './payments.errors.js';
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
    return known ?? (await this.customers.keep(user_id, await this.payments.createCustomer(user_id, null)));
  }

  /**
   * Does something with the customer of a user; once more with a new one when the provider does not know the customer
   * any more.
   */
  async with<T>(user_id: string, act: (customer_id: string) => Promise<T>): Promise<T> {
    try {
      return await this.once(user_id, act);
    } catch (error) {
      if (!(error instanceof CustomerGone)) throw error;
      return act(await this.of(user_id));
    }
  }

  /**
   * Does something with the customer of a user that only the customer of before can be used for. A customer whom the
   * provider does not know any more is replaced for the next time.
   * @throws CustomerGone
   */
  async once<T>(user_id: string, act: (customer_id: string) => Promise<T>): Promise<T> {
    const customer_id = await this.of(user_id);
    try {
      return await act(customer_id);
    } catch (error) {
      if (error instanceof CustomerGone) {
        await this.customers.replace(user_id, customer_id, await this.payments.createCustomer(user_id, customer_id));
      }
      throw error;
    }
  }
}

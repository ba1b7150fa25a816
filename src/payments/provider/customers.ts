import { Inject, Injectable } from '@nestjs/common';
import { CustomersRepository } from './customers.repository.js';
import { CustomerGone, notConfigured } from '../payments.errors.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from './provider.js';

/** Maps users to customers at the provider, creating them on demand. */
@Injectable()
export class Customers {
  constructor(
    private readonly customers: CustomersRepository,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
  ) {}

  /** The payment provider. @throws DomainError `payments_not_configured` */
  get payments(): PaymentProvider {
    if (this.provider === null) throw notConfigured();
    return this.provider;
  }

  /** Whether a payment provider is configured. */
  get isConfigured(): boolean {
    return this.provider !== null;
  }

  /**
   * Returns the customer of a user, creating it if needed. Can call the provider, so never call it inside a
   * transaction.
   */
  async of(user_id: string): Promise<string> {
    const known = await this.customers.find(user_id);
    return known ?? (await this.customers.keep(user_id, await this.payments.createCustomer(user_id, null)));
  }

  /**
   * Runs `act` with the customer of a user. If the provider no longer knows the customer, creates a new one and runs
   * `act` again.
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
   * Runs `act` with the customer of a user, without a second attempt. If the provider no longer knows the customer,
   * creates a new one for the next call.
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

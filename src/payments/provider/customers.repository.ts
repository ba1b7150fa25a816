import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';

/** All SQL on the provider's customers. */
@Injectable()
export class CustomersRepository {
  constructor(private readonly db: Database) {}

  async find(user_id: string): Promise<string | null> {
    const row = await this.db.prisma.payment_customers.findUnique({ where: { user_id } });
    return row?.customer_id ?? null;
  }

  /** Returns the user a customer belongs to, or null if the customer is unknown. */
  async ownerOf(customer_id: string): Promise<string | null> {
    const row = await this.db.prisma.payment_customers.findFirst({ where: { customer_id } });
    return row?.user_id ?? null;
  }

  /** Replaces a customer that the provider no longer knows. */
  async replace(user_id: string, gone: string, customer_id: string): Promise<void> {
    await this.db.prisma.payment_customers.updateMany({ where: { user_id, customer_id: gone }, data: { customer_id } });
  }

  /**
   * Stores the customer of a user.
   * @returns the stored customer, which is another one if a concurrent request stored it first
   */
  async keep(user_id: string, customer_id: string): Promise<string> {
    await this.db.prisma.payment_customers.createMany({ data: { user_id, customer_id }, skipDuplicates: true });
    return (await this.find(user_id)) ?? customer_id;
  }
}

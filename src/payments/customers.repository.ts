import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';

/** All SQL on the provider's customers. */
@Injectable()
export class CustomersRepository {
  constructor(private readonly db: Database) {}

  async find(user_id: string): Promise<string | null> {
    const row = await this.db.prisma.payment_customers.findUnique({ where: { user_id } });
    return row?.customer_id ?? null;
  }

  /** Whose customer it is; null when it is none of ours. */
  async ownerOf(customer_id: string): Promise<string | null> {
    const row = await this.db.prisma.payment_customers.findFirst({ where: { customer_id } });
    return row?.user_id ?? null;
  }

  /** Puts a new customer in the place of one whom the provider does not know any more. */
  async replace(user_id: string, gone: string, customer_id: string): Promise<void> {
    await this.db.prisma.payment_customers.updateMany({ where: { user_id, customer_id: gone }, data: { customer_id } });
  }

  /** Keeps the customer of a user. @returns the one that was kept first, when two were made at once */
  async keep(user_id: string, customer_id: string): Promise<string> {
    await this.db.prisma.payment_customers.createMany({ data: { user_id, customer_id }, skipDuplicates: true });
    return (await this.find(user_id)) ?? customer_id;
  }
}

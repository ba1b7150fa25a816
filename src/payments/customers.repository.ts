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

  /** Keeps the customer of a user. @returns the one that was kept first, when two were made at once */
  async keep(user_id: string, customer_id: string): Promise<string> {
    await this.db.prisma.payment_customers.createMany({ data: { user_id, customer_id }, skipDuplicates: true });
    return (await this.find(user_id)) ?? customer_id;
  }
}

import { Injectable } from '@nestjs/common';
import type { PaymentRow } from '../generated/rows.js';
import { decodeCursor, type Page, pageOf, type PageQuery } from '../platform/http/page.js';
import { PaymentsRepository } from './payments.repository.js';

/** Reads payments. */
@Injectable()
export class PaymentsService {
  constructor(private readonly payments: PaymentsRepository) {}

  /** Returns an account's payments, newest first. @throws InvalidInput if the cursor is invalid */
  async history(user_id: string, { limit, offset, cursor, count }: PageQuery): Promise<Page<PaymentRow>> {
    const after = cursor === undefined ? null : decodeCursor(cursor);
    const [rows, total] = await Promise.all([
      this.payments.list(user_id, limit, offset, after),
      count ? this.payments.count(user_id) : null,
    ]);
    return pageOf(rows, limit, total);
  }
}

import { Injectable } from '@nestjs/common';
import type { PaymentRow } from '../generated/rows.js';
import { type Page, type PageRequest, paginate } from '../platform/database/paging.js';
import { PaymentsRepository } from './payments.repository.js';

/** Reads payments. */
@Injectable()
export class PaymentsService {
  constructor(private readonly payments: PaymentsRepository) {}

  /** Returns an account's payments, newest first. @throws InvalidInput if the cursor is invalid */
  history(user_id: string, page: PageRequest): Promise<Page<PaymentRow>> {
    return paginate(this.payments, user_id, page);
  }
}

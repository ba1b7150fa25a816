import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { DiscountsService } from '../coupons/discounts/discounts.service.js';
import { AccountsService, balanceView } from '../credits/accounts/accounts.service.js';
import { HoldsRepository } from '../credits/holds/holds.repository.js';
import { PaymentsOverview } from '../payments/payments-overview.service.js';
import type { Actor } from '../platform/actor.js';
import { ReportsService } from '../usage/reports/reports.service.js';
import type { AccountOverviewView } from './accounts-list.dto.js';

const NEWEST = { limit: 20, offset: 0, count: false };
const HOLDS_MAX = 50;

/** Collects an account's data from all modules. */
@Injectable()
export class AccountOverview {
  constructor(
    private readonly accounts: AccountsService,
    private readonly holds: HoldsRepository,
    private readonly reports: ReportsService,
    private readonly payments: PaymentsOverview,
    private readonly discounts: DiscountsService,
    private readonly audit: AuditService,
  ) {}

  /** @throws DomainError `not_found` if the user has no account */
  async of(actor: Actor, user_id: string): Promise<AccountOverviewView> {
    await this.accounts.read(actor, user_id); // books due renewals and expiries first
    const [account, grants, holds, transactions, usage, payments, discounts, audit] = await Promise.all([
      this.accounts.read(actor, user_id),
      this.accounts.grants(actor, user_id, false),
      this.holds.list({ user_id, status: 'active' }, { take: HOLDS_MAX, skip: 0, after: null }),
      this.accounts.transactions(actor, { user_id }, { ...NEWEST, provision: false }),
      this.reports.summary(user_id, { tz: 'UTC' }),
      this.payments.of(user_id, NEWEST.limit),
      this.discounts.list(actor, user_id, NEWEST),
      this.audit.list({ user_id, ...NEWEST }),
    ]);
    return {
      account: { ...account, ...balanceView(account) },
      grants,
      usage,
      ...payments,
      holds,
      transactions: transactions.items,
      discounts: discounts.items,
      audit: audit.items,
    };
  }
}

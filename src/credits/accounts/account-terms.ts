import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { Tx } from '../../platform/database/database.js';
import { type Units, units } from '../../platform/values/amount.js';
import { DAY_MS } from '../../platform/values/calendar.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import { awaitPayment, awaitsPayment } from '../grants/paid-plan.js';
import { nextReset, openWith, renew } from '../grants/period.js';
import type { Account } from './account.js';
import { AccountsRepository } from './accounts.repository.js';

/** Decides what a new account gets of the initial credits, in the transaction that opens it. */
export type GiftRule = (tx: Tx, account: Account, full: Units) => Promise<Units>;

/** What an account begins with, and what the end of a period brings. */
@Injectable()
export class AccountTerms {
  private rule: GiftRule = (_tx, _account, full) => Promise.resolve(full);

  constructor(
    private readonly accounts: AccountsRepository,
    private readonly tiers: TiersRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Code of the tier of a new account. */
  get tier(): string {
    return this.config.provisioning.initial_tier;
  }

  /** Lets a module of a higher rank decide what new accounts get of the initial credits. */
  giveBy(rule: GiftRule): void {
    this.rule = rule;
  }

  /**
   * Gives a new, empty account the terms of its tier and the initial credits, in memory. A user who was erased gets no
   * initial credits again.
   * @returns the initial credits
   */
  async begin(tx: Tx, account: Account): Promise<Units> {
    const { initial_credits, trial_expires_days } = this.config.provisioning;
    const wasHere = await this.accounts.wasErased(tx, account.user_id);
    const credits = wasHere ? 0n : await this.rule(tx, account, units(initial_credits));
    const expires_at = trial_expires_days && new Date(account.now.getTime() + trial_expires_days * DAY_MS);
    openWith(account, await this.tiers.get(this.tier, tx), { credits, ...(expires_at && { expires_at }) });
    return credits;
  }

  /**
   * Ends a period at `reset_date`. A billed plan continues for the grace days while the payment of the next period is
   * awaited, then falls back to the configured unpaid tier. A closed account gets no further credits.
   * @returns the action for the audit log; null when nothing is to be recorded
   */
  async endPeriod(tx: Tx, account: Account, reset_date: Date): Promise<string | null> {
    const { state, now } = account;
    if (state.status === 'closed' || state.status === 'erasing') {
      state.reset_date = nextReset(reset_date, now);
      return null;
    }
    const current = await this.tiers.get(state.tier, tx);
    const scheduled = state.next_tier === null ? null : await this.tiers.get(state.next_tier, tx);
    const isOver = state.paid_until !== null && state.paid_until <= reset_date;
    const awaits = awaitsPayment(state, scheduled);
    if (awaits && state.paid_until) {
      const grace_end = new Date(state.paid_until.getTime() + this.config.payments.grace_days * DAY_MS);
      if (reset_date < grace_end) {
        awaitPayment(account, grace_end);
        return 'credit.payment_awaited';
      }
    }
    const next = scheduled ?? current;
    // a period that is already paid keeps the terms under which it was sold
    const sold = state.next_terms?.tier === next.tier ? state.next_terms : next;
    renew(account, current, awaits ? await this.tiers.get(this.config.payments.unpaid_tier, tx) : sold);
    if (isOver) state.paid_until = null;
    return 'credit.monthly_reset';
  }
}

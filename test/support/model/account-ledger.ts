import { expect } from '@jest/globals';
import { Account } from '../../../src/credits/accounts/account.js';
import { type AccountState, NEVER_CLOSED } from '../../../src/credits/accounts/account-state.js';
import { bookInOrder } from '../../../src/credits/accounts/due-events.js';
import type { Grant } from '../../../src/credits/grants/grant.js';
import { nextDue, renew } from '../../../src/credits/grants/period.js';
import type { TierTerms } from '../../../src/credits/grants/tier-terms.js';
import { MODEL_PERIOD_MS, type MoneyModel } from './model.js';

const text = (units: number): string => `0.${String(units).padStart(10, '0')}`;

/**
 * An account as the service handles it: stored after every step, loaded again for the next one, with due items booked
 * first.
 */
export class Ledger {
  state: AccountState;
  stored: Grant[] = [];
  booked = 0n;
  lastBalanceAfter = 0n;
  readonly holds = new Map<number, { size: bigint; expires: Date }>();
  readonly terms: TierTerms;
  private ids = 0;

  constructor(
    model: MoneyModel,
    public now: Date,
  ) {
    const { cap, credits, rollover, renews } = model.tier;
    const monthly_cap = cap === null ? null : text(cap);
    this.terms = {
      tier: 'plan',
      credits_monthly: text(credits),
      monthly_cap,
      rollover_max: text(rollover),
      renews,
      calls_per_day: null,
      free_calls_per_day: null,
      calls_per_month: null,
    };
    const reset_date = new Date(now.getTime() + MODEL_PERIOD_MS);
    this.state = {
      balance: 0n,
      held: 0n,
      debt: 0n,
      capped: 0n,
      plan_used: 0n,
      used_this_period: 0n,
      allocated_monthly: 0n,
      bonus_credits: 0n,
      free_tier_used: 0n,
      monthly_cap: cap === null ? null : BigInt(cap),
      monthly_cap_is_set: false,
      tier: 'plan',
      next_tier: null,
      reset_date,
      due_at: reset_date,
      paid_until: null,
      next_terms: null,
      free_calls_per_day: null,
      free_calls_today: 0,
      calls_per_day: null,
      calls_per_month: null,
      calls_today: 0,
      calls_this_period: 0,
      calls_reset_at: now,
      period_start: null,
      ...NEVER_CLOSED,
      has_budgets: false,
      credit_level: null,
      alert_below: 0n,
      low_balance_threshold: null,
    };
  }

  /** Charges without loading the grants, like a batch. */
  step<T>(work: (account: Account) => T, { withGrants }: { withGrants: boolean }): T {
    if (this.open(true).isDue) this.bookDue();
    const account = this.open(withGrants);
    const result = work(account);
    this.store(account, withGrants);
    return result;
  }

  bookDue(): void {
    const account = this.open(true);
    const expired = [...this.holds].filter(([, hold]) => hold.expires <= this.now);
    for (const [id] of expired) this.holds.delete(id);
    const holds = expired.map(([, { size, expires }]) => ({ amount: size, expires_at: expires }));
    for (const end of bookInOrder(account, holds)) {
      expect(end).toEqual(account.state.reset_date);
      renew(account, this.terms, this.terms);
    }
    const soonest = [...this.holds.values()].map((hold) => hold.expires.getTime());
    account.state.due_at = nextDue(account, soonest.length ? new Date(Math.min(...soonest)) : null);
    this.store(account, true);
  }

  /** Returns a copy with all burns attributed. */
  settled(): Account {
    const account = new Account('u', structuredClone(this.state), structuredClone(this.stored), this.now);
    account.settleBurns();
    return account;
  }

  private open(withGrants: boolean): Account {
    const live = structuredClone(this.stored.filter((grant) => grant.remaining > 0n));
    return new Account('u', structuredClone(this.state), withGrants ? live : null, this.now);
  }

  private store(account: Account, withGrants: boolean): void {
    this.state = account.state;
    for (const line of account.lines) {
      this.booked += line.amount;
      this.lastBalanceAfter = line.balance_after;
      expect(line.balance_after).toBe(this.booked);
    }
    if (withGrants)
      this.stored = account.grants.map((grant) => ({
        ...grant,
        id: grant.id ?? String(this.ids++).padStart(6, '0'),
        line: null,
      }));
  }
}

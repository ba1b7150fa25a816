import type { grant_source, transaction_type } from '../../generated/prisma/enums.js';
import type { Actor } from '../../platform/actor.js';
import type { Attribution } from '../../platform/attribution.js';
import { max, min, type Units } from '../../platform/values/amount.js';
import { sizesOf, workOf } from '../budgets/budget.js';
import { BudgetBook } from '../budgets/budget-book.js';
import { type AccountState, type Standing, standingOf } from './account-state.js';
import { burn, type Grant, isPlan, planAllowance, SOURCES, sumRemaining } from '../grants/grant.js';
import { type CreditRefusal, refuse } from './refusal.js';

/** The descriptive columns of a ledger line. */
export interface LineDetails {
  service?: string | undefined;
  model?: string | null | undefined;
  cost_breakdown?: object | null | undefined;
  description?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
  attribution?: Attribution | undefined;
  refund_of?: string | undefined;
  hold_id?: string | undefined;
}

/** A ledger line that is not stored yet. */
export interface Line extends LineDetails {
  amount: Units;
  balance_after: Units;
  transaction_type: transaction_type;
  by: Actor | null;
}

/**
 * A locked account. Applies charges and grants one after the other and enforces the money rules. Pure: the decisions
 * are collected in `state`, `lines` and `grants`; the repository stores them.
 *
 * Charges do not change grants. The credits burned since the last attribution are the difference between the sum of the
 * grants and the balance; every method that changes grants first attributes them ({@link settleBurns}).
 */
export class Account {
  readonly lines: Line[] = [];
  /** The actor of the lines that are booked next. */
  author: Actor | null = null;
  /** When the work that is charged next was done; null means now. */
  done_at: Date | null = null;
  /** The time of the next bookings: that of the lock, or of what is due while it is booked. */
  at: Date;
  /** What was stored last: events tell what differs from it. */
  stored: Standing;

  constructor(
    readonly user_id: string,
    readonly state: AccountState,
    /** Live grants; null when they were not loaded. */
    private readonly liveGrants: Grant[] | null,
    /** The database's time when the lock was taken. */
    readonly now: Date,
    /** The active budgets, which every charge counts in. */
    readonly budgets: BudgetBook = new BudgetBook([], now),
  ) {
    this.at = now;
    this.stored = standingOf(state);
  }

  get grants(): Grant[] {
    if (this.liveGrants === null) throw new Error('the account was opened without its grants');
    return this.liveGrants;
  }

  /** Whether a renewal or an expiry must be booked before anything else. */
  get isDue(): boolean {
    return this.state.due_at <= this.now;
  }

  /** Whether the work that is charged next counts toward the current period. Late work can belong to an earlier one. */
  get isOfThisPeriod(): boolean {
    const { period_start } = this.state;
    return this.done_at === null || period_start === null || this.done_at >= period_start;
  }

  /** Credits that are not held. */
  get unheld(): Units {
    return this.state.balance - this.state.held;
  }

  /**
   * Charges for work that is about to be done. Refused, with no effect, if it cannot be afforded; free work never is.
   */
  deduct(amount: Units, details: LineDetails): CreditRefusal | null {
    if (amount === 0n) return null;
    const refusal = refuse(this.state, amount);
    if (refusal) return refusal;
    this.state.balance -= amount;
    this.charge(amount, details);
    return null;
  }

  /** Charges for work that is already done. Always booked; what the unheld balance cannot cover becomes debt. */
  settle(amount: Units, details: LineDetails, calls = 1n): void {
    if (amount === 0n) return;
    const { state } = this;
    const paid = min(amount, this.unheld);
    this.spend(paid);
    state.debt += amount - paid;
    this.charge(amount, details, calls);
  }

  /**
   * Sets credits aside until `expires_at`. Refused, with no effect, if they are not available; a hold of zero never is.
   */
  hold(amount: Units, expires_at: Date): CreditRefusal | null {
    const refusal = amount === 0n ? null : refuse(this.state, amount);
    if (refusal) return refusal;
    this.state.held += amount;
    this.dueBy(expires_at);
    return null;
  }

  /** Captures a hold of `held` credits: charges `amount`, releases the rest, settles any excess as a separate line. */
  capture(held: Units, amount: Units, details: LineDetails): void {
    const within = min(held, amount);
    this.state.held -= held;
    this.spend(within);
    if (within > 0n) this.charge(within, details);
    this.payDebt(held - within);
    if (amount > held) {
      const excess = { ...details, description: `${details.description ?? ''} (beyond the hold)`.trim() };
      this.settle(amount - held, excess, within > 0n ? 0n : 1n); // both lines are one call
    }
  }

  /** Releases held credits. Debt is paid from them first. */
  release(held: Units): void {
    this.state.held -= held;
    this.payDebt(held);
  }

  /** Adds a grant. Debt is paid from it first; the rest can be spent. */
  grant(
    given: { source: grant_source; amount: Units; expires_at?: Date | null | undefined },
    details: LineDetails,
  ): void {
    const { source, amount, expires_at = null } = given;
    const { priority, booked_as } = SOURCES[source];
    const at = { effective_at: this.now, created_at: this.now, expires_at };
    this.add({ source, amount, priority, ...at }, booked_as, details);
    if (source === 'bonus' || source === 'coupon' || source === 'referral') this.state.bonus_credits += amount;
  }

  /** Takes over `amount` credits of another account's grant, on the same terms. Debt is paid from them first. */
  adopt(grant: Grant, amount: Units, details: LineDetails): void {
    this.add({ ...grant, amount }, 'adjustment', details);
  }

  /**
   * Removes up to `most` unspent credits of a grant. Credits that back a hold stay until the hold resolves.
   * @returns the credits removed
   */
  lapse(grant: Grant, most: Units, details: LineDetails): Units {
    // credits that the cap locks cannot back a hold, so the other credits must not lapse while they do
    const spare = isPlan(grant) ? this.unheld : this.unheld - this.state.capped;
    const lapsed = min(min(grant.remaining, most), max(0n, spare));
    if (lapsed === 0n) return 0n;
    grant.remaining -= lapsed;
    this.state.balance -= lapsed;
    this.book('adjustment', -lapsed, details);
    this.recap();
    return lapsed;
  }

  /**
   * Claws back `amount` credits of the grants `given`. What is left of the grants is removed with the line `unspent`;
   * the rest is taken from other credits, or becomes debt, with the line `spent`. Removed plan credits count as plan
   * usage, so that a switch of tiers does not grant them again.
   */
  takeBack(given: readonly Grant[], amount: Units, unspent: LineDetails, spent: LineDetails): void {
    this.settleBurns();
    const { state } = this;
    let left = amount;
    for (const grant of given) {
      const lapsed = this.lapse(grant, left, unspent);
      if (isPlan(grant)) state.plan_used += lapsed;
      left -= lapsed;
    }
    if (left > 0n) {
      const paid = min(left, this.unheld);
      this.spend(paid);
      state.debt += left - paid;
      this.book('adjustment', -left, spent);
    }
    this.settleBurns();
  }

  /** Sets the cap on plan credits; null is unlimited. */
  setCap(monthly_cap: Units | null, isSet: boolean): void {
    this.settleBurns();
    this.state.monthly_cap = monthly_cap;
    this.state.monthly_cap_is_set = isSet;
    this.recap();
  }

  /**
   * Corrects the cost of finished work. A positive `more` is charged like any finished work; a negative one is given
   * back as a grant that pays debt first. The line is an adjustment; the original charge stays unchanged.
   */
  correct(more: Units, details: LineDetails): void {
    const { state } = this;
    if (more < 0n) this.grant({ source: 'adjustment', amount: -more }, details);
    else if (more > 0n) {
      this.owe(more, details);
      this.budgets.charge(workOf(details), sizesOf(more, 0n));
    }
    // never below zero: the work may belong to an earlier period
    state.used_this_period = max(0n, state.used_this_period + more);
  }

  /** Takes credits that are owed, as an adjustment. What the unheld balance cannot cover becomes debt. */
  owe(amount: Units, details: LineDetails): void {
    const paid = min(amount, this.unheld);
    this.spend(paid);
    this.state.debt += amount - paid;
    this.book('adjustment', -amount, details);
    this.settleBurns(); // earlier charges must be attributed before any line that is not a charge
  }

  /** Clears the debt, which another account has taken over. */
  forgive(details: LineDetails): void {
    const { debt } = this.state;
    if (debt === 0n) return;
    this.state.debt = 0n;
    this.book('adjustment', debt, details);
  }

  /**
   * Attributes the credits burned since the last attribution to grants, so that the sum of the grants equals the
   * balance.
   */
  settleBurns(): void {
    const { state } = this;
    const burned = sumRemaining(this.grants) - state.balance;
    if (burned < 0n) throw new Error(`account ${this.user_id}: grants sum to less than the balance`);
    state.plan_used += burn(this.grants, burned, planAllowance(state.monthly_cap, state.plan_used));
    this.recap();
  }

  /**
   * Recomputes how many credits of the balance the cap locks. Charges need no update: they burn unlocked credits first.
   */
  recap(): void {
    const allowance = planAllowance(this.state.monthly_cap, this.state.plan_used);
    const plan = sumRemaining(this.grants.filter(isPlan));
    this.state.capped = allowance === null ? 0n : max(0n, plan - allowance);
  }

  /** Brings the next due instant forward. */
  dueBy(instant: Date | null): void {
    if (instant && instant < this.state.due_at) this.state.due_at = instant;
  }

  /** Books a line with the present balance. */
  book(transaction_type: transaction_type, amount: Units, details: LineDetails): void {
    const balance_after = this.state.balance - this.state.debt;
    this.lines.push({ ...details, transaction_type, amount, balance_after, by: this.author });
  }

  private add(
    given: Omit<Grant, 'id' | 'remaining' | 'transaction_id' | 'line'>,
    booked_as: transaction_type,
    details: LineDetails,
  ): void {
    this.settleBurns();
    const { state } = this;
    const paid = min(given.amount, state.debt);
    state.debt -= paid;
    state.balance += given.amount - paid;
    if (isPlan(given)) state.plan_used += paid; // counts as usage, or repeated tier switches would grant it again
    this.book(booked_as, given.amount, details);
    const remaining = given.amount - paid;
    this.grants.push({ ...given, id: null, remaining, transaction_id: null, line: this.lines.length - 1 });
    if (given.expires_at) this.dueBy(given.expires_at);
    this.recap();
  }

  private charge(amount: Units, details: LineDetails, calls = 1n): void {
    if (this.isOfThisPeriod) this.state.used_this_period += amount;
    this.budgets.charge(workOf(details), sizesOf(amount, calls));
    this.book('usage', -amount, details);
  }

  private payDebt(freed: Units): void {
    const paid = min(freed, this.state.debt);
    this.state.debt -= paid;
    this.spend(paid);
  }

  /** Burns credits. Those that the cap locks are burned last, and only for work that is already done. */
  private spend(amount: Units): void {
    const { state } = this;
    state.balance -= amount;
    state.capped = min(state.capped, state.balance);
  }
}

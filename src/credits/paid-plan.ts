import type { TierRow } from '../generated/rows.js';
import { units } from '../platform/amount.js';
import type { Account } from './account.js';
import type { AccountState } from './account-state.js';
import { isPlan } from './grant.js';
import { adoptTier, beginPeriod, lapsePlan, PERIOD_MS, renew } from './period.js';
import type { TierTerms } from './tier-terms.js';

/** What a payment for a plan did: its credits came at once, come at `reset_date`, or it was for a time already over. */
export type PlanPayment = 'booked' | 'ahead' | 'nothing';

/** Whether a tier is sold by the period: it gives credits every period, for a price. */
export const isSold = (tier: Pick<TierRow, 'price_monthly' | 'renews'>): boolean =>
  tier.renews && units(tier.price_monthly) > 0n;

/**
 * Whether the period after `reset_date` has to be paid first: the account is billed, nothing has been paid beyond
 * `reset_date`, and no tier is scheduled that costs nothing.
 */
export function awaitsPayment(
  { paid_until, reset_date }: Pick<AccountState, 'paid_until' | 'reset_date'>,
  scheduled: Pick<TierRow, 'price_monthly' | 'renews'> | null,
): boolean {
  return paid_until !== null && paid_until <= reset_date && (scheduled === null || isSold(scheduled));
}

/** Lets the period and what is left of its plan credits go on until `end`, while a payment is awaited. */
export function awaitPayment(account: Account, end: Date): void {
  account.settleBurns();
  for (const grant of account.grants) {
    if (isPlan(grant) && grant.expires_at !== null && grant.expires_at < end) grant.expires_at = end;
  }
  account.state.reset_date = end;
}

/**
 * Books the first payment of a subscription: a period of `tier` starts at once and ends at `paid_until`. Unspent plan
 * credits lapse, but those of a period that was paid before and is not over are kept until it would have ended.
 */
export function startPlan(account: Account, tier: TierTerms, paid_until: Date): PlanPayment {
  const { state, now } = account;
  if (paid_until <= now) return 'nothing';
  account.settleBurns();
  if (state.paid_until !== null && state.paid_until > now) keepPaid(account, state.reset_date);
  lapsePlan(account, 0n, paid_until);
  state.paid_until = paid_until;
  beginPeriod(account, tier, { start: now, end: paid_until }, true, 'plan_paid');
  account.dueBy(paid_until);
  return 'booked';
}

/**
 * Books that the next period is paid until `paid_until`, in `tier`. It begins as soon as what was paid before is over;
 * after a payment that comes earlier the period turns at `reset_date` by itself.
 */
export function renewPlan(account: Account, current: TierTerms, tier: TierTerms, paid_until: Date): PlanPayment {
  const { state, now } = account;
  const before = state.paid_until;
  if (paid_until <= now || (before !== null && paid_until <= before)) return 'nothing';
  state.paid_until = paid_until;
  if (before !== null && before > now) {
    state.next_tier = tier.tier === state.tier ? null : tier.tier;
    state.next_terms = tier;
    return 'ahead';
  }
  account.settleBurns();
  lapsePlan(account, current.renews ? units(current.rollover_max) : 0n, paid_until);
  beginPeriod(account, tier, { start: now, end: paid_until }, true, 'monthly_reset');
  account.dueBy(paid_until);
  return 'booked';
}

/** Takes what is left of plan credits out of the cap: they were paid, and another plan begins before they end. */
function keepPaid(account: Account, end: Date): void {
  for (const grant of account.grants.filter((g) => g.source === 'plan' && g.remaining > 0n)) {
    const { remaining } = grant;
    grant.remaining = 0n;
    const kept = { amount: remaining, remaining, expires_at: grant.expires_at ?? end };
    account.grants.push({ ...grant, ...kept, id: null, source: 'purchase', line: null });
    account.dueBy(kept.expires_at);
  }
  account.recap();
}

/** Ends the billing of a plan: what was paid stays until it is over, then `unpaid` takes over; at once if it is. */
export function endBilling(account: Account, current: TierTerms, unpaid: TierTerms): void {
  const { state, now } = account;
  if (state.paid_until === null) return;
  if (state.paid_until > now) {
    state.next_tier = state.tier === unpaid.tier ? null : unpaid.tier;
    return;
  }
  state.reset_date = state.paid_until; // the days of grace were no part of any period
  renew(account, current, unpaid);
  state.paid_until = null;
}

/**
 * Ends a plan at once, for its money went back: `unpaid` takes over and gives nothing. Plan credits that were paid
 * otherwise, rolled over say, are kept until their end.
 */
export function revokePlan(account: Account, unpaid: TierTerms): void {
  const { state, now } = account;
  account.settleBurns();
  keepPaid(account, state.reset_date);
  state.paid_until = null;
  beginPeriod(account, unpaid, { start: now, end: new Date(now.getTime() + PERIOD_MS) }, false, 'plan_returned');
  account.dueBy(state.reset_date);
}

/** Gives back the rest of a period of a plan that was revoked; its credits are for the caller to give. */
export function restorePlan(account: Account, tier: TierTerms, unpaid: TierTerms, paid_until: Date): void {
  const { state } = account;
  account.settleBurns();
  state.paid_until = paid_until;
  state.reset_date = paid_until;
  adoptTier(account, tier);
  state.plan_used = units(tier.credits_monthly); // a switch gives none of them anew
  state.next_tier = state.tier === unpaid.tier ? null : unpaid.tier;
  account.recap();
  account.dueBy(paid_until);
}

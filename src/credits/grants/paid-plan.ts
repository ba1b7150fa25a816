import type { TierRow } from '../../generated/rows.js';
import { units } from '../../platform/values/amount.js';
import type { Account } from '../accounts/account.js';
import type { AccountState } from '../accounts/account-state.js';
import { isPlan } from './grant.js';
import { adoptTier, beginPeriod, lapsePlan, PERIOD_MS, renew } from './period.js';
import type { TierTerms } from './tier-terms.js';

/**
 * The effect of a plan payment: credits granted now (`booked`), at `reset_date` (`ahead`), or for a past period, never.
 */
export type PlanPayment = 'booked' | 'ahead' | 'nothing';

/** Whether a tier is sold by the period: it renews and has a price. */
export const isSold = (tier: Pick<TierRow, 'price_monthly' | 'renews'>): boolean =>
  tier.renews && units(tier.price_monthly) > 0n;

/**
 * Whether the period after `reset_date` must be paid before it starts: the account is billed, nothing is paid beyond
 * `reset_date`, and no free tier is scheduled.
 */
export function awaitsPayment(
  { paid_until, reset_date }: Pick<AccountState, 'paid_until' | 'reset_date'>,
  scheduled: Pick<TierRow, 'price_monthly' | 'renews'> | null,
): boolean {
  return paid_until !== null && paid_until <= reset_date && (scheduled === null || isSold(scheduled));
}

/** Extends the period and its plan credits to `end` while a payment is awaited. */
export function awaitPayment(account: Account, end: Date): void {
  account.settleBurns();
  for (const grant of account.grants) {
    if (isPlan(grant) && grant.expires_at !== null && grant.expires_at < end) grant.expires_at = end;
  }
  account.state.reset_date = end;
}

/**
 * Books the first payment of a subscription: a period of `tier` starts now and ends at `paid_until`. Unspent plan
 * credits lapse, except those of a paid period that is not over: they remain until that period would have ended.
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
 * Books the payment of the next period, in `tier` and until `paid_until`. If the current paid period is over, the next
 * one starts now; otherwise it starts at `reset_date`.
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

/** Converts paid plan credits, which another plan would make lapse early, to a purchase without cap. */
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

/** Ends the billing of a plan. The tier `unpaid` follows after the paid period, or now if that is over. */
export function endBilling(account: Account, current: TierTerms, unpaid: TierTerms): void {
  const { state, now } = account;
  if (state.paid_until === null) return;
  if (state.paid_until > now) {
    state.next_tier = state.tier === unpaid.tier ? null : unpaid.tier;
    return;
  }
  state.reset_date = state.paid_until; // grace days do not belong to a billing period
  renew(account, current, unpaid);
  state.paid_until = null;
}

/**
 * Ends a plan immediately because its payment was returned. The tier `unpaid` takes over without granting credits. Plan
 * credits that another payment covers, for example by rollover, remain until the end of the period.
 */
export function revokePlan(account: Account, unpaid: TierTerms): void {
  const { state, now } = account;
  account.settleBurns();
  keepPaid(account, state.reset_date);
  state.paid_until = null;
  beginPeriod(account, unpaid, { start: now, end: new Date(now.getTime() + PERIOD_MS) }, false, 'plan_returned');
  account.dueBy(state.reset_date);
}

/** Restores a revoked plan for the rest of its period. The caller grants its credits. */
export function restorePlan(account: Account, tier: TierTerms, unpaid: TierTerms, paid_until: Date): void {
  const { state } = account;
  account.settleBurns();
  state.paid_until = paid_until;
  state.reset_date = paid_until;
  adoptTier(account, tier);
  state.plan_used = units(tier.credits_monthly); // a switch must not grant them again
  state.next_tier = state.tier === unpaid.tier ? null : unpaid.tier;
  account.recap();
  account.dueBy(paid_until);
}

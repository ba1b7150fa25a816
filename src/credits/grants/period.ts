import { max, min, type Units, units } from '../../platform/values/amount.js';
import type { Period } from '../../platform/values/calendar.js';
import type { Account, LineDetails } from '../accounts/account.js';
import { sumOfCalls } from '../accounts/calls.js';
import { byBurnOrder, type Grant, isPlan, sumRemaining } from './grant.js';
import type { TierTerms } from './tier-terms.js';

/** A period is 30 days of 24 hours, regardless of time zones and month lengths. */
export const PERIOD_MS = 30 * 24 * 60 * 60 * 1000;

/** Returns the first end of a period after `now`, in whole periods from `reset_date`. */
export function nextReset(reset_date: Date, now: Date): Date {
  const periods = Math.max(1, Math.floor((now.getTime() - reset_date.getTime()) / PERIOD_MS) + 1);
  return new Date(reset_date.getTime() + periods * PERIOD_MS);
}

/**
 * Books the end of a period at `reset_date`: unspent plan credits of a renewing tier lapse, except those that roll
 * over; the tier `next` applies; the counters are reset; a renewing tier grants its credits. Missed periods grant
 * nothing.
 */
export function renew(account: Account, current: TierTerms, next: TierTerms): void {
  account.settleBurns();
  const end = nextReset(account.state.reset_date, account.now);
  if (current.renews) lapsePlan(account, units(current.rollover_max), end);
  const start = new Date(end.getTime() - PERIOD_MS);
  beginPeriod(account, next, { start, end }, next.renews, 'monthly_reset');
}

/** Starts a new period now: plan credits lapse and the tier grants its credits, even if it does not renew. */
export function restart(account: Account, tier: TierTerms): void {
  account.settleBurns();
  const end = new Date(account.now.getTime() + PERIOD_MS);
  lapsePlan(account, 0n, end);
  beginPeriod(account, tier, { start: account.now, end }, true, 'monthly_reset');
}

/** Extends the current period by 30 days, with the plan credits that end with it, and adds a month's calls. */
export function extendPeriod(account: Account, tier: Pick<TierTerms, 'calls_per_month'>): void {
  const { state } = account;
  const [end, later] = [state.reset_date.getTime(), new Date(state.reset_date.getTime() + PERIOD_MS)];
  for (const grant of account.grants.filter(isPlan)) if (grant.expires_at?.getTime() === end) grant.expires_at = later;
  state.reset_date = later;
  if (state.paid_until !== null) state.paid_until = new Date(state.paid_until.getTime() + PERIOD_MS);
  if (state.calls_per_month !== null) {
    state.calls_per_month = sumOfCalls(state.calls_per_month, tier.calls_per_month ?? 0);
  }
}

/**
 * Sets up a new account with its first tier and the initial credits. Those of a tier that does not renew are a trial and
 * expire at `expires_at`, if given.
 */
export function openWith(account: Account, tier: TierTerms, initial: { credits: Units; expires_at?: Date }): void {
  const { credits, expires_at } = initial;
  const { state } = account;
  state.tier = tier.tier;
  limitCalls(account, tier);
  state.allocated_monthly = credits;
  account.setCap(tier.monthly_cap === null ? null : units(tier.monthly_cap), false);
  if (credits === 0n) return;
  const metadata = { tier: tier.tier, reason: 'initial_allocation', source: 'trial_signup' };
  const given = tier.renews
    ? { source: 'plan' as const, amount: credits, expires_at: state.reset_date }
    : { source: 'trial' as const, amount: credits, ...(expires_at && { expires_at }) };
  account.grant(given, { description: `Initial allocation of the ${tier.tier} tier`, metadata });
}

/**
 * Changes the tier within the period. Used and remaining plan credits together become the monthly credits of the new
 * tier, so no sequence of switches yields more plan credits in a period than the most expensive of its tiers. Tiers
 * that do not renew grant nothing, and only a tier with fewer credits takes any away; rolled-over credits are thus
 * safe.
 */
export function switchTier(account: Account, current: TierTerms, tier: TierTerms): void {
  account.settleBurns();
  const { state } = account;
  const metadata = { tier: tier.tier, reason: 'tier_switch', from: state.tier };
  const details = { description: `Switched from ${state.tier} to ${tier.tier}`, metadata };
  const left = sumRemaining(account.grants.filter(isPlan));
  const entitled = max(0n, units(tier.credits_monthly) - state.plan_used);
  const target = tier.renews ? entitled : min(left, entitled);

  adoptTier(account, tier);
  const isDowngrade = units(tier.credits_monthly) < units(current.credits_monthly);
  state.allocated_monthly = state.plan_used + target;
  if (target > left) account.grant({ source: 'plan', amount: target - left, expires_at: state.reset_date }, details);
  else if (isDowngrade) takeBack(account, left - target, details);
}

/** Lapses expired grants in the order of their expiry, except credits that back holds. */
export function expireGrants(account: Account): void {
  account.settleBurns();
  const expiry = ({ expires_at }: Grant): number => expires_at?.getTime() ?? Number.POSITIVE_INFINITY;
  const expired = account.grants.filter((grant) => expiry(grant) <= account.at.getTime());
  for (const grant of expired.toSorted((a, b) => expiry(a) - expiry(b) || byBurnOrder(a, b))) {
    const metadata = { reason: 'grant_expired', grant_id: grant.id, source: grant.source };
    account.lapse(grant, grant.remaining, { description: `Unspent ${grant.source} credits expired`, metadata });
  }
}

/** Returns the earliest time at which something falls due, given the earliest expiry of an active hold. */
export function nextDue(account: Account, soonestHold: Date | null): Date {
  const expiries = account.grants
    .filter((g) => g.remaining > 0n && g.expires_at !== null)
    .map((g) => g.expires_at as Date);
  return [...expiries, ...(soonestHold ? [soonestHold] : [])].reduce(
    (a, b) => (b < a ? b : a),
    account.state.reset_date,
  );
}

/** Begins a period: resets the counters, applies `tier` and, if it `gives`, grants its credits. */
export function beginPeriod(
  account: Account,
  tier: TierTerms,
  { start, end }: Period,
  gives: boolean,
  reason: string,
): void {
  const { state } = account;
  const credits = gives ? units(tier.credits_monthly) : 0n;
  state.used_this_period = 0n;
  state.free_tier_used = 0n;
  state.plan_used = 0n;
  state.calls_this_period = 0;
  state.period_start = start;
  state.reset_date = end;
  state.allocated_monthly = credits;
  adoptTier(account, tier);
  if (credits > 0n) {
    const metadata = { tier: tier.tier, reason, period_end: end.toISOString() };
    const details = { description: `Monthly credits of the ${tier.tier} tier`, metadata };
    account.grant({ source: 'plan', amount: credits, expires_at: end }, details);
  }
}

/** Applies the terms of a tier. The caller grants its credits. */
export function adoptTier(account: Account, tier: TierTerms): void {
  const { state } = account;
  state.tier = tier.tier;
  state.next_tier = null;
  state.next_terms = null;
  limitCalls(account, tier);
  if (!state.monthly_cap_is_set) state.monthly_cap = tier.monthly_cap === null ? null : units(tier.monthly_cap);
  account.recap();
}

/** Applies the call limits of a tier; the counters stay unchanged. */
function limitCalls({ state }: Account, { calls_per_day, calls_per_month, free_calls_per_day }: TierTerms): void {
  Object.assign(state, { calls_per_day, calls_per_month, free_calls_per_day });
}

/** Lapses the plan grants of a period, except for `rollover` credits, which now expire at `end`. */
export function lapsePlan(account: Account, rollover: Units, end: Date): void {
  const plan = account.grants.filter(isPlan).toSorted(byBurnOrder);
  let lapsing = max(0n, sumRemaining(plan) - rollover);
  for (const grant of plan) {
    const share = min(lapsing, grant.remaining);
    lapsing -= share;
    const kept = grant.remaining - share;
    account.lapse(grant, share, {
      description: `Unspent ${grant.source} credits expired`,
      metadata: { reason: 'grant_expired', grant_id: grant.id, source: grant.source },
    });
    if (kept > 0n) rollOver(account, grant, kept, end);
    else if (grant.remaining > 0n) endNow(account, grant);
  }
}

/** Expires a grant that backs a hold; it lapses as soon as the hold is resolved. */
function endNow(account: Account, grant: Grant): void {
  const soonest = new Date(Math.max(account.at.getTime(), grant.effective_at.getTime() + 1));
  if (grant.expires_at === null || grant.expires_at > soonest) grant.expires_at = soonest;
  account.dueBy(grant.expires_at);
}

/** Moves `kept` credits of a grant to the next period. Credits that back a hold remain in the expired grant. */
function rollOver(account: Account, grant: Grant, kept: Units, end: Date): void {
  if (grant.remaining === kept) {
    grant.expires_at = end;
    return;
  }
  grant.remaining -= kept;
  endNow(account, grant);
  account.grants.push({ ...grant, id: null, amount: kept, remaining: kept, expires_at: end, line: null });
}

function takeBack(account: Account, amount: Units, details: LineDetails): void {
  let left = amount;
  for (const grant of account.grants.filter(isPlan).toSorted(byBurnOrder)) left -= account.lapse(grant, left, details);
}

import { max, min, type Units } from '../../platform/values/amount.js';
import type { Account, LineDetails } from './account.js';
import { adoptTier, nextReset } from '../grants/period.js';
import type { TierTerms } from '../grants/tier-terms.js';

/** The state of an account in the system it is imported from. */
export interface TakenOver {
  /** A negative balance is debt. */
  balance: Units;
  /** Credits that the plan granted for the current period; never negative. */
  allocated_monthly: Units;
  /** Credits in the balance that were granted in addition to the plan; never negative. */
  bonus_credits: Units;
  /** End of the current period; null starts a period now. */
  reset_date: Date | null;
}

/** A balance divided into plan credits and the rest, which never lapses. */
export interface Division {
  plan: Units;
  rest: Units;
  /** Plan credits that count as burned in the current period. */
  plan_used: Units;
}

/**
 * Divides a balance that another system stored as one figure. Plan credits are the balance without bonus credits, at
 * most what the plan granted for this period. If the cap here is lower than that, there are no plan credits; otherwise
 * the cap would lock credits that could be spent there. The rest counts as bonus. For switches of tiers, all plan
 * credits of the period count as granted.
 */
export function divide(
  { balance, allocated_monthly, bonus_credits }: Omit<TakenOver, 'reset_date'>,
  monthly_cap: Units | null,
): Division {
  const isLocked = monthly_cap !== null && monthly_cap < allocated_monthly;
  const plan = isLocked ? 0n : min(max(0n, balance - bonus_credits), allocated_monthly);
  return { plan, rest: max(0n, balance) - plan, plan_used: allocated_monthly - plan };
}

/**
 * Sets up a new account with the plan, period and balance from another system. It grants nothing else: the next plan
 * credits come with the next period. A negative balance becomes debt.
 */
export function openTakenOver(account: Account, given: TakenOver, tier: TierTerms, details: LineDetails): void {
  const { state, now } = account;
  adoptTier(account, tier);
  const { reset_date } = given;
  if (reset_date !== null) state.reset_date = reset_date > now ? reset_date : nextReset(reset_date, now);
  state.due_at = state.reset_date;
  const { plan, rest, plan_used } = divide(given, state.monthly_cap);
  state.allocated_monthly = given.allocated_monthly;
  state.plan_used = plan_used;
  account.recap();
  const source = tier.renews ? 'plan' : 'trial';
  const expires_at = tier.renews ? state.reset_date : null;
  const metadata = { ...details.metadata, source };
  if (plan > 0n) account.grant({ source, amount: plan, expires_at }, { ...details, metadata });
  addTakenOver(account, given.balance < 0n ? given.balance : rest, details);
}

/** Adds a balance from another system to an existing account. */
export function addTakenOver(account: Account, balance: Units, details: LineDetails): void {
  const metadata = { ...details.metadata, source: 'bonus' };
  if (balance > 0n) account.grant({ source: 'bonus', amount: balance }, { ...details, metadata });
  if (balance < 0n) account.owe(-balance, details);
}

import { max, min, type Units } from '../platform/amount.js';
import type { Account, LineDetails } from './account.js';
import { adoptTier, nextReset } from './period.js';
import type { TierTerms } from './tier-terms.js';

/** What an account had in the system that it comes from. */
export interface TakenOver {
  /** Negative: what the user owes. */
  balance: Units;
  /** Credits that the plan gave for the running period; not negative, nor are those given on top. */
  allocated_monthly: Units;
  /** Credits in the balance that were given on top of the plan. */
  bonus_credits: Units;
  /** End of the running period; null: one begins now. */
  reset_date: Date | null;
}

/** A balance as grants: what is left of the plan's credits, and the rest, which never lapses. */
export interface Division {
  plan: Units;
  rest: Units;
  /** Credits of the plan that count as burned in the running period. */
  plan_used: Units;
}

/**
 * Divides a balance that another system kept as one figure. Of the plan is what was not given on top, as far as the plan
 * gave it for this period. Where the cap here is lower than what the plan there gave, nothing is of the plan, or the cap
 * would lock what could be spent there. Everything else counts as given on top. What a switch of plans would give counts
 * all of it as given.
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
 * Gives a new account the plan, the period and the balance that it had elsewhere. Nothing else is given: the credits of
 * the plan come with the next period. What is owed becomes debt.
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

/** Adds a balance from elsewhere to an account that goes on as it is. */
export function addTakenOver(account: Account, balance: Units, details: LineDetails): void {
  const metadata = { ...details.metadata, source: 'bonus' };
  if (balance > 0n) account.grant({ source: 'bonus', amount: balance }, { ...details, metadata });
  if (balance < 0n) account.owe(-balance, details);
}

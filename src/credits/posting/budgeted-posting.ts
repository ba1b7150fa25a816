import type { NewEvent } from '../../metering/usage-event.js';
import type { Account } from '../accounts/account.js';
import { available, type CreditRefusal, refuse } from '../accounts/refusal.js';
import { headroom, type Sizes, sizesOf, workOf } from '../budgets/budget.js';
import type { BudgetRefusal } from '../budgets/budget-refusal.js';
import { type ChargePosting, eventOf, type HoldPosting } from './posting.js';

/**
 * Refuses new work that does not fit the account's budgets; null when it does. If the credits are tighter than the
 * budget, the refusal names them.
 */
export function refuseBudgets(
  account: Account,
  posting: ChargePosting | HoldPosting,
): BudgetRefusal | CreditRefusal | null {
  const { budgets, state } = account;
  const refusal = budgets.refuse(workOf(posting.kind === 'hold' ? posting : posting.details), demandOf(posting));
  if (refusal?.budget.unit !== 'credits') return refusal;
  const isTighter = available(state) < headroom(refusal.budget);
  return (isTighter ? refuse(state, posting.amount) : null) ?? refusal;
}

/** Returns the tokens of an event, as budgets count them. */
export const tokensOf = ({ tokens_used }: Pick<NewEvent, 'tokens_used'>): Sizes => ({
  ...sizesOf(1n, 0n, tokens_used),
  credits: 0n,
});

const demandOf = (posting: ChargePosting | HoldPosting): Sizes =>
  sizesOf(posting.amount, 1n, eventOf(posting)?.tokens_used ?? 0);

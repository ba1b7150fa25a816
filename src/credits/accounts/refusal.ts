import { amount as text, type Units } from '../../platform/values/amount.js';
import { DomainError } from '../../platform/errors.js';
import { ONE } from '../budgets/budget.js';
import { budgetError, type BudgetRefusal } from '../budgets/budget-refusal.js';
import type { AccountState } from './account-state.js';

/** The reason why an account cannot afford a charge or a hold. */
export type RefusalCode = 'insufficient_credits' | 'monthly_cap_exceeded' | 'credits_on_hold';

/** A charge or hold that the account cannot afford; it had no effect. */
export interface CreditRefusal {
  code: RefusalCode;
  required: Units;
  available: Units;
}

/** A call beyond a limit of the plan; it had no effect. */
export interface CallRefusal {
  code: 'call_limit_exceeded' | 'free_call_limit_exceeded' | 'budget_exceeded';
  limit_source: 'calls_per_day' | 'free_calls_per_day' | 'calls_per_month';
  limit: number;
  /** Calls so far. */
  used: number;
  resets_at: Date;
  /** Seconds until the daily limit resets. */
  retry_after_s?: number;
}

/** A charge to an account that is suspended or closed; it had no effect. */
export interface StatusRefusal {
  code: 'account_suspended' | 'account_closed';
  moved_to: string | null;
}

/** The reason why work was refused. */
export type Refusal = CreditRefusal | CallRefusal | StatusRefusal | BudgetRefusal;

type Spendable = Pick<AccountState, 'balance' | 'held' | 'debt' | 'capped'>;

const HOLD_RETRY_S = 5;

/** Returns the credits that are neither held nor owed, including those that the monthly cap locks. */
export function available(state: Pick<AccountState, 'balance' | 'held' | 'debt'>): Units {
  return state.debt > 0n ? 0n : state.balance - state.held;
}

/**
 * Decides whether `required` credits can be spent; null means yes. The code distinguishes spent, held and capped
 * credits.
 */
export function refuse(state: Spendable, required: Units): CreditRefusal | null {
  const free = available(state);
  if (state.debt === 0n && free - state.capped >= required) return null;
  const refusal = (code: RefusalCode): CreditRefusal => ({ code, required, available: free });
  if (state.debt > 0n || state.balance < required) return refusal('insufficient_credits');
  return refusal(state.balance - state.capped >= required ? 'credits_on_hold' : 'monthly_cap_exceeded');
}

/** Decides whether the status of an account lets it spend; null means yes. */
export function refuseStatus({ status, moved_to }: Pick<AccountState, 'status' | 'moved_to'>): StatusRefusal | null {
  if (status === 'active') return null;
  return { code: status === 'suspended' ? 'account_suspended' : 'account_closed', moved_to };
}

/** @throws DomainError `account_closed` when the account is closed: credits granted to it would be lost */
export function assertOpen(state: Pick<AccountState, 'status' | 'moved_to'>): void {
  const refusal = refuseStatus(state);
  if (refusal?.code === 'account_closed') throw statusError(refusal);
}

/** Returns the refusal as an error for the caller. */
export function refusalError(refusal: Refusal, account: Pick<AccountState, 'monthly_cap' | 'reset_date'>): DomainError {
  if ('budget' in refusal) return budgetError(refusal);
  if ('limit' in refusal) return callError(refusal);
  return 'required' in refusal ? creditError(refusal, account) : statusError(refusal);
}

/** Returns the error of a suspended or closed account. */
export function statusError({ code, moved_to }: StatusRefusal): DomainError {
  if (code === 'account_suspended') {
    const detail = 'The account is suspended: nothing can be charged to it until an administrator resumes it.';
    return new DomainError('forbidden', code, detail);
  }
  const where = moved_to === null ? '' : ` It was moved: use the account ${moved_to}.`;
  return new DomainError('forbidden', code, `The account is closed.${where}`, moved_to === null ? {} : { moved_to });
}

function callError({ code, used, ...extra }: CallRefusal): DomainError {
  const { limit, limit_source, resets_at } = extra;
  const calls = `${limit.toLocaleString('en')} ${COUNTED[limit_source]}`;
  const detail = `The plan's limit of ${calls} is reached until ${resets_at.toISOString()}.`;
  if (code !== 'budget_exceeded') return new DomainError('rate_limited', code, detail, extra);
  const counters = {
    limit: text(BigInt(limit) * ONE),
    used: text(BigInt(used) * ONE),
    held: text(0n),
    headroom: text(0n),
  };
  const facts = { limit_source: 'plan', budget_id: null, ...counters, unit: 'calls', resets_at };
  return new DomainError('payment_required', code, detail, { ...facts, set_by: 'plan', raise_at: PLANS_AT });
}

/** Page of the dashboard with the plans, relative to the service. */
const PLANS_AT = '/app/billing';

const COUNTED: Record<CallRefusal['limit_source'], string> = {
  calls_per_day: 'calls per day',
  free_calls_per_day: 'calls of free models per day',
  calls_per_month: 'calls per period',
};

function creditError(refusal: CreditRefusal, account: Pick<AccountState, 'monthly_cap' | 'reset_date'>): DomainError {
  const required = text(refusal.required);
  const free = text(refusal.available);
  const extra = { required, available: free };
  const figures = `Required: ${displayAmount(required)}, Available: ${displayAmount(free)}`;
  switch (refusal.code) {
    case 'insufficient_credits':
      return new DomainError('payment_required', refusal.code, `Insufficient credits. ${figures}`, extra);
    case 'credits_on_hold':
      return new DomainError(
        'payment_required',
        refusal.code,
        `The account has enough credits, but work in progress holds them. ${figures}. Retry when it has finished.`,
        {
          ...extra,
          retry_after_s: HOLD_RETRY_S,
        },
      );
    case 'monthly_cap_exceeded':
      return new DomainError(
        'payment_required',
        refusal.code,
        `The monthly cap of the plan is reached until ${account.reset_date.toISOString()}. ${figures}`,
        {
          ...extra,
          monthly_cap: account.monthly_cap === null ? null : text(account.monthly_cap),
          resets_at: account.reset_date,
        },
      );
  }
}

/** Formats an amount: "2.50" instead of "2.500000"; small amounts keep their digits. */
const displayAmount = (amount: string): string => amount.replace(/(\.\d\d\d*?)0+$/, '$1');

import type { Units } from '../../platform/values/amount.js';
import type { Account } from './account.js';
import { type AccountState, NEVER_CLOSED } from './account-state.js';
import { callsToday, sumOfCalls } from './calls.js';
import { isPlan } from '../grants/grant.js';
import { lapsePlan } from '../grants/period.js';

/** The facts that decide how one account takes over another. */
export interface MoveTerms {
  /** Whether the target was created for the move, or was itself moved away earlier; it then holds nothing. */
  isFresh: boolean;
  /** Whether the target ever received trial credits. */
  hadTrial: boolean;
  /** Whether the moved account's plan is paid and the target's is not. */
  isPlanPaid: boolean;
}

/** The result of a move. */
export interface MoveResult {
  credits: Units;
  debt: Units;
  /** Trial or plan credits that lapsed, because only one of the two accounts keeps them. */
  lapsed: Units;
  /** Moved grants, with the index of the target's new line for each. */
  grants: { transaction_id: string | null; line: number }[];
}

/** The columns of the plan and its period. */
const PLAN = [
  ...(['tier', 'next_tier', 'period_start', 'reset_date', 'paid_until', 'monthly_cap', 'monthly_cap_is_set'] as const),
  ...(['allocated_monthly', 'used_this_period', 'plan_used', 'free_tier_used'] as const),
  ...(['calls_per_day', 'calls_per_month', 'free_calls_per_day'] as const),
] as const;

/**
 * Moves everything from `from` to `to` and closes `from`. A fresh target takes over the plan with its period, cap and
 * counters; any other target keeps its own plan, unless only the plan of `from` is paid. Credits keep their source,
 * priority and expiry; if both accounts had a trial, one lapses. Neither account may have active holds.
 */
export function moveAccount(from: Account, to: Account, terms: MoveTerms): MoveResult {
  from.settleBurns();
  to.settleBurns();
  const takesPlan = terms.isFresh || terms.isPlanPaid;
  const before = to.state.balance;
  if (takesPlan && !terms.isFresh) lapsePlan(to, 0n, to.now);
  const lapsed = before - to.state.balance + (terms.hadTrial ? lapseTrial(from, to.user_id) : 0n);
  const debt = moveDebt(from, to);
  if (takesPlan) takePlan(from.state, to);
  if (terms.isFresh) inheritStatus(from.state, to.state);
  to.state.low_balance_threshold ??= from.state.low_balance_threshold;
  addCounters(from, to);
  const { balance } = from.state;
  const grants = moveGrants(from, to);
  close(from, to.user_id);
  return { credits: balance, debt, lapsed, grants };
}

function lapseTrial(from: Account, moved_to: string): Units {
  let lapsed = 0n;
  for (const grant of from.grants.filter(({ source }) => source === 'trial')) {
    const metadata = { reason: 'second_trial', moved_to, grant_id: grant.id };
    lapsed += from.lapse(grant, grant.remaining, { description: 'A second trial lapses', metadata });
  }
  return lapsed;
}

function moveDebt(from: Account, to: Account): Units {
  const { debt } = from.state;
  if (debt === 0n) return 0n;
  from.forgive(about('Debt', 'to', to.user_id));
  to.owe(debt, about('Debt', 'from', from.user_id));
  return debt;
}

function takePlan(state: AccountState, to: Account): void {
  for (const member of PLAN) Object.assign(to.state, { [member]: state[member] });
  to.dueBy(state.reset_date);
  to.recap();
}

/** Keeps a suspended account suspended under its new id. */
function inheritStatus({ status, status_reason, status_changed_at }: AccountState, to: AccountState): void {
  Object.assign(to, NEVER_CLOSED, { status, status_reason, status_changed_at });
}

/** Adds up the counters of both accounts, so that a move does not reset a limit. */
function addCounters(from: Account, to: Account): void {
  const [counted, own] = [callsToday(from.state, from.now), callsToday(to.state, to.now)];
  Object.assign(to.state, {
    calls_today: sumOfCalls(counted.calls_today, own.calls_today),
    free_calls_today: sumOfCalls(counted.free_calls_today, own.free_calls_today),
    calls_reset_at: own.calls_reset_at,
    calls_this_period: sumOfCalls(from.state.calls_this_period, to.state.calls_this_period),
    bonus_credits: from.state.bonus_credits + to.state.bonus_credits,
  });
}

/** Moves plan credits first: credits that the cap locks back no holds, so the others can then lapse too. */
function moveGrants(from: Account, to: Account): MoveResult['grants'] {
  const ordered = from.grants.toSorted((a, b) => Number(isPlan(b)) - Number(isPlan(a)));
  return ordered.flatMap((grant) => {
    const left = grant.remaining;
    if (left === 0n) return [];
    const { source, transaction_id } = grant;
    from.lapse(grant, left, about(`Credits (${source})`, 'to', to.user_id, { source, grant_id: grant.id }));
    const line = to.lines.length;
    to.adopt(grant, left, about(`Credits (${source})`, 'from', from.user_id, { source }));
    return [{ transaction_id, line }];
  });
}

function about(what: string, way: 'from' | 'to', user_id: string, more: object = {}) {
  const metadata = { reason: 'account_moved', [`moved_${way}`]: user_id, ...more };
  return { description: `${what} moved ${way} another account`, metadata };
}

function close(from: Account, moved_to: string): void {
  if (from.state.balance !== 0n || from.state.debt !== 0n) throw new Error('a moved account was not emptied');
  const closed = { status: 'closed', status_reason: 'moved', status_changed_at: from.now, moved_to } as const;
  Object.assign(from.state, { ...closed, next_tier: null, paid_until: null, allocated_monthly: 0n });
}

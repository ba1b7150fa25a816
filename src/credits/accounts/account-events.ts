import type { account_status, credit_level } from '../../generated/prisma/enums.js';
import type { EventType, NewEvent } from '../../events/event-types.js';
import { amount, max, type Units } from '../../platform/values/amount.js';
import { ONE } from '../budgets/budget.js';
import type { Account } from './account.js';
import type { AccountState } from './account-state.js';

/** A stored ledger line, as far as events need it. */
interface BookedLine {
  id: string;
  balance_after: string;
}

/** A tenth of the allocation. */
const LOW_SHARE = 10n;

/** Returns the credits below which an account is low; zero if it is never low, only exhausted. */
export const lowBelow = ({
  low_balance_threshold: chosen,
  allocated_monthly,
}: Pick<AccountState, 'low_balance_threshold' | 'allocated_monthly'>): Units => chosen ?? allocated_monthly / LOW_SHARE;

/**
 * Sets the level of the credits, and the amount below which the next charge takes the locked path. Credits that are held
 * count: a hold is often larger than the charge that ends it. Credits that the cap locks do not.
 */
export function noteCreditLevel(state: AccountState): void {
  const level = levelOf(state);
  // an account that never had credits has not lost any
  state.credit_level = state.credit_level === null && level === 'exhausted' ? null : level;
  state.alert_below = alertBelow(state);
}

function levelOf(state: AccountState): credit_level {
  const left = state.debt > 0n ? 0n : state.balance - state.capped;
  if (left <= 0n) return 'exhausted';
  return left < lowBelow(state) ? 'low' : 'ok';
}

function alertBelow(state: AccountState): Units {
  if (state.credit_level === 'ok') return max(lowBelow(state), ONE);
  return state.credit_level === 'low' ? ONE : 0n;
}

/** Returns the events about what changed since an account was stored last. Its new lines are `lines`. */
export function eventsOf(account: Account, lines: readonly BookedLine[]): NewEvent[] {
  const changes = [...statusEvents(account), ...planEvents(account), ...grantEvents(account, lines)];
  return [...changes, ...levelEvents(account)].map((event) => ({ ...event, occurred_at: account.now }));
}

const STATUS_EVENTS = {
  active: 'account.reactivated',
  suspended: 'account.suspended',
  closed: 'account.closed',
  erasing: 'account.closed',
} as const satisfies Record<account_status, EventType>;

function statusEvents({ user_id, state, stored }: Account): NewEvent[] {
  const { tier, status, moved_to } = state;
  if (status === stored.status || (status === 'erasing' && stored.status === 'closed')) return [];
  const type = moved_to === null ? STATUS_EVENTS[status] : 'account.moved';
  const object = { tier, status, moved_to };
  return [{ user_id, type, object, previous: { status: stored.status } }];
}

function planEvents({ user_id, state, stored }: Account): NewEvent[] {
  const { tier, reset_date, paid_until } = state;
  if (tier === stored.tier) return [];
  const allocated_monthly = amount(state.allocated_monthly);
  const monthly_cap = state.monthly_cap === null ? null : amount(state.monthly_cap);
  const object = { tier, allocated_monthly, monthly_cap, balance: amount(state.balance), reset_date, paid_until };
  const previous = { tier: stored.tier, allocated_monthly: amount(stored.allocated_monthly) };
  return [{ user_id, type: 'tier.changed', object, previous }];
}

function grantEvents({ user_id, grants }: Account, lines: readonly BookedLine[]): NewEvent[] {
  return grants.flatMap(({ id, line, source, amount: credits, expires_at }) => {
    const booked = line === null ? undefined : lines[line];
    if (id !== null || !booked || credits <= 0n) return [];
    const { id: transaction_id, balance_after } = booked;
    const object = { source, amount: amount(credits), expires_at, transaction_id, balance_after };
    return [{ user_id, type: 'credits.granted' as const, object }];
  });
}

const LEVEL_EVENTS = {
  ok: 'credits.recovered',
  low: 'credits.low',
  exhausted: 'credits.exhausted',
} as const satisfies Record<credit_level, EventType>;

function levelEvents({ user_id, state, stored }: Account): NewEvent[] {
  const [before, level] = [stored.credit_level, state.credit_level];
  if (before === null || level === null || level === before) return [];
  if (state.moved_to !== null) return []; // its credits were not used up: another account has them
  if (before === 'exhausted' && level === 'low') return []; // neither worse nor recovered
  // charges that are posted together can fall through both thresholds: each is told, however they were grouped
  const isBoth = before === 'ok' && level === 'exhausted' && lowBelow(state) > 0n;
  const types = isBoth ? [LEVEL_EVENTS.low, LEVEL_EVENTS.exhausted] : [LEVEL_EVENTS[level]];
  const { tier, reset_date } = state;
  const [balance, held, debt] = [amount(state.balance), amount(state.held), amount(state.debt)];
  const terms = { allocated_monthly: amount(state.allocated_monthly), threshold: amount(lowBelow(state)) };
  return types.map((type) => ({ user_id, type, object: { tier, balance, held, debt, ...terms, reset_date } }));
}

import { max, min, type Units } from '../../platform/values/amount.js';
import { byBurnOrder, type Grant, sumRemaining } from '../grants/grant.js';
import type { Account, LineDetails } from './account.js';

type Movable = (grant: Grant) => boolean;

/** Returns how many credits of the grants that `isMovable` allows can be given away. Credits that back holds stay. */
export function movable(account: Account, isMovable: Movable): Units {
  account.settleBurns();
  const { state } = account;
  const spare = max(0n, account.unheld - state.capped);
  return state.debt > 0n ? 0n : min(spare, sumRemaining(account.grants.filter(isMovable)));
}

/**
 * Takes `amount` credits out of the grants that `isMovable` allows, in burn order, with one line.
 * @returns the parts that were taken, for {@link receive}; null, with no effect, if fewer credits can be moved
 */
export function give(account: Account, amount: Units, isMovable: Movable, details: LineDetails): Grant[] | null {
  if (amount > movable(account, isMovable)) return null;
  const parts: Grant[] = [];
  let left = amount;
  for (const grant of account.grants.filter(isMovable).toSorted(byBurnOrder)) {
    const part = min(left, grant.remaining);
    if (part === 0n) continue;
    grant.remaining -= part;
    left -= part;
    parts.push({ ...grant, amount: part, remaining: part });
  }
  account.state.balance -= amount;
  account.book('adjustment', -amount, details);
  account.recap();
  return parts;
}

/** Adds credits that another account gave, with one line. They keep source, priority and expiry. Debt is paid first. */
export function receive(account: Account, parts: readonly Grant[], details: LineDetails): void {
  account.settleBurns();
  const { state } = account;
  const total = sumRemaining(parts);
  let owed = min(total, state.debt);
  state.debt -= owed;
  state.balance += total - owed;
  account.book('adjustment', total, details);
  const line = account.lines.length - 1;
  for (const part of parts) {
    const paid = min(part.remaining, owed);
    owed -= paid;
    const remaining = part.remaining - paid;
    account.grants.push({ ...part, id: null, created_at: account.now, remaining, transaction_id: null, line });
    if (part.expires_at) account.dueBy(part.expires_at);
  }
  account.recap();
}

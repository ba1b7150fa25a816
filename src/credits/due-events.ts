import type { Units } from '../platform/amount.js';
import type { Account } from './account.js';
import { expireGrants } from './period.js';

/** A hold that nobody resolved in time. */
export interface ExpiredHold {
  amount: Units;
  expires_at: Date;
}

/**
 * Books what fell due by the account's clock, each at its own instant and in the order of time: what an account comes to
 * does not depend on when somebody looked at it. At the same instant a hold returns first, then the period turns, then
 * grants lapse; what a hold keeps from lapsing lapses when the hold has returned. Yields each end of a period, for the
 * caller to turn it.
 */
export function* bookInOrder(account: Account, holds: readonly ExpiredHold[]): Generator<Date> {
  const waiting = holds.toSorted((a, b) => a.expires_at.getTime() - b.expires_at.getTime());
  for (let at = nextInstant(account, waiting, null); at !== null; at = nextInstant(account, waiting, at)) {
    account.at = at;
    while (waiting[0] && waiting[0].expires_at <= at) account.release(waiting.shift()?.amount ?? 0n);
    if (account.state.reset_date <= at) yield account.state.reset_date;
    expireGrants(account);
  }
  account.at = account.now;
}

/** The soonest instant by the account's clock, and after the last one, at which something falls due. */
function nextInstant(account: Account, holds: readonly ExpiredHold[], after: Date | null): Date | null {
  const expiries = account.grants.flatMap((g) => (g.remaining > 0n && g.expires_at !== null ? [g.expires_at] : []));
  const instants = [account.state.reset_date, ...holds.map((hold) => hold.expires_at), ...expiries];
  return instants
    .filter((instant) => instant <= account.now && (after === null || instant > after))
    .reduce<Date | null>((soonest, instant) => (soonest === null || instant < soonest ? instant : soonest), null);
}

import type { Units } from '../../platform/values/amount.js';
import type { Account } from './account.js';
import { expireGrants } from '../grants/period.js';

/** A hold that was not resolved before its expiry. */
export interface ExpiredHold {
  amount: Units;
  expires_at: Date;
}

/**
 * Books everything that is due by the account's time, in order of time, so that the result does not depend on when the
 * account is accessed. At the same time, holds are released first, then the period ends, then grants lapse. Credits
 * that back a hold lapse after its release. Yields each end of a period; the caller renews the period.
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

/**
 * Returns the earliest time after `after`, up to the account's time, at which something falls due; null if there is
 * none.
 */
function nextInstant(account: Account, holds: readonly ExpiredHold[], after: Date | null): Date | null {
  const expiries = account.grants.flatMap((g) => (g.remaining > 0n && g.expires_at !== null ? [g.expires_at] : []));
  const instants = [account.state.reset_date, ...holds.map((hold) => hold.expires_at), ...expiries];
  return instants
    .filter((instant) => instant <= account.now && (after === null || instant > after))
    .reduce<Date | null>((soonest, instant) => (soonest === null || instant < soonest ? instant : soonest), null);
}

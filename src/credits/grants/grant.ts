import type { grant_source, transaction_type } from '../../generated/prisma/enums.js';
import { max, min, type Units } from '../../platform/values/amount.js';

/** One grant of a locked account. `id` is null until it is stored. */
export interface Grant {
  id: string | null;
  source: grant_source;
  amount: Units;
  remaining: Units;
  priority: number;
  effective_at: Date;
  expires_at: Date | null;
  created_at: Date;
  /** Id of the ledger line that booked it; null for a new grant until the lines are stored. */
  transaction_id: string | null;
  /** Index of the new line that books it; null for a stored grant. */
  line: number | null;
}

/** The priority of each source in the burn order, and the type of its ledger line. */
export const SOURCES: Record<grant_source, { priority: number; booked_as: transaction_type }> = {
  trial: { priority: 10, booked_as: 'purchase' },
  plan: { priority: 10, booked_as: 'purchase' },
  bonus: { priority: 20, booked_as: 'bonus' },
  coupon: { priority: 20, booked_as: 'bonus' },
  referral: { priority: 20, booked_as: 'bonus' },
  refund: { priority: 30, booked_as: 'refund' },
  adjustment: { priority: 30, booked_as: 'adjustment' },
  purchase: { priority: 40, booked_as: 'purchase' },
};

/** Whether a grant holds plan credits: the monthly cap applies to them, and they lapse at the end of their period. */
export const isPlan = (grant: Pick<Grant, 'source'>): boolean => grant.source === 'plan' || grant.source === 'trial';

/** Compares by burn order: priority, then earliest expiry, then oldest. Ids increase in the order of creation. */
export function byBurnOrder(a: Grant, b: Grant): number {
  const never = Number.POSITIVE_INFINITY;
  return (
    a.priority - b.priority ||
    compare(a.expires_at?.getTime() ?? never, b.expires_at?.getTime() ?? never) ||
    compare(a.created_at.getTime(), b.created_at.getTime()) ||
    compare(a.id ?? NOT_STORED_YET, b.id ?? NOT_STORED_YET)
  );
}

const NOT_STORED_YET = 'later than any id';
const compare = <T extends number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

export const sumRemaining = (grants: readonly Grant[]): Units => grants.reduce((sum, g) => sum + g.remaining, 0n);

/** Returns the plan credits that can still be burned in this period; null means unlimited. */
export function planAllowance(monthly_cap: Units | null, plan_used: Units): Units | null {
  return monthly_cap === null ? null : max(0n, monthly_cap - plan_used);
}

/**
 * Takes `burned` credits from the grants in burn order. Plan grants give at most `allowance`, unless nothing else is
 * left: finished work is booked even beyond the cap.
 * @returns the credits taken from plan grants
 */
export function burn(grants: Grant[], burned: Units, allowance: Units | null): Units {
  let left = burned;
  let fromPlan = 0n;
  const take = (grant: Grant, most: Units): void => {
    const taken = min(min(left, grant.remaining), most);
    grant.remaining -= taken;
    left -= taken;
    if (isPlan(grant)) fromPlan += taken;
  };
  const ordered = grants.toSorted(byBurnOrder);
  for (const grant of ordered) {
    take(grant, isPlan(grant) && allowance !== null ? max(0n, allowance - fromPlan) : left);
  }
  for (const grant of ordered) take(grant, left);
  if (left !== 0n) throw new Error(`grants hold ${left} units less than was burned`);
  return fromPlan;
}

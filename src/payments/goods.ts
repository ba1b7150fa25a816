import type { TierTerms } from '../credits/tier-terms.js';
import type { TierRow } from '../generated/rows.js';
import { amount, type Units, units } from '../platform/amount.js';

/** What a plan gives for its price, as it was sold: an edit of the tier changes nothing of it. */
export type Goods = TierTerms & Pick<TierRow, 'price_monthly'>;

/** What a tier gives at this moment, to be kept with the price that is asked for it. */
export function freeze(tier: TierRow): Goods {
  const { tier: code, price_monthly, credits_monthly, monthly_cap, rollover_max } = tier;
  const { calls_per_day, calls_per_month, free_calls_per_day } = tier;
  const calls = { calls_per_day, calls_per_month, free_calls_per_day };
  return { tier: code, price_monthly, credits_monthly, monthly_cap, rollover_max, renews: true, ...calls };
}

/** What was sold, as a row keeps it; the tier of today where the row is older than this. */
export function goodsOf(kept: Record<string, unknown> | null, tier: TierRow): Goods {
  return kept?.['tier'] === tier.tier ? (kept as unknown as Goods) : freeze(tier);
}

/** The dearer plan, giving only so many credits more than the plan that was paid before. */
export const withCredits = (from: Goods, to: Goods, more: Units): Goods => ({
  ...to,
  credits_monthly: amount(units(from.credits_monthly) + more),
});

/** Credits for a share of the difference between two plans, rounded down. */
export function creditsFor(from: Goods, to: Goods, paid: Units): Units {
  const [difference, credits] = [
    units(to.price_monthly) - units(from.price_monthly),
    units(to.credits_monthly) - units(from.credits_monthly),
  ];
  if (credits <= 0n || difference <= 0n) return 0n;
  return paid >= difference ? credits : (credits * paid) / difference;
}

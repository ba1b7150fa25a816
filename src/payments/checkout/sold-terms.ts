import type { TierTerms } from '../../credits/grants/tier-terms.js';
import type { TierRow } from '../../generated/rows.js';
import { amount, type Units, units } from '../../platform/values/amount.js';

/** The terms of a plan as sold. Later edits of the tier do not affect them. */
export type SoldTerms = TierTerms & Pick<TierRow, 'price_monthly'>;

/** Returns the current terms of a tier, to be stored with the offered price. */
export function freezeTerms(tier: TierRow): SoldTerms {
  const { tier: code, price_monthly, credits_monthly, monthly_cap, rollover_max } = tier;
  const { calls_per_day, calls_per_month, free_calls_per_day } = tier;
  const calls = { calls_per_day, calls_per_month, free_calls_per_day };
  return { tier: code, price_monthly, credits_monthly, monthly_cap, rollover_max, renews: true, ...calls };
}

/** Returns the stored terms, or the current terms of the tier for rows that predate stored terms. */
export function soldTermsOf(kept: Record<string, unknown> | null, tier: TierRow): SoldTerms {
  return kept?.['tier'] === tier.tier ? (kept as unknown as SoldTerms) : freezeTerms(tier);
}

/** Returns the terms of the more expensive plan, limited to `more` credits above the previous plan. */
export const withCredits = (from: SoldTerms, to: SoldTerms, more: Units): SoldTerms => ({
  ...to,
  credits_monthly: amount(units(from.credits_monthly) + more),
});

/** Returns the credits for a partly paid price difference between two plans, rounded down. */
export function creditsFor(from: SoldTerms, to: SoldTerms, paid: Units): Units {
  const [difference, credits] = [
    units(to.price_monthly) - units(from.price_monthly),
    units(to.credits_monthly) - units(from.credits_monthly),
  ];
  if (credits <= 0n || difference <= 0n) return 0n;
  return paid >= difference ? credits : (credits * paid) / difference;
}

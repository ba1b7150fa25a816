import type { TierRow } from '../../generated/rows.js';
import { amount, divideHalfUp, max, type Units, units } from '../../platform/values/amount.js';
import { creditsText } from '../../platform/values/sentences.js';
import { plainOf } from '../../pricing/prices/model-ids.js';
import { refuseModel } from '../../tiers/allowed-models.js';
import type { Advice } from '../advice.js';
import { type AdviceFacts, basisOf, costOf, type PastWork, planOf, priced, type Reprice } from '../past-work.js';

const ONE = units('1');
/** The first plans in their order are looked at. */
const PLANS_MAX = 10;

/**
 * Advises the plan with which the work would have cost least in USD: its price, and the credits beyond those of the plan
 * at the best price per credit. The work is priced with the markup of each plan.
 */
export async function cheaperPlan(facts: AdviceFacts, reprice: Reprice): Promise<Advice[]> {
  const { plan, tiers } = facts;
  const work = facts.work.filter(({ is_own_key }) => !is_own_key);
  if (work.length === 0 || !plan.renews) return [];
  const used = costOf(work);
  const now = await creditsUnder(plan, work, reprice);
  const current = priceOf(plan, used, facts.credit_price);
  let best: { tier: TierRow; credits: Units; price: Units } | null = null;
  for (const tier of tiers.slice(0, PLANS_MAX)) {
    if (tier.tier === plan.tier || !suffices(facts, tier, work)) continue;
    const then = await creditsUnder(tier, work, reprice);
    // what was charged, changed by the difference of the markups; without a price of all work, there is none
    const credits = now === null || then === null ? used : max(0n, used + then - now);
    const price = priceOf(tier, credits, facts.credit_price);
    if (price < (best?.price ?? current)) best = { tier, credits, price };
  }
  return best === null ? [] : [adviceOf(facts, work, { ...best, used, current })];
}

const creditsUnder = (tier: TierRow, work: readonly PastWork[], reprice: Reprice): Promise<Units | null> =>
  reprice(work.filter(({ is_free }) => !is_free).map((one) => priced(one, planOf(tier))));

/** Returns what a month with a plan costs in USD. */
function priceOf(tier: TierRow, credits: Units, credit_price: Units): Units {
  const beyond = max(0n, credits - units(tier.credits_monthly));
  return units(tier.price_monthly) + divideHalfUp(beyond * credit_price, ONE);
}

/** Whether a plan would have allowed the work: its calls and its models. */
function suffices({ prices }: AdviceFacts, tier: TierRow, work: readonly PastWork[]): boolean {
  if (tier.calls_per_month !== null && work.length > tier.calls_per_month) return false;
  const classes = new Map(prices.map((price) => [plainOf(price.model), price.class]));
  const models = new Set(work.flatMap(({ model }) => (model === null ? [] : [plainOf(model)])));
  return [...models].every((id) => refuseModel(tier.allowed_models, { id, class: classes.get(id) ?? null }) === null);
}

function adviceOf(
  facts: AdviceFacts,
  work: readonly PastWork[],
  { tier, credits, price, used, current }: { tier: TierRow; credits: Units; price: Units; used: Units; current: Units },
): Advice {
  const { plan } = facts;
  return {
    kind: 'plan',
    subject: [plan.tier, tier.tier],
    title: `The plan ${tier.name} would cost less`,
    message: `The last 30 days used ${creditsText(used)} credits: ${creditsText(current)} USD with the plan ${plan.name} and the credits beyond it. With ${tier.name} it would have been ${creditsText(price)} USD.`,
    details: {
      plan: plan.tier,
      other_plan: tier.tier,
      credits: amount(used),
      other_credits: amount(credits),
      cost: amount(current),
      other_cost: amount(price),
    },
    basis: basisOf(facts, work),
    currency: 'usd',
    current,
    projected: price,
    confidence: 'medium',
    caveats: ['same_usage'],
    new_tier: tier.tier,
  };
}

import { amount, max, type Units, units } from '../../platform/values/amount.js';
import type { TierRow } from '../../generated/rows.js';
import type { InsightFacts, InsightRule } from './insight-facts.js';
import { estimated } from '../forecast/prediction.js';
import { percent } from '../series/usage-totals.js';
import type { RunOutView } from '../analytics.views.js';
import { creditsText, dayText } from '../../platform/values/sentences.js';

/** A plan is too large if less than this share of it is used. */
const LITTLE_USED = 0.25;
/** Minimum days of usage before a plan is called too large. */
const DAYS_FOR_DOWNGRADE = 28;
/** Share of the call limit from which it counts as near. */
const CALLS_NEAR = 0.8;

/** Reports debt. */
const inDebt: InsightRule = ({ account }) =>
  units(account.debt) > 0n
    ? {
        kind: 'in_debt',
        basis: { debt: account.debt },
        type: 'warning',
        title: 'The account is in debt',
        message: `Finished work cost ${creditsText(units(account.debt))} credits more than the balance; nothing can be spent until they are paid.`,
        suggestion: 'Buy credits; they pay the debt first.',
        priority: 'high',
        action: 'review',
        next_step: 'buy_credits',
      }
    : null;

/** Reports credits that run out before the next renewal. */
const runningOut: InsightRule = (facts) => {
  const { spendable, prediction, account } = facts;
  if (prediction.estimated_limit_date === null || units(account.debt) > 0n) return null;
  const larger = planFor(facts, units(prediction.predicted_total_cost), 'larger');
  return {
    kind: 'running_out',
    basis: {
      available: amount(spendable),
      expected: prediction.predicted_total_cost,
      day: prediction.estimated_limit_date,
      earliest: prediction.run_out?.earliest ?? null,
      latest: prediction.run_out?.latest ?? null,
      plan: larger?.tier ?? null,
      plan_credits: larger?.credits_monthly ?? null,
      plan_price: larger?.price_monthly ?? null,
    },
    type: 'warning',
    title: 'Credits run out soon',
    message: `${creditsText(spendable)} credits are available, and the next 30 days are expected to cost ${creditsText(units(prediction.predicted_total_cost))}. At this rate they run out on ${dayText(prediction.estimated_limit_date)}${band(prediction.run_out)}.`,
    suggestion: larger
      ? `The plan ${larger.tier} gives ${creditsText(units(larger.credits_monthly))} credits a month for ${creditsText(units(larger.price_monthly))} USD. Or buy credits.`
      : 'Buy credits in time.',
    priority: 'high',
    action: larger ? 'upgrade' : 'review',
    next_step: 'buy_credits',
  };
};

/** Returns the band of the run-out day in words. */
function band(run_out: RunOutView | null): string {
  const { earliest, latest } = run_out ?? { earliest: null, latest: null };
  if (earliest === null || earliest === latest) return '';
  return latest === null
    ? ` (${dayText(earliest)} at the earliest)`
    : ` (between ${dayText(earliest)} and ${dayText(latest)})`;
}

/** Reports credits that the monthly cap locks. */
const capReached: InsightRule = ({ account }) => {
  const capped = units(account.capped);
  if (capped === 0n || account.monthly_cap === null) return null;
  return {
    kind: 'cap_reached',
    basis: { capped: account.capped, cap: account.monthly_cap },
    type: 'warning',
    title: 'The monthly cap locks credits',
    message: `${creditsText(capped)} plan credits cannot be spent in this period: the cap is ${creditsText(units(account.monthly_cap))} credits.`,
    suggestion: 'Ask for a higher cap, or buy credits, to which the cap does not apply.',
    priority: 'medium',
    action: 'review',
    next_step: 'buy_credits',
  };
};

/** Reports that the calls of the period are nearly used up. */
const callsNearLimit: InsightRule = (facts) => {
  const { calls_per_month, calls_this_period } = facts.account;
  if (calls_per_month === null || calls_per_month === 0 || calls_this_period < CALLS_NEAR * calls_per_month)
    return null;
  const larger = planFor(facts, 0n, 'more_calls');
  return {
    kind: 'calls_near_limit',
    basis: {
      calls: calls_this_period,
      limit: calls_per_month,
      used_share: calls_this_period / calls_per_month,
      plan: larger?.tier ?? null,
    },
    type: 'warning',
    title: 'Few calls are left in this period',
    message: `${calls_this_period} of ${calls_per_month} calls are used (${percent(calls_this_period / calls_per_month)}).`,
    suggestion: larger
      ? `The plan ${larger.tier} allows more calls.`
      : 'Spread the requests, or wait for the next period.',
    priority: 'high',
    action: larger ? 'upgrade' : 'review',
    next_step: 'change_plan',
  };
};

/** Reports a renewing plan that is hardly used if a smaller one would be enough. */
const tooLargePlan: InsightRule = (facts) => {
  const { plan, history, month } = facts;
  const given = units(plan.credits_monthly);
  if (!plan.renews || given === 0n || history.length < DAYS_FOR_DOWNGRADE) return null;
  const used = Number(month.total_cost) / Number(given);
  if (used >= LITTLE_USED) return null;
  const needed = max(month.total_cost, estimated(facts.prediction.interval.high));
  const smaller = planFor(facts, needed, 'smaller');
  if (!smaller) return null;
  return {
    kind: 'plan_too_large',
    basis: {
      cost: amount(month.total_cost),
      used_share: used,
      plan: plan.tier,
      plan_credits: plan.credits_monthly,
      smaller_plan: smaller.tier,
      smaller_credits: smaller.credits_monthly,
    },
    type: 'optimization',
    title: 'A smaller plan is enough',
    message: `The last 30 days cost ${creditsText(month.total_cost)} credits, ${percent(used)} of the ${creditsText(given)} that the plan ${plan.tier} gives.`,
    suggestion: `The plan ${smaller.tier} gives ${creditsText(units(smaller.credits_monthly))} credits a month.`,
    priority: 'medium',
    action: 'downgrade',
    next_step: 'change_plan',
  };
};

export const accountRules: readonly InsightRule[] = [inDebt, runningOut, capReached, callsNearLimit, tooLargePlan];

/**
 * Returns the cheapest renewing public plan that is larger, smaller or has more calls than the current one and covers
 * the needed credits.
 */
function planFor(
  { tiers, plan }: Pick<InsightFacts, 'tiers' | 'plan'>,
  needed: Units,
  side: 'larger' | 'smaller' | 'more_calls',
): TierRow | undefined {
  const given = units(plan.credits_monthly);
  return tiers.find((tier) => {
    const credits = units(tier.credits_monthly);
    if (!tier.renews || tier.tier === plan.tier || credits < needed) return false;
    if (side === 'smaller') return credits < given;
    return side === 'larger' ? credits > given : callsOf(tier) > callsOf(plan);
  });
}

const callsOf = ({ calls_per_month }: TierRow): number => calls_per_month ?? Infinity;

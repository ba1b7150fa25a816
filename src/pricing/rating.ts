import { amount, AMOUNT_LIMIT, min, units, type Units } from '../platform/amount.js';
import { type Catalogue } from './catalogue.js';
import { chargeOf, EXACT_PER_UNIT, type Exact, provisionalTokens } from './charge.js';
import { type MarkupRule, ruleFor } from './markup.js';
import { isFreeId, paidIdOf } from './model-ids.js';
import type { Price } from './price-table.js';
import { multiplierFor, type TierMultiplier } from './service-tier.js';
import { tokensIn, type Plan, type Work } from './work.js';

/** What a piece of work costs and why, in the words of usage_events. */
export interface Rating {
  provider_cost: Units;
  platform_markup: Units;
  /** Provider cost plus markup. */
  total_cost: Units;
  /** What free work would have cost at the provider's list price; 0 where that is not known, and for what is paid. */
  list_cost: Units;
  is_free_tier: boolean;
  /** False: the price is provisional, until the model has one. */
  is_rated: boolean;
  /** The price that rated it; null when the caller or the provider said the cost, and while it is provisional. */
  price_id: string | null;
  markup_rule_id: string | null;
  /** Share of the provider cost, decimal text. */
  markup_rate: string | null;
  /** Factor on the prices of tokens for the service tier, decimal text; null is 1. */
  price_multiplier: string | null;
}

/** What besides the catalogue decides about prices. */
export interface PricingRules {
  markup: readonly MarkupRule[];
  multipliers: readonly TierMultiplier[];
}

const ONE = 10n ** 10n;
const LARGEST = AMOUNT_LIMIT - 1n;
const NOTHING = { provider_cost: 0n, platform_markup: 0n, total_cost: 0n, list_cost: 0n };
const NO_MARKUP = { markup_rule_id: null, markup_rate: null, price_multiplier: null };

/**
 * Prices one piece of work. What the user does not pay for is nothing; a cost that the caller gives is the total; to
 * what the provider says it charges comes the markup; otherwise the catalogue decides, and what it does not know costs
 * the flat rate of the tier until it does. Zero is believed where something with a price was measured, where somebody
 * says that the model is free, and where the work failed before it made anything.
 */
export async function rate(catalogue: Catalogue, rules: PricingRules, work: Work): Promise<Rating> {
  if (!work.billable) return nothing(false, null);
  // a search for a free model costs something all the same, and so does a dearer model that answered in its place
  if (work.is_free || (isFreeId(work.model) && !work.provider_cost)) {
    return { ...nothing(true, null), list_cost: listCost(catalogue, work) };
  }
  const price = catalogue.find(work, (candidate) => isTold(work) || canPrice(candidate, work));
  const plan = once(work.plan);
  const rule = (): Promise<MarkupRule | null> => ruleFor(rules.markup, { model: work.model, price, plan });
  if (work.cost !== null) return split(work.cost, await rule());
  if (work.provider_cost) return marked(work.provider_cost * EXACT_PER_UNIT, await rule(), null);
  if (price?.is_free) return nothing(true, price.id);
  if (!work.succeeded && isEmpty(work)) return nothing(false, null);
  return (price && (await listed(price, work, rules, rule))) ?? provisional(work, await plan());
}

/** By a price of the catalogue; null when it has none for what was measured. */
async function listed(
  price: Price,
  work: Work,
  { multipliers }: PricingRules,
  rule: () => Promise<MarkupRule | null>,
): Promise<Rating | null> {
  const multiplier = multiplierFor(multipliers, work, price);
  const charge = chargeOf(price, work, multiplier);
  if (charge === null) return null;
  const rated = marked(charge, await rule(), price.id);
  return multiplier === ONE ? rated : { ...rated, price_multiplier: amount(multiplier) };
}

/** Whether the cost is known without the catalogue. */
const isTold = ({ cost, provider_cost }: Work): boolean => cost !== null || !!provider_cost;

const isEmpty = ({ tokens, tokens_used, quantities }: Work): boolean =>
  tokens_used === 0 && tokensIn(tokens) === 0 && quantities.every(({ count }) => count === 0n);

/** What the work costs elsewhere: a free model by the price of the model that it is a variant of. */
function listCost(catalogue: Catalogue, work: Work): Units {
  const paid = { ...work, model: work.model && paidIdOf(work.model) };
  const price = catalogue.find(paid, (candidate) => chargeOf(candidate, work) !== null);
  const charge = price && chargeOf(price, work);
  return charge ? min(divided(charge, EXACT_PER_UNIT), LARGEST) : 0n;
}

const canPrice = (price: Price, work: Work): boolean => price.is_free || chargeOf(price, work) !== null;

function nothing(is_free_tier: boolean, price_id: string | null): Rating {
  return { ...NOTHING, is_free_tier, is_rated: true, price_id, ...NO_MARKUP };
}

/** A total that somebody else worked out: provider cost and markup are what of it each would be. */
function split(total: Units, rule: MarkupRule | null): Rating {
  const provider_cost = divided(total * ONE, ONE + (rule?.rate ?? 0n));
  const costs = { provider_cost, platform_markup: total - provider_cost, total_cost: total, list_cost: 0n };
  return { ...costs, is_free_tier: false, is_rated: true, price_id: null, ...markupOf(rule) };
}

/** The total is rounded once, from full precision; the markup is what it has beyond the provider's cost. */
function marked(charge: Exact, rule: MarkupRule | null, price_id: string | null): Rating {
  const provider_cost = min(divided(charge, EXACT_PER_UNIT), LARGEST);
  const total_cost = min(divided(charge * (ONE + (rule?.rate ?? 0n)), EXACT_PER_UNIT * ONE), LARGEST);
  const costs = { provider_cost, platform_markup: total_cost - provider_cost, total_cost, list_cost: 0n };
  return { ...costs, is_free_tier: false, is_rated: true, price_id, ...markupOf(rule) };
}

/** What the provider takes is unknown: no margin is claimed before it is. */
function provisional(work: Work, { cost_per_1k_tokens }: Plan): Rating {
  const total = min(divided(provisionalTokens(work) * units(cost_per_1k_tokens), 1_000n * ONE), LARGEST);
  const costs = { provider_cost: total, platform_markup: 0n, total_cost: total, list_cost: 0n };
  return { ...costs, is_free_tier: false, is_rated: false, price_id: null, ...NO_MARKUP };
}

const markupOf = (rule: MarkupRule | null) =>
  rule ? { ...NO_MARKUP, markup_rule_id: rule.id, markup_rate: amount(rule.rate) } : NO_MARKUP;

/** Rounds half up; both are positive or zero. */
const divided = (dividend: bigint, divisor: bigint): bigint => (2n * dividend + divisor) / (2n * divisor);

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

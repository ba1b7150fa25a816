import { amount, AMOUNT_LIMIT, divideHalfUp, min, units, type Units } from '../../platform/values/amount.js';
import { type Catalogue } from '../prices/catalogue.js';
import { chargeOf, EXACT_PER_UNIT, type Exact, provisionalTokens, savingsOf } from './charge.js';
import { type MarkupRule, ruleFor } from '../markup/markup.js';
import { isFreeId, paidIdOf } from '../prices/model-ids.js';
import type { Price } from '../prices/price-table.js';
import { multiplierFor, type TierMultiplier } from '../prices/service-tier.js';
import { tokensIn, type Plan, type Work } from './work.js';

/** The price of a piece of work and its basis, named like the columns of usage_events. */
export interface Rating {
  provider_cost: Units;
  platform_markup: Units;
  /** Provider cost plus markup. */
  total_cost: Units;
  /** What free work would have cost at the provider's list price; 0 if unknown, and for paid work. */
  list_cost: Units;
  /**
   * What the provider's cache saved, at list prices and with the markup; negative if writing to it cost more. Null if no
   * cache was used, or the price is unknown.
   */
  cache_savings: Units | null;
  is_free_tier: boolean;
  /** False: the price is provisional until the model has one. */
  is_rated: boolean;
  /** The catalogue price used; null if the caller or the provider reported the cost, and while it is provisional. */
  price_id: string | null;
  markup_rule_id: string | null;
  /** Share of the provider cost, decimal text. */
  markup_rate: string | null;
  /** Factor on token prices for the service tier, decimal text; null is 1. */
  price_multiplier: string | null;
}

/** Rules that affect prices besides the catalogue. */
export interface PricingRules {
  markup: readonly MarkupRule[];
  multipliers: readonly TierMultiplier[];
}

const ONE = 10n ** 10n;
const LARGEST = AMOUNT_LIMIT - 1n;
const NOTHING = { provider_cost: 0n, platform_markup: 0n, total_cost: 0n, list_cost: 0n, cache_savings: null };
const NO_MARKUP = { markup_rule_id: null, markup_rate: null, price_multiplier: null };

/**
 * Prices one piece of work. Work that is not billable costs nothing. A cost that the caller reports is the total. The
 * markup is added to a cost that the provider reports. Otherwise the catalogue price applies, or the tier's flat rate
 * until the catalogue has one. A price of zero is accepted only if something with a price was measured, if the model is
 * declared free, or if the work failed without any output.
 */
export async function rate(catalogue: Catalogue, rules: PricingRules, work: Work): Promise<Rating> {
  if (!work.billable) return nothing(false, null);
  // a call to a free model can still cost something: for a search, or if a paid model answered
  if (work.is_free || (isFreeId(work.model) && !work.provider_cost)) {
    return { ...nothing(true, null), list_cost: listCost(catalogue, work) };
  }
  const price = catalogue.find(work, (candidate) => isTold(work) || canPrice(candidate, work));
  const plan = once(work.plan);
  const rule = (): Promise<MarkupRule | null> => ruleFor(rules.markup, { model: work.model, price, plan });
  if (work.cost !== null) return split(work.cost, await rule());
  if (work.provider_cost) {
    const savings = price && savingsOf(price, work, multiplierFor(rules.multipliers, work, price));
    return marked(work.provider_cost * EXACT_PER_UNIT, { rule: await rule(), price_id: null, savings });
  }
  if (price?.is_free) return nothing(true, price.id);
  if (!work.succeeded && isEmpty(work)) return nothing(false, null);
  return (price && (await listed(price, work, rules, rule))) ?? provisional(work, await plan());
}

/** Rates with a catalogue price; null if it does not cover the measured units. */
async function listed(
  price: Price,
  work: Work,
  { multipliers }: PricingRules,
  rule: () => Promise<MarkupRule | null>,
): Promise<Rating | null> {
  const multiplier = multiplierFor(multipliers, work, price);
  const charge = chargeOf(price, work, multiplier);
  if (charge === null) return null;
  const savings = savingsOf(price, work, multiplier);
  const rated = marked(charge, { rule: await rule(), price_id: price.id, savings });
  return multiplier === ONE ? rated : { ...rated, price_multiplier: amount(multiplier) };
}

/** Whether the cost is known without the catalogue. */
const isTold = ({ cost, provider_cost }: Work): boolean => cost !== null || !!provider_cost;

const isEmpty = ({ tokens, tokens_used, quantities }: Work): boolean =>
  tokens_used === 0 && tokensIn(tokens) === 0 && quantities.every(({ count }) => count === 0n);

/** Returns the list cost of free work; for a `:free` id at the price of the paid model. */
function listCost(catalogue: Catalogue, work: Work): Units {
  const paid = { ...work, model: work.model && paidIdOf(work.model) };
  const price = catalogue.find(paid, (candidate) => chargeOf(candidate, work) !== null);
  const charge = price && chargeOf(price, work);
  return charge ? min(divideHalfUp(charge, EXACT_PER_UNIT), LARGEST) : 0n;
}

const canPrice = (price: Price, work: Work): boolean => price.is_free || chargeOf(price, work) !== null;

function nothing(is_free_tier: boolean, price_id: string | null): Rating {
  return { ...NOTHING, is_free_tier, is_rated: true, price_id, ...NO_MARKUP };
}

/** Splits a reported total into provider cost and markup. */
function split(total: Units, rule: MarkupRule | null): Rating {
  const provider_cost = divideHalfUp(total * ONE, ONE + (rule?.rate ?? 0n));
  const costs = { ...NOTHING, provider_cost, platform_markup: total - provider_cost, total_cost: total };
  return { ...costs, is_free_tier: false, is_rated: true, price_id: null, ...markupOf(rule) };
}

/** What a charge is marked up by, and what the cache saved of it before. */
interface MarkedBy {
  rule: MarkupRule | null;
  price_id: string | null;
  savings: Exact | null;
}

/** Returns a charge with the markup, rounded. */
function withMarkup(charge: Exact, rule: MarkupRule | null): Units {
  const size = charge < 0n ? -charge : charge;
  const marked_up = min(divideHalfUp(size * (ONE + (rule?.rate ?? 0n)), EXACT_PER_UNIT * ONE), LARGEST);
  return charge < 0n ? -marked_up : marked_up;
}

/**
 * Adds the markup. The total is rounded once, from full precision; the markup is the difference to the provider cost.
 */
function marked(charge: Exact, { rule, price_id, savings }: MarkedBy): Rating {
  const provider_cost = min(divideHalfUp(charge, EXACT_PER_UNIT), LARGEST);
  const total_cost = withMarkup(charge, rule);
  const cache_savings = savings ? withMarkup(savings, rule) || null : null;
  const costs = {
    provider_cost,
    platform_markup: total_cost - provider_cost,
    total_cost,
    list_cost: 0n,
    cache_savings,
  };
  return { ...costs, is_free_tier: false, is_rated: true, price_id, ...markupOf(rule) };
}

/** Rates at the tier's flat rate. The provider cost is unknown, so no markup is claimed. */
function provisional(work: Work, { cost_per_1k_tokens }: Plan): Rating {
  const total = min(divideHalfUp(provisionalTokens(work) * units(cost_per_1k_tokens), 1_000n * ONE), LARGEST);
  const costs = { ...NOTHING, provider_cost: total, total_cost: total };
  return { ...costs, is_free_tier: false, is_rated: false, price_id: null, ...NO_MARKUP };
}

const markupOf = (rule: MarkupRule | null) =>
  rule ? { ...NO_MARKUP, markup_rule_id: rule.id, markup_rate: amount(rule.rate) } : NO_MARKUP;

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

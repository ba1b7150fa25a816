import { type Units, units } from '../../platform/values/amount.js';
import { plainOf, providersOf } from '../../pricing/prices/model-ids.js';
import { ANY, type PriceColumn, pricesOf, tokenBase } from '../../pricing/prices/price.js';
import type { ModelPriceView } from '../../pricing/pricing.dto.js';
import { ANSWER_POOLS, POOLS, type TokenPools } from '../../pricing/rating/work.js';
import { refuseModel } from '../../tiers/allowed-models.js';
import { type AdviceFacts, type ModelWork, type PastWork, promptTokens } from '../past-work.js';

/** A model that could have done the work of another. */
export interface Candidate {
  model: string;
  /** Whether the operator said that it can replace the other. */
  is_equal: boolean;
  /** The operator's note. */
  note: string | null;
}

/** What a model must be able to do to replace another. */
export interface Needs {
  /** Tokens of a call, input and output together, that 99 % of the calls stay within. */
  context_p99: number;
  /** The same for its output. */
  output_p99: number;
  /** Prices that it must have of its own: for media and other units than tokens. */
  columns: ReadonlySet<PriceColumn>;
}

/** Models without a statement of the operator that are computed exactly; the others are only estimated. */
const UNJUDGED_MAX = 2;
const ONE = units('1');

/** A model has a price of its own for each kind of media that it takes or makes. */
const MEDIA: Partial<Record<keyof TokenPools, PriceColumn>> = {
  audio_input_tokens: 'audio_input_per_million',
  audio_cache_read_tokens: 'audio_cache_read_per_million',
  audio_output_tokens: 'audio_output_per_million',
  image_tokens: 'image_per_million',
  image_output_tokens: 'image_output_per_million',
};

/** Returns what a model must be able to do to have done this work. */
export function needsOf(work: readonly PastWork[]): Needs {
  const media = POOLS.flatMap((pool) => (work.some(({ tokens }) => tokens[pool] > 0) ? (MEDIA[pool] ?? []) : []));
  const units_used = new Set(work.flatMap(({ quantities }) => quantities.map(({ unit }) => unit)));
  const others = [...units_used]
    .filter((unit) => unit !== 'token' && unit !== 'request')
    .map((unit) => (unit === 'minute' ? 'per_second' : `per_${unit}`) as PriceColumn);
  return {
    context_p99: p99(work.map(({ tokens, tokens_used }) => Math.max(tokens_used, promptTokens(tokens)))),
    output_p99: p99(work.map(({ tokens }) => [...ANSWER_POOLS].reduce((sum, pool) => sum + tokens[pool], 0))),
    columns: new Set([...media, ...others]),
  };
}

/** Returns the value that 99 % of the values do not exceed. */
function p99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0;
}

/** Whether a model can do work with these needs. An unknown context does not cover anything. */
export const covers = (price: ModelPriceView, { context_p99, output_p99, columns }: Needs): boolean =>
  price.context_length !== null &&
  price.context_length >= context_p99 &&
  (price.max_output_tokens === null || price.max_output_tokens >= output_p99) &&
  [...columns].every((column) => price[column] !== null);

/** Whether calls of a service can use a model at this price. OpenRouter does not offer all models of LiteLLM's list. */
export const isOffered = (price: ModelPriceView, service: string): boolean =>
  price.model !== ANY &&
  (price.service === service ||
    (price.service === ANY && (service !== 'openrouter' || (price.source !== 'litellm' && price.model.includes('/')))));

/** Whether the account's plan allows a model. */
export const isAllowed = ({ plan }: Pick<AdviceFacts, 'plan'>, price: ModelPriceView): boolean =>
  refuseModel(plan.allowed_models, { id: plainOf(price.model), class: price.class }) === null;

/**
 * Returns the paid models that could have done the work: all that the operator judges equal, and the two that are
 * probably cheapest among the others of the same provider and those that the account uses itself.
 */
export function candidatesFor(facts: AdviceFacts, of: ModelWork, used: ReadonlySet<string>): Candidate[] {
  const needs = needsOf(of.work);
  const stated = new Map(facts.equivalents.filter(({ from }) => from === of.model).map(({ to, note }) => [to, note]));
  const possible = facts.prices.filter(
    (price) =>
      isOffered(price, of.service) &&
      !price.is_free &&
      plainOf(price.model) !== of.model &&
      covers(price, needs) &&
      isAllowed(facts, price),
  );
  const equal = possible
    .filter(({ model }) => stated.has(plainOf(model)))
    .map(({ model }) => ({ model, is_equal: true, note: stated.get(plainOf(model)) ?? null }));
  const [provider] = providersOf(of.model);
  const others = possible
    .filter(({ model }) => !stated.has(plainOf(model)))
    .filter(({ model }) => used.has(plainOf(model)) || (provider !== undefined && providersOf(model)[0] === provider))
    .flatMap((price) => {
      const estimate = estimateOf(price, of.work);
      return estimate === null ? [] : [{ model: price.model, estimate }];
    })
    .toSorted((a, b) => (a.estimate === b.estimate ? 0 : a.estimate < b.estimate ? -1 : 1))
    .slice(0, UNJUDGED_MAX)
    .map(({ model }) => ({ model, is_equal: false, note: null }));
  return [...equal, ...others];
}

/** Returns about what the work would have cost; null without token prices. Only the order of the results matters. */
function estimateOf(price: ModelPriceView, work: readonly PastWork[]): Units | null {
  const base = tokenBase(pricesOf(price));
  if (base === null) return null;
  const prompt = BigInt(work.reduce((sum, { tokens }) => sum + promptTokens(tokens), 0));
  const all = BigInt(work.reduce((sum, { tokens_used }) => sum + tokens_used, 0));
  return (prompt * base.input + (all - prompt) * base.output) * (ONE + units(price.markup_rate));
}

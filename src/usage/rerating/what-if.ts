import { amount, units, type Units } from '../../platform/values/amount.js';
import { InvalidInput } from '../../platform/errors.js';
import type { markup_scope } from '../../generated/prisma/enums.js';
import { type MarkupRule, PRICE_CLASSES, ruleFor } from '../../pricing/markup/markup.js';
import type { Price } from '../../pricing/prices/price-table.js';

/** Summed usage of one account, model and price in the recomputed days; amounts in units. */
export interface PastUsage {
  user_id: string;
  model: string | null;
  /** Null when the caller stated the total or the price is provisional; markup then does not apply. */
  price_id: string | null;
  tier: string;
  events: number;
  provider_cost: Units;
  total_cost: Units;
}

const WHOLE = 10n ** 10n;
const SCOPES: readonly markup_scope[] = ['model', 'provider', 'tier', 'class'];
const ORDER = /^(?:(model|provider|tier|class):)?(?:(\S+)=)?(\d{1,3}(?:\.\d{1,8})?)(%?)$/;

/**
 * Returns the current rules, overridden by the given ones. `standard=0.12` or `standard=12%` sets the rate of a class,
 * `model:openai/gpt-4o=0.2`, `provider:openai=...` and `tier:starter=...` that of a model, provider or tier, and `0.2`
 * alone that of every class except free.
 * @throws InvalidInput naming the invalid text
 */
export function withMarkup(rules: readonly MarkupRule[], given: readonly string[]): MarkupRule[] {
  const changed = new Map(rules.map((rule) => [`${rule.scope}:${rule.match}`, rule]));
  for (const rule of given.flatMap(rulesOf)) changed.set(`${rule.scope}:${rule.match}`, rule);
  return [...changed.values()];
}

function rulesOf(text: string): MarkupRule[] {
  const [, scopeGiven, name, number = '', percent] = ORDER.exec(text.trim().toLowerCase()) ?? [];
  const scope = SCOPES.find((known) => known === scopeGiven) ?? 'class';
  const isKnown = name === undefined ? scopeGiven === undefined : scope !== 'class' || isClass(name);
  if (number === '' || !isKnown) {
    const message = `"${text}" must be a rate (0.2 or 20%), optionally with what it applies to: standard=0.2, model:openai/gpt-4o=20%`;
    throw new InvalidInput([{ field: 'markup', message }]);
  }
  const rate = percent ? units(number) / 100n : units(number);
  const matches = name === undefined ? PRICE_CLASSES.filter((priceClass) => priceClass !== 'free') : [name];
  return matches.map((match) => ({ id: 'what-if', scope, match, rate }));
}

const isClass = (name: string): boolean => (PRICE_CLASSES as readonly string[]).includes(name);

/**
 * Returns the cost of past usage under other rules. The markup is computed on the sum of an account's usage of a model,
 * not per event; the results differ by rounding, at most 5e-11 credits per event.
 */
export async function replayed(
  usage: PastUsage,
  rules: readonly MarkupRule[],
  prices: ReadonlyMap<string, Price>,
): Promise<Units> {
  const price = usage.price_id === null ? undefined : prices.get(usage.price_id);
  if (!price) return usage.total_cost;
  const { model, tier } = usage;
  const rule = await ruleFor(rules, { model, price, plan: () => Promise.resolve({ tier }) });
  return (2n * usage.provider_cost * (WHOLE + (rule?.rate ?? 0n)) + WHOLE) / (2n * WHOLE);
}

/** Revenue, provider cost and margin, as decimal text. */
export interface Books {
  revenue: string;
  provider_cost: string;
  margin: string;
  /** Margin as a percentage of revenue, with two decimals. */
  margin_percent: string;
}

/** Returns the margin of some revenue. */
export function booksOf(revenue: Units, provider_cost: Units): Books {
  const margin = revenue - provider_cost;
  const hundredths = revenue === 0n ? 0n : (margin * 10_000n) / revenue;
  const magnitude = hundredths < 0n ? -hundredths : hundredths;
  const percent = `${magnitude / 100n}.${(magnitude % 100n).toString().padStart(2, '0')}`;
  return {
    revenue: amount(revenue),
    provider_cost: amount(provider_cost),
    margin: amount(margin),
    margin_percent: hundredths < 0n ? `-${percent}` : percent,
  };
}

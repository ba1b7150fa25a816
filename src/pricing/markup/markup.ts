import type { markup_rules } from '../../generated/prisma/client.js';
import { units, type Units } from '../../platform/values/amount.js';
import type { Wire } from '../../platform/values/wire.js';
import { providersOf, spellingsOf } from '../prices/model-ids.js';
import { tokenBase } from '../prices/price.js';
import type { Price, PriceTable } from '../prices/price-table.js';
import type { Plan } from '../rating/work.js';

/** Price classes of models. */
export const PRICE_CLASSES = ['free', 'budget', 'standard', 'premium'] as const;
export type PriceClass = (typeof PRICE_CLASSES)[number];

/** A markup rule. */
export interface MarkupRule extends Pick<markup_rules, 'id' | 'scope' | 'match'> {
  /** Share of the provider cost, in 10^-10. */
  readonly rate: Units;
}

/** What decides which markup rule applies to a piece of work. */
export interface MarkupSubject {
  model: string | null;
  price: Price | null;
  plan: () => Promise<Pick<Plan, 'tier'>>;
}

const BUDGET_BELOW = units('1');
const STANDARD_BELOW = units('10');
/** Chats have about three input tokens per output token. */
const INPUT_SHARE = 3n;
const SHARES = 4n;

/** Converts a stored rule. */
export const toRule = ({ id, scope, match, rate }: Pick<Wire<markup_rules>, keyof MarkupRule>): MarkupRule => ({
  id,
  scope,
  match,
  rate: units(rate),
});

/**
 * Returns the price class: free if declared so, otherwise by the blended price (3 x input + output) / 4 in USD per
 * million tokens: budget below 1, standard below 10, premium from 10. Without token prices, or without any price, it is
 * standard.
 */
export function classOf(table: PriceTable | null): PriceClass {
  if (table?.is_free) return 'free';
  const base = table && tokenBase(table);
  if (!base) return 'standard';
  const shares = INPUT_SHARE * base.input + base.output;
  if (shares < SHARES * BUDGET_BELOW) return 'budget';
  return shares < SHARES * STANDARD_BELOW ? 'standard' : 'premium';
}

/** Returns the rule that applies: for the model, else its provider, else the account's tier, else the price class. */
export async function ruleFor(
  rules: readonly MarkupRule[],
  { model, price, plan }: MarkupSubject,
): Promise<MarkupRule | null> {
  const { model: ofModels, provider: ofProviders, tier: ofTiers, class: ofClasses } = indexOf(rules);
  if (ofModels) {
    const rule = firstOf(ofModels, [...(model === null ? [] : spellingsOf(model)), ...(price ? [price.model] : [])]);
    if (rule) return rule;
  }
  if (ofProviders) {
    const rule = firstOf(
      ofProviders,
      [model, price?.model].flatMap((id) => (id ? providersOf(id) : [])),
    );
    if (rule) return rule;
  }
  return ofTiers?.get((await plan()).tier) ?? ofClasses?.get(classOf(price)) ?? null;
}

type ByMatch = Map<string, MarkupRule>;
type RuleIndex = Partial<Record<MarkupRule['scope'], ByMatch>>;

/** A batch asks the same list of rules a thousand times. */
const indexes = new WeakMap<readonly MarkupRule[], RuleIndex>();

/** Returns the first rule of each scope and match. */
function indexOf(rules: readonly MarkupRule[]): RuleIndex {
  const known = indexes.get(rules);
  if (known) return known;
  const index: RuleIndex = {};
  for (const rule of rules.toReversed()) (index[rule.scope] ??= new Map()).set(rule.match, rule);
  indexes.set(rules, index);
  return index;
}

function firstOf(rules: ByMatch, matches: readonly string[]): MarkupRule | undefined {
  for (const match of matches) {
    const rule = rules.get(match);
    if (rule) return rule;
  }
  return undefined;
}

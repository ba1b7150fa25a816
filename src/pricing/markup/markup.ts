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
  const find = (scope: MarkupRule['scope'], matches: readonly string[]): MarkupRule | undefined =>
    firstOf(
      rules.filter((rule) => rule.scope === scope),
      matches,
    );
  const ids = [...(model === null ? [] : spellingsOf(model)), ...(price ? [price.model] : [])];
  const ofModel =
    find('model', ids) ??
    find(
      'provider',
      [model, price?.model].flatMap((id) => (id ? providersOf(id) : [])),
    );
  if (ofModel) return ofModel;
  const ofTier = rules.some(({ scope }) => scope === 'tier') ? find('tier', [(await plan()).tier]) : undefined;
  return ofTier ?? find('class', [classOf(price)]) ?? null;
}

function firstOf(rules: readonly MarkupRule[], matches: readonly string[]): MarkupRule | undefined {
  for (const match of matches) {
    const rule = rules.find((candidate) => candidate.match === match);
    if (rule) return rule;
  }
  return undefined;
}

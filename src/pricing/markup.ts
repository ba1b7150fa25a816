import type { markup_rules } from '../generated/prisma/client.js';
import { units, type Units } from '../platform/amount.js';
import type { Wire } from '../platform/wire.js';
import { providersOf, spellingsOf } from './model-ids.js';
import { tokenBase } from './price.js';
import type { Price, PriceTable } from './price-table.js';
import type { Plan } from './work.js';

/** Classes of models by what they cost. */
export const PRICE_CLASSES = ['free', 'budget', 'standard', 'premium'] as const;
export type PriceClass = (typeof PRICE_CLASSES)[number];

/** A rule of the platform's markup. */
export interface MarkupRule extends Pick<markup_rules, 'id' | 'scope' | 'match'> {
  /** Share of the provider cost, in 10^-10. */
  readonly rate: Units;
}

/** What decides about the markup of a piece of work. */
export interface MarkupSubject {
  model: string | null;
  price: Price | null;
  plan: () => Promise<Pick<Plan, 'tier'>>;
}

const BUDGET_BELOW = units('1');
const STANDARD_BELOW = units('10');
/** Chats send about three tokens for each one that they get. */
const INPUT_SHARE = 3n;
const SHARES = 4n;

/** A stored rule for the rules of pricing. */
export const toRule = ({ id, scope, match, rate }: Pick<Wire<markup_rules>, keyof MarkupRule>): MarkupRule => ({
  id,
  scope,
  match,
  rate: units(rate),
});

/**
 * The class of a price: free when somebody says so, otherwise by (3 x input + output) / 4 in USD for a million
 * tokens, the usual blend: budget below 1, standard below 10, premium from there. What is not priced by tokens, and what
 * has no price yet, is standard.
 */
export function classOf(table: PriceTable | null): PriceClass {
  if (table?.is_free) return 'free';
  const base = table && tokenBase(table);
  if (!base) return 'standard';
  const shares = INPUT_SHARE * base.input + base.output;
  if (shares < SHARES * BUDGET_BELOW) return 'budget';
  return shares < SHARES * STANDARD_BELOW ? 'standard' : 'premium';
}

/** The rule that applies: of the model, else of its provider, else of the account's tier, else of the price's class. */
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

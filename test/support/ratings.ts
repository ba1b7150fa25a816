import { amount, units } from '../../src/platform/values/amount.js';
import type { usage_unit } from '../../src/generated/prisma/enums.js';
import { Catalogue } from '../../src/pricing/prices/catalogue.js';
import type { MarkupRule } from '../../src/pricing/markup/markup.js';
import { ANY, PRICE_COLUMNS, type Prices } from '../../src/pricing/prices/price.js';
import type { Price } from '../../src/pricing/prices/price-table.js';
import { rate, type Rating } from '../../src/pricing/rating/rating.js';
import { NO_TOKENS, type TokenPools, tokensIn, type Work } from '../../src/pricing/rating/work.js';

export const LONG_AGO = new Date('2026-01-01T00:00:00Z');
export const NOW = new Date('2026-11-21T12:00:00Z');
export const MULTIPLIERS = [
  { service_tier: 'batch', match: '*', multiplier: units('0.5'), effective_from: LONG_AGO },
  { service_tier: 'priority', match: '*', multiplier: units('2'), effective_from: LONG_AGO },
] as const;
export const NO_PRICES = Object.fromEntries(PRICE_COLUMNS.map((column) => [column, null])) as Prices;

export function price(prices: Partial<Record<keyof Prices, string>>, more: Partial<Price> = {}): Price {
  const given = Object.fromEntries(Object.entries(prices).map(([column, text]) => [column, units(text)]));
  return {
    ...NO_PRICES,
    ...given,
    id: 'a-price',
    service: ANY,
    model: 'maker/model',
    overrides: [],
    is_free: false,
    effective_from: LONG_AGO,
    ...more,
  };
}

export const rule = (scope: MarkupRule['scope'], match: string, percent: string): MarkupRule => ({
  id: `${scope}-${match}`,
  scope,
  match,
  rate: units(percent) / 100n,
});
export const CLASSES = [
  rule('class', 'free', '0'),
  rule('class', 'budget', '5'),
  rule('class', 'standard', '10'),
  rule('class', 'premium', '15'),
];

export function work(more: Partial<Work> & { pools?: Partial<TokenPools> } = {}): Work {
  const { pools, ...rest } = more;
  const tokens = { ...NO_TOKENS, ...pools };
  return {
    service: 'openrouter',
    model: 'maker/model',
    tokens,
    tokens_used: tokensIn(tokens),
    quantities: [],
    service_tier: null,
    cost: null,
    billable: true,
    succeeded: true,
    occurred_at: NOW,
    plan: () => Promise.resolve({ tier: 'trial', cost_per_1k_tokens: '0.001' }),
    ...rest,
  };
}

export const counted = (unit: usage_unit, count: string, pools: Partial<TokenPools> = {}): Work =>
  work({ pools, quantities: [{ unit, count: units(count) }] });

export const rated = (prices: Price[], given: Work, rules = CLASSES): Promise<Rating> =>
  rate(new Catalogue(prices), { markup: rules, multipliers: MULTIPLIERS }, given);
export const cost = (rating: Rating): string => amount(rating.total_cost);

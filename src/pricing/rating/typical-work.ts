import type { usage_unit } from '../../generated/prisma/enums.js';
import { units } from '../../platform/values/amount.js';
import { chargeOf, type Exact, type Measured } from './charge.js';
import { tokenBase, type PriceColumn, type Prices } from '../prices/price.js';
import { NO_TOKENS } from './work.js';

const NONE: Measured = {
  tokens: NO_TOKENS,
  tokens_used: 0,
  quantities: [],
  service_tier: null,
  occurred_at: new Date(0),
};

/** Typical quantities per piece of work. */
const COUNTS: readonly (readonly [usage_unit, PriceColumn, string])[] = [
  ['request', 'per_request', '1'],
  ['character', 'per_character', '1000'],
  ['second', 'per_second', '60'],
  ['query', 'per_query', '1'],
  ['execution', 'per_execution', '1'],
  ['image', 'per_image', '1'],
  ['page', 'per_page', '1'],
  ['video_second', 'per_video_second', '8'],
];

const CHAT: Measured = {
  ...NONE,
  tokens: { ...NO_TOKENS, input_tokens: 1_000, output_tokens: 500 },
  tokens_used: 1_500,
};

/** Typical pieces of work, one per kind of price, with a check whether prices cover it. */
const TYPICAL: readonly { work: Measured; isPriced: (prices: Prices) => boolean }[] = [
  { work: CHAT, isPriced: (prices) => tokenBase(prices) !== null },
  ...COUNTS.map(([unit, column, count]) => ({
    work: { ...NONE, quantities: [{ unit, count: units(count) }] },
    isPriced: (prices: Prices) => prices[column] !== null,
  })),
];

/**
 * Returns the cost of typical pieces of work before and after a price change, for each kind that had a price. If a kind
 * has no price afterwards, the most expensive other kind is compared: the price may have moved to another column.
 */
export function typicalCosts(before: Prices, after: Prices): { before: Exact; after: Exact }[] {
  const [old, now] = [tableOf(before), tableOf(after)];
  return TYPICAL.filter(({ isPriced }) => isPriced(before)).map(({ work }) => ({
    before: chargeOf(old, work) ?? 0n,
    after: chargeOf(now, work) ?? dearestTypical(after),
  }));
}

/** Returns the highest cost of a typical piece of work at these prices. */
export const dearestTypical = (prices: Prices): Exact =>
  TYPICAL.filter(({ isPriced }) => isPriced(prices))
    .map(({ work }) => chargeOf(tableOf(prices), work) ?? 0n)
    .reduce((most, charge) => (charge > most ? charge : most), 0n);

const tableOf = (prices: Prices) => ({ ...prices, overrides: [], is_free: false });

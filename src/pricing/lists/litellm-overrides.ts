import type { service_tier } from '../../generated/prisma/enums.js';
import type { Units } from '../../platform/values/amount.js';
import type { PriceOverride } from '../prices/price-override.js';
import type { PriceColumn } from '../prices/price.js';
import type { PriceKey } from './litellm-keys.js';
import { proportion, type SomePrices } from './price-list.js';

/** Collects token prices under the conditions of LiteLLM's file. */
export class ConditionalPrices {
  private readonly prices = new Map<string, SomePrices>();

  /** Adds a price; of two for the same column and condition the first one wins. */
  add({ column, above, service_tier }: PriceKey, price: Units): void {
    const known = this.under(above, service_tier);
    this.prices.set(keyOf(above, service_tier), { ...known, [column]: known[column] ?? price });
  }

  /** The unconditional prices. */
  get base(): SomePrices {
    return this.under(0, null);
  }

  /**
   * Returns the overrides: price steps by prompt length, then service tiers, then combinations. The last one that
   * applies wins, so without the combinations a tier would sell long prompts at its price for short ones.
   */
  overrides(): PriceOverride[] {
    const steps = this.steps();
    const standard = steps.map((above) => ({ min_prompt_tokens: above + 1, prices: this.under(above, null) }));
    const tiers = TIERS.flatMap((tier) => [
      { service_tier: tier, prices: this.under(0, tier) },
      ...this.stepsOf(tier, steps),
    ]);
    return [...standard, ...tiers].filter(({ prices }) => Object.keys(prices).length > 0);
  }

  private under(above: number, tier: service_tier | null): SomePrices {
    return this.prices.get(keyOf(above, tier)) ?? {};
  }

  private steps(): number[] {
    const steps = [...this.prices.keys()].map((key) => Number(key.split(' ')[0])).filter((above) => above > 0);
    return [...new Set(steps)].toSorted((a, b) => a - b);
  }

  /** Returns the steps of a tier. A missing price rises in proportion to the standard price. */
  private stepsOf(tier: service_tier, steps: number[]): PriceOverride[] {
    const now: SomePrices = { ...this.under(0, tier) };
    const standard: SomePrices = { ...this.base };
    return steps.map((above) => {
      const [given, step] = [this.under(above, tier), this.under(above, null)];
      for (const column of columnsOf(now, given)) {
        const price = given[column] ?? raised(now[column], standard[column], step[column]);
        if (price !== undefined) now[column] = price;
      }
      Object.assign(standard, step);
      return { min_prompt_tokens: above + 1, service_tier: tier, prices: { ...now } };
    });
  }
}

const TIERS: readonly service_tier[] = ['batch', 'flex', 'priority'];

const keyOf = (above: number, tier: service_tier | null): string => `${above} ${tier ?? 'any'}`;

const columnsOf = (...some: SomePrices[]): PriceColumn[] => [
  ...new Set(some.flatMap((prices) => Object.keys(prices) as PriceColumn[])),
];

function raised(price: Units | undefined, before: Units | undefined, after: Units | undefined): Units | undefined {
  if (price === undefined || after === undefined) return price;
  if (before) return proportion(price, after, before);
  return price > after ? price : after;
}

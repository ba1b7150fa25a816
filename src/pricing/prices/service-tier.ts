import type { service_tier_multipliers } from '../../generated/prisma/client.js';
import { units, type Units } from '../../platform/values/amount.js';
import type { Wire } from '../../platform/values/wire.js';
import { pricesTier } from '../rating/charge.js';
import { providersOf, spellingsOf } from './model-ids.js';
import { ANY } from './price.js';
import type { Price } from './price-table.js';
import type { Work } from '../rating/work.js';

/** A factor on token prices for a service tier. */
export interface TierMultiplier extends Pick<service_tier_multipliers, 'service_tier' | 'match' | 'effective_from'> {
  readonly multiplier: Units;
}

const ONE = units('1');

/** Converts a stored multiplier. Timestamps can be text, from JSON. */
export const toMultiplier = ({
  service_tier,
  match,
  multiplier,
  effective_from,
}: Pick<Wire<service_tier_multipliers>, keyof TierMultiplier>): TierMultiplier => ({
  service_tier,
  match,
  multiplier: units(multiplier),
  effective_from: new Date(effective_from),
});

/**
 * Returns the factor on token prices for the service tier of a piece of work: 1 if the price has its own prices for the
 * tier; else the latest multiplier in effect for the model, its provider or all models; else 1.
 */
export function multiplierFor(
  multipliers: readonly TierMultiplier[],
  work: Pick<Work, 'model' | 'service_tier' | 'occurred_at'>,
  price: Price,
): Units {
  const { model, service_tier, occurred_at } = work;
  if (service_tier === null || service_tier === 'standard' || pricesTier(price, service_tier)) return ONE;
  const ids = [...(model === null ? [] : spellingsOf(model)), price.model];
  const names = [...ids, ...[model, price.model].flatMap((id) => (id === null ? [] : providersOf(id))), ANY];
  const inEffect = multipliers.filter(
    (candidate) => candidate.service_tier === service_tier && candidate.effective_from <= occurred_at,
  );
  for (const name of names) {
    const [newest] = inEffect
      .filter(({ match }) => match === name)
      .toSorted((a, b) => b.effective_from.getTime() - a.effective_from.getTime());
    if (newest) return newest.multiplier;
  }
  return ONE;
}

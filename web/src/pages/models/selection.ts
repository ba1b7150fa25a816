import type { GatewayModelView } from '../../api/schema.gen.ts';
import { unitsOf } from '../../lib/amount.ts';

export const FILTERS = ['allowed', 'free', 'budget', 'standard', 'premium'] as const;
export const SORTS = ['name', 'price', 'context'] as const;

export interface Wanted {
  search: string | undefined;
  filter: (typeof FILTERS)[number] | undefined;
  sort: (typeof SORTS)[number] | undefined;
}

/** @returns the models that match, in the wanted order */
export function selectModels(all: readonly GatewayModelView[], { search, filter, sort }: Wanted): GatewayModelView[] {
  const words = (search ?? '').toLowerCase().split(/\s+/);
  const found = all.filter(
    (one) =>
      matchesFilter(one, filter) &&
      words.every((word) => `${one.model} ${one.name ?? ''}`.toLowerCase().includes(word)),
  );
  if (sort === 'price') return found.toSorted((one, two) => compare(blended(one), blended(two)));
  if (sort === 'context') return found.toSorted((one, two) => (two.context_length ?? 0) - (one.context_length ?? 0));
  return found;
}

function matchesFilter(model: GatewayModelView, filter: Wanted['filter']): boolean {
  if (filter === undefined) return true;
  return filter === 'allowed' ? model.is_allowed : model.class === filter;
}

const INPUT_SHARE = 3n;

/** Three input tokens for each output token, as the price classes assume. */
function blended({ platform_prices: { input_per_million, output_per_million } }: GatewayModelView): bigint {
  return INPUT_SHARE * unitsOf(input_per_million ?? '0') + unitsOf(output_per_million ?? '0');
}

const compare = (one: bigint, two: bigint): number => (one < two ? -1 : one > two ? 1 : 0);

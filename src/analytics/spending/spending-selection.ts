import type { usage_dimension } from '../../generated/prisma/enums.js';
import { InvalidInput } from '../../platform/errors.js';
import type { UsageSeriesQuery } from './spending.dto.js';
import type { Attributed } from './spending.repository.js';

const FILTERS = { api_key_id: 'api_key', member_id: 'member', tag: 'tag' } as const satisfies Record<
  string,
  usage_dimension
>;
type Filter = keyof typeof FILTERS;

/** What a series covers: all spending, each value of a dimension, or one value. */
export interface SeriesSelection {
  dimension: usage_dimension | null;
  only: Attributed | null;
}

/**
 * Returns what a query selects.
 * @throws InvalidInput for two filters, or a filter together with groups of keys, members or tags: roll-ups keep one of them
 */
export function selectionOf({ group_by, ...query }: Pick<UsageSeriesQuery, 'group_by' | Filter>): SeriesSelection {
  const dimension = Object.values(FILTERS).find((name) => name === group_by) ?? null;
  const [filter, second] = (Object.keys(FILTERS) as Filter[]).filter((name) => query[name] !== undefined);
  if (filter === undefined) return { dimension, only: null };
  if (second !== undefined) throw invalid(second, `cannot be combined with ${filter}: use one of them`);
  if (dimension !== null) throw invalid('group_by', `must be none, provider, service or model with ${filter}`);
  return { dimension: null, only: { dimension: FILTERS[filter], value: query[filter] as string } };
}

const invalid = (field: string, message: string): InvalidInput => new InvalidInput([{ field, message }]);

import { copied } from '../../platform/values/json-numbers.js';
import { countOf } from '../../pricing/usage/leaves.js';
import { COUNTED_FIELDS, reportedUsage } from '../../pricing/usage/usage.js';
import { POOLS, type TokenPools } from '../../pricing/rating/work.js';

type Members = Record<string, unknown>;

/** The token pools for the token types of OpenMeter's events. */
const POOL_OF_TYPE = new Map<string, keyof TokenPools>(
  Object.entries({
    input: 'input_tokens',
    prompt: 'input_tokens',
    system: 'input_tokens',
    output: 'output_tokens',
    completion: 'output_tokens',
    response: 'output_tokens',
  } as const),
);

/**
 * Returns the tracking fields in the data of an event. If none of them counts anything, a provider's usage fields are
 * accepted instead, as in data that was written for another meter.
 *
 * @param fields the names of the tracking fields
 */
export function workOfData(data: Members, fields: ReadonlySet<string>): Members {
  const work = copied(data, Object.fromEntries(Object.entries(data).filter(([name]) => fields.has(name))));
  const tokens = countOf(data['tokens']);
  if (tokens !== null) {
    const pool = POOLS.some((name) => name in work) ? undefined : poolOf(data['type']);
    return copied(work, { ...work, tokens, ...(pool && { [pool]: tokens }) });
  }
  if ('usage' in work || COUNTED_FIELDS.some((field) => field in work)) return work;
  const rest = Object.entries(data).filter(([name]) => !fields.has(name));
  const counts = rest.filter(([name, value]) => reportedUsage({ [name]: value })); // all other members are ignored
  return counts.length > 0 ? copied(work, { ...work, usage: Object.fromEntries(counts) }) : work;
}

const poolOf = (type: unknown): keyof TokenPools | undefined =>
  typeof type === 'string' ? POOL_OF_TYPE.get(type.toLowerCase()) : undefined;

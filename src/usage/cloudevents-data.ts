import { copied } from '../platform/json-numbers.js';
import { countOf } from '../pricing/usage/leaves.js';
import { COUNTED_FIELDS, toldUsage } from '../pricing/usage/usage.js';
import { POOLS, type TokenPools } from '../pricing/work.js';

type Members = Record<string, unknown>;

/** What OpenMeter's events call the tokens that they count. */
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
 * The fields of tracking that the data of an event has. Where none of them counts anything, the counts of a provider may
 * stand in their place: such data was made for another meter, whose words are not ours.
 *
 * @param fields the names of the fields of tracking
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
  const counts = rest.filter(([name, value]) => toldUsage({ [name]: value })); // nothing else of it is kept
  return counts.length > 0 ? copied(work, { ...work, usage: Object.fromEntries(counts) }) : work;
}

const poolOf = (type: unknown): keyof TokenPools | undefined =>
  typeof type === 'string' ? POOL_OF_TYPE.get(type.toLowerCase()) : undefined;

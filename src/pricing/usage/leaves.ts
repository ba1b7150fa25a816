import { LRUCache } from 'lru-cache';
import { TOKENS_MAX } from '../rating/work.js';
import { AMOUNT_LIMIT, DECIMALS, type Units } from '../../platform/values/amount.js';
import { shifted } from '../rating/decimal.js';

type Members = Record<string, unknown>;

/** One value of a usage object. */
export interface Leaf {
  /** Its normalised path, the same for all providers: snake_case, without wrappers. */
  readonly path: string;
  /** Its path as written. */
  readonly place: string;
  readonly value: unknown;
}

const DEPTH_MAX = 6;
const LEAVES_MAX = 200;
const NAME_MAX = 60;
const ONE = 10n ** BigInt(DECIMALS);

/** A few names make up most usage objects, so their normalised spelling is cached. */
const segments = new LRUCache<string, string>({ max: 1_000 });

/** Objects that only wrap the counts. */
const WRAPPERS = new Set([
  'usage',
  'usage_metadata',
  'usage_object',
  'usage_info',
  'token_usage',
  'meta',
  'billed_units',
]);

/** The providers' names for details of prompt and answer. */
const DETAILS: readonly (readonly [RegExp, string])[] = [
  [/^(prompt|input)_tokens?_details$/, 'prompt_details'],
  [/^(completion|output|candidates|response)_tokens?_details$/, 'answer_details'],
  [/^cached?_tokens?_details$/, 'cached_details'],
];

/** Returns the values of a usage object, in order, up to a limit. */
export function leavesOf(given: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (value: unknown, path: readonly string[], place: readonly string[]): void => {
    if (leaves.length >= LEAVES_MAX) return;
    if (isObject(value) && place.length < DEPTH_MAX) {
      for (const [name, member] of Object.entries(value)) {
        const segment = segmentOf(name);
        const isWrapper = isObject(member) && WRAPPERS.has(segment);
        walk(listed(member), isWrapper ? path : [...path, segment], [...place, name.slice(0, NAME_MAX)]);
      }
    } else if (place.length > 0) leaves.push({ path: path.join('.'), place: place.join('.'), value });
  };
  walk(given, [], []);
  return leaves;
}

/** Returns a number of tokens, which can be text; null if it is not a number, negative or implausibly large. */
export function countOf(value: unknown): number | null {
  if (typeof value === 'number') return value >= 0 && value <= TOKENS_MAX ? Math.round(value) : null;
  const exact = decimalOf(value);
  const tokens = exact === null ? null : Number((exact + ONE / 2n) / ONE);
  return tokens === null || tokens > TOKENS_MAX ? null : tokens;
}

/** Returns a non-negative decimal, which can be text, in 10^-10; null for anything else or beyond the amount limit. */
export function decimalOf(value: unknown): Units | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const exact = shifted(String(value), 0);
  return exact === null || exact >= AMOUNT_LIMIT ? null : exact;
}

/** Returns the members of an object; none for any other value. */
export const members = (value: unknown): Members => (isObject(value) ? value : {});

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function segmentOf(name: string): string {
  const known = segments.get(name);
  if (known !== undefined) return known;
  const segment = spelled(name);
  segments.set(name, segment);
  return segment;
}

function spelled(name: string): string {
  const snake = name
    .slice(0, NAME_MAX)
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase();
  return DETAILS.find(([pattern]) => pattern.test(snake))?.[1] ?? snake;
}

/**
 * Converts lists of counts by kind, such as `[{modality: "AUDIO", tokenCount: 7}]`, to an object: `{audio_tokens: 7}`.
 */
function listed(value: unknown): unknown {
  if (!Array.isArray(value) || value.length === 0) return value;
  const named = value.map((entry) => {
    const { modality, tokenCount, token_count, ttl, inputTokens, ...more } = members(entry);
    if (Object.keys(more).length > 0) return null;
    if (typeof modality === 'string') return [`${modality.toLowerCase()}_tokens`, tokenCount ?? token_count] as const;
    return typeof ttl === 'string' ? ([`${ttl.toLowerCase()}_tokens`, inputTokens] as const) : null;
  });
  return named.every((entry) => entry !== null) ? Object.fromEntries(named) : value;
}

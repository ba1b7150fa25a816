import { service_tier, type usage_unit } from '../../generated/prisma/enums.js';
import { amount, type Units } from '../../platform/values/amount.js';
import type { Counted, Measures } from '../rating/quantities.js';
import { NO_TOKENS, POOLS, type TokenPools, TOKENS_MAX, tokensIn } from '../rating/work.js';
import { countOf, decimalOf, type Leaf, leavesOf, members } from './leaves.js';
import { type Detail, poolsOf } from './pools.js';
import { unreadOf } from './unread.js';
import { COST, COUNTS, IS_BYOK, QUANTITIES, IGNORED_FIELDS, SERVICE_TIER, UPSTREAM_COST } from './words.js';

/** A usage object, normalised. */
export interface ReadUsage extends Counted {
  /** Exclusive: no token is counted twice. */
  tokens: TokenPools;
  /** All tokens, including those of unknown kind. */
  tokens_used: number;
  /** Null if not reported. */
  service_tier: service_tier | null;
  /** What the providers charge, whoever pays; null if not reported. */
  provider_cost: Units | null;
  /** Whether the upstream provider bills the key's owner directly (BYOK at OpenRouter). */
  is_byok: boolean;
  /** Whether it contains any count, even zero. */
  is_told: boolean;
  /** Unread members by path; null if there are none. */
  unread_usage: Record<string, unknown> | null;
}

type Name = keyof typeof COUNTS;

/** The reported values, by path. */
type ReadFigures = ReadonlyMap<string, readonly unknown[]>;

const COUNT_PATHS: ReadonlySet<string> = new Set([...Object.values(COUNTS), ...Object.values(QUANTITIES)].flat());
const COST_PATHS: ReadonlySet<string> = new Set([...COST, ...UPSTREAM_COST]);
const TIER_PATHS: ReadonlySet<string> = new Set(SERVICE_TIER);

/** The providers' names for service tiers. */
const TIERS: Readonly<Record<string, service_tier>> = {
  ...service_tier,
  default: 'standard',
  auto: 'standard',
  on_demand: 'standard',
  on_demand_flex: 'flex',
  on_demand_priority: 'priority',
};

/**
 * Reads a usage object of any provider (see {@link COUNTS}). Numbers can be text. Negative and non-numeric counts are
 * ignored and reported as unread, like unknown members. One implausibly large count makes the whole object unread,
 * because the others cannot be trusted then.
 *
 * @param answer the object that contains the usage; some providers report the service tier there
 */
export function readUsage(given: unknown, answer: unknown = null): ReadUsage {
  const leaves = leavesOf(given);
  const figures = byPath(leaves);
  const counts = countsOf(figures);
  const tokens = tokensOf(counts, leaves);
  const tokens_used = Math.max(tokensIn(tokens), counts.total ?? 0);
  const quantities = quantitiesIn(figures);
  const isAbsurd = tokens_used > TOKENS_MAX || leaves.some(isBeyondAll);
  return {
    ...(isAbsurd ? { tokens: NO_TOKENS, tokens_used: 0 } : { tokens, tokens_used }),
    ...countedOf(quantities),
    service_tier: tierIn(figures) ?? tierOf(members(answer)['service_tier']),
    ...costOf(figures),
    is_told: !isAbsurd && (Object.values(counts).some((count) => count !== null) || quantities.length > 0),
    unread_usage: unreadOf(isAbsurd ? leaves : leaves.filter((leaf) => !isRead(leaf))),
  };
}

/** Reads a usage object; null if it contains no counts. */
export function reportedUsage(given: unknown, answer: unknown = null): ReadUsage | null {
  const usage = readUsage(given, answer);
  return usage.is_told ? usage : null;
}

const isBeyondAll = ({ path, value }: Leaf): boolean =>
  tokenPaths.has(path) && (typeof value === 'number' || typeof value === 'string') && Number(value) > TOKENS_MAX;

function isRead({ path, value }: Leaf): boolean {
  if (COUNT_PATHS.has(path)) return (tokenPaths.has(path) ? countOf(value) : decimalOf(value)) !== null;
  if (COST_PATHS.has(path)) return decimalOf(value) !== null;
  if (TIER_PATHS.has(path)) return tierOf(value) !== null;
  return path === IS_BYOK || IGNORED_FIELDS.has(path);
}

const tokenPaths: ReadonlySet<string> = new Set(Object.values(COUNTS).flat());

function countsOf(figures: ReadFigures): Record<Name, number | null> {
  const entries = Object.entries(COUNTS).map(([name, paths]) => {
    const found = valuesAt(figures, paths).flatMap((value) => countOf(value) ?? []);
    return [name, found.length === 0 ? null : Math.max(...found)];
  });
  return Object.fromEntries(entries) as Record<Name, number | null>;
}

function tokensOf(counts: Record<Name, number | null>, leaves: readonly Leaf[]): TokenPools {
  const of = (name: Name): number => counts[name] ?? 0;
  return poolsOf({
    prompt: Math.max(of('prompt'), of('input')),
    answer: of('answer'),
    total: counts.total,
    details: [...answerDetails(of), ...promptDetails(of, cachePlace(counts, leaves))],
  });
}

function answerDetails(of: (name: Name) => number): Detail[] {
  return [
    { pool: 'reasoning_tokens', tokens: of('reasoning'), is_beside: false },
    { pool: 'reasoning_tokens', tokens: of('thoughts'), is_beside: true },
    { pool: 'audio_output_tokens', tokens: of('audio_out'), is_beside: false },
    { pool: 'image_output_tokens', tokens: of('image_out'), is_beside: false },
  ];
}

function promptDetails(of: (name: Name) => number, cache: Pick<Detail, 'is_beside' | 'is_certain'>): Detail[] {
  const long = of('cache_write_1h');
  const short = Math.max(of('cache_write'), of('cache_write_5m') + long) - long;
  const cachedAudio = Math.min(of('audio_cached'), of('audio_in'), of('cache_read'));
  const cachedImages = Math.min(of('image_cached'), of('image_in'));
  return [
    { pool: 'cache_read_tokens', tokens: of('cache_read') - cachedAudio, ...cache },
    { pool: 'cache_write_tokens', tokens: short, ...cache },
    { pool: 'cache_write_1h_tokens', tokens: long, ...cache },
    { pool: 'audio_cache_read_tokens', tokens: cachedAudio, is_beside: false },
    { pool: 'audio_input_tokens', tokens: of('audio_in') - cachedAudio, is_beside: false },
    { pool: 'image_tokens', tokens: of('image_in') - cachedImages, is_beside: false },
    { pool: 'input_tokens', tokens: of('tool_prompt'), is_beside: true },
  ];
}

/** Anthropic's and Amazon's names for cached tokens, which their `input_tokens` do not include. */
const CACHED_BESIDE = /(^|\.)(cache_(read|creation|write)_input_tokens?(_count)?|ephemeral_\w+|cache_details\.\w+)$/;
const CACHED_INSIDE = /^prompt_details\.cache/;
const CAMEL_CASE_INPUT = /(^|\.)inputTokens$/;

/**
 * Decides whether cached tokens are added to the prompt. In Amazon's format this is certain, whatever `totalTokens`
 * says, because it may exclude them.
 */
function cachePlace({ prompt, input }: Record<Name, number | null>, leaves: readonly Leaf[]) {
  const counted = leaves.filter(({ value }) => (countOf(value) ?? 0) > 0);
  const areIn = (names: RegExp): boolean => counted.some(({ path }) => names.test(path));
  const isOfInput = input !== null && (prompt ?? 0) <= input;
  const is_beside = isOfInput && areIn(CACHED_BESIDE) && !areIn(CACHED_INSIDE);
  return { is_beside, is_certain: is_beside && counted.some(({ place }) => CAMEL_CASE_INPUT.test(place)) };
}

/** Returns the counts other than tokens, including zero counts. */
function quantitiesIn(figures: ReadFigures): { unit: usage_unit; count: Units }[] {
  return Object.entries(QUANTITIES).flatMap(([unit, paths]) => {
    const found = valuesAt(figures, paths).flatMap((value) => decimalOf(value) ?? []);
    if (found.length === 0) return [];
    return { unit: unit as usage_unit, count: found.reduce((most, count) => (count > most ? count : most)) };
  });
}

/** Returns the first count as quantity and the others as measures. */
function countedOf(quantities: readonly { unit: usage_unit; count: Units }[]): Counted {
  const [main, ...others] = quantities.filter(({ count }) => count > 0n);
  const measures: Measures = Object.fromEntries(others.map(({ unit, count }) => [unit, amount(count)]));
  return {
    quantity: main ? amount(main.count) : null,
    unit: main?.unit ?? null,
    measures: others.length > 0 ? measures : null,
  };
}

/**
 * Reads the cost. For BYOK calls at OpenRouter, `cost` is only OpenRouter's fee, often 0, and the upstream cost is
 * added.
 */
function costOf(figures: ReadFigures): Pick<ReadUsage, 'provider_cost' | 'is_byok'> {
  const [cost = null] = valuesAt(figures, COST).flatMap((value) => decimalOf(value) ?? []);
  const is_byok = valuesAt(figures, [IS_BYOK])[0] === true;
  if (!is_byok) return { provider_cost: cost, is_byok };
  const [upstream = null] = valuesAt(figures, UPSTREAM_COST).flatMap((value) => decimalOf(value) ?? []);
  return { provider_cost: upstream === null ? null : upstream + (cost ?? 0n), is_byok };
}

const tierIn = (figures: ReadFigures): service_tier | null =>
  valuesAt(figures, SERVICE_TIER).flatMap((value) => tierOf(value) ?? [])[0] ?? null;

function tierOf(value: unknown): service_tier | null {
  const name = typeof value === 'string' ? value.toLowerCase() : '';
  return Object.hasOwn(TIERS, name) ? (TIERS[name] as service_tier) : null;
}

const valuesAt = (figures: ReadFigures, paths: readonly string[]): unknown[] =>
  paths.flatMap((path) => figures.get(path) ?? []);

function byPath(leaves: readonly Leaf[]): ReadFigures {
  const figures = new Map<string, unknown[]>();
  for (const { path, value } of leaves) {
    const known = figures.get(path);
    if (known) known.push(value);
    else figures.set(path, [value]);
  }
  return figures;
}

/** Converts a usage object to the fields of usage reports. */
export function asReported({ tokens, tokens_used, provider_cost, is_byok: _, is_told: _told, ...usage }: ReadUsage) {
  return {
    ...tokens,
    ...usage,
    tokens: tokens_used,
    provider_cost: provider_cost === null ? null : amount(provider_cost),
  };
}

/** The fields that {@link asReported} can fill. */
export const COUNTED_FIELDS = [...POOLS, 'tokens', 'quantity', 'unit', 'measures'] as const;

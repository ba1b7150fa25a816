import { LRUCache } from 'lru-cache';

/** OpenRouter's variants that only change routing or options of the same model, at the same list price. */
const VARIANT = /(:(nitro|floor|exacto|online|extended|thinking|beta))+$/;
const FREE = /:free$/i;
const DATE = /[-@](\d{4}-\d{2}-\d{2}|\d{8})$/;
const LATEST = /-latest$/;
/** OpenRouter writes claude-3-5-sonnet as claude-3.5-sonnet. */
const DASHED_VERSION = /(\d)-(\d)(?=-|$)/;

/** Path segments that describe a special variant instead of a provider: a size, a quality, a reserved capacity. */
const SPECIAL = /(^|\/)(\d+-x-\d+|(\d+|max)-steps|hd|standard|low|medium|high|\*|\d+-month-commitment)\//;

/** A few models make up most of the work, so their spellings are cached. */
const remembered = new LRUCache<string, ModelSpellings>({ max: 2_000 });

/** Possible names of a model in the catalogue, most exact first. */
export type ModelSpellings = readonly string[];

/**
 * Returns all names under which a model's price is looked up. Callers write the same model in many ways: `gpt-4o-mini`,
 * `openai/gpt-4o-mini`, `openrouter/openai/gpt-4o-mini:nitro`, `gpt-4o-mini-2024-07-18`. The id is tried unchanged,
 * then without its variant, then without its date and `-latest`, then with a dotted version; each with its full path
 * first and then with one segment less at a time. Case is ignored. `:free` stays, because it denotes a different model.
 */
export function spellingsOf(model: string): ModelSpellings {
  const known = remembered.get(model);
  if (known) return known;
  const spellings = spell(model);
  remembered.set(model, spellings);
  return spellings;
}

function spell(model: string): ModelSpellings {
  const [exact, plain] = [exactOf(model), plainOf(model)];
  const undated = plain.replace(DATE, '').replace(LATEST, '');
  const ids = [exact, plain, undated, undated.replace(DASHED_VERSION, '$1.$2')];
  return [...new Set(ids.flatMap(pathsOf))];
}

/** Returns the id without its path: `gpt-4o` for `openai/gpt-4o`. */
export const bareOf = (model: string): string => model.slice(model.lastIndexOf('/') + 1);

/** Returns the providers in the model's path, nearest first: openai, openrouter for `openrouter/openai/gpt-4o`. */
export const providersOf = (model: string): string[] =>
  model.toLowerCase().replace(/^~/, '').split('/').slice(0, -1).toReversed();

/**
 * Whether an id names a special variant, such as `azure/hd/1024-x-1024/dall-e-3`, whose price applies to that variant
 * only.
 */
export const isSpecialWay = (model: string): boolean => SPECIAL.test(model);

/** Whether the id ends in `:free`. Such models are free whatever a price list says. */
export const isFreeId = (model: string | null): boolean => model !== null && FREE.test(model.trim());

/** Returns the paid model behind a `:free` id; any other id unchanged. */
export const paidIdOf = (model: string): string => model.trim().replace(FREE, '');

/** Returns the id in lower case without its routing variant; `:free` stays. */
export const plainOf = (model: string): string => exactOf(model).replace(VARIANT, '');

const exactOf = (model: string): string => model.trim().toLowerCase().replace(/^~/, '');

function pathsOf(id: string): string[] {
  const segments = id.split('/');
  return segments.map((_segment, i) => segments.slice(i).join('/'));
}

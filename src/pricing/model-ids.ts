import { LRUCache } from 'lru-cache';

/** Variants of OpenRouter that choose another provider for the same model, at the same list price. */
const VARIANT = /(:(nitro|floor|exacto|online|extended|thinking|beta))+$/;
const FREE = /:free$/i;
const DATE = /[-@](\d{4}-\d{2}-\d{2}|\d{8})$/;
const LATEST = /-latest$/;
/** claude-3-5-sonnet is what OpenRouter calls claude-3.5-sonnet. */
const DASHED_VERSION = /(\d)-(\d)(?=-|$)/;

/** Parts of a path that say how a model works instead of who offers it: a size, a quality, a reserved capacity. */
const SPECIAL = /(^|\/)(\d+-x-\d+|(\d+|max)-steps|hd|standard|low|medium|high|\*|\d+-month-commitment)\//;

/** Few models make up most of the work; their names are worked out once. */
const remembered = new LRUCache<string, ModelSpellings>({ max: 2_000 });

/** How a model may be called in the catalogue, the most exact spelling first. */
export type ModelSpellings = readonly string[];

/**
 * All names under which a model's price is looked for. Callers write the same model in many ways: `gpt-4o-mini`,
 * `openai/gpt-4o-mini`, `openrouter/openai/gpt-4o-mini:nitro`, `gpt-4o-mini-2024-07-18`. The id is tried as it is, then
 * without its variant, its date, `-latest`, then with a dotted version; each first with all of its path and then with
 * one segment less at a time. Case never matters. `:free` stays: it is another model.
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

/** The id without the path before it: `openai/gpt-4o` gives `gpt-4o`. */
export const bareOf = (model: string): string => model.slice(model.lastIndexOf('/') + 1);

/** Who offers the model, by its path, the nearest first: `openrouter/openai/gpt-4o` gives openai, openrouter. */
export const providersOf = (model: string): string[] =>
  model.toLowerCase().replace(/^~/, '').split('/').slice(0, -1).toReversed();

/** Whether an id names a special way of a model, such as `azure/hd/1024-x-1024/dall-e-3`; its price is of that way alone. */
export const isSpecialWay = (model: string): boolean => SPECIAL.test(model);

/** Ids that end in `:free` cost nothing, whatever a list says. */
export const isFreeId = (model: string | null): boolean => model !== null && FREE.test(model.trim());

/** The model that a free one is a variant of; any other as it is. */
export const paidIdOf = (model: string): string => model.trim().replace(FREE, '');

/** The model without the way in which it is to be served: in lower case, `:free` stays. */
export const plainOf = (model: string): string => exactOf(model).replace(VARIANT, '');

const exactOf = (model: string): string => model.trim().toLowerCase().replace(/^~/, '');

function pathsOf(id: string): string[] {
  const segments = id.split('/');
  return segments.map((_segment, i) => segments.slice(i).join('/'));
}

import type { FieldError } from '../platform/errors.js';

/** Price classes that a plan can allow as a whole. */
export const MODEL_CLASSES = ['free', 'budget', 'standard', 'premium'] as const;
export type ModelClass = (typeof MODEL_CLASSES)[number];

/** A model named in a call. */
export interface NamedModel {
  /** In lower case, without routing suffixes (`:nitro`, `:online`). */
  id: string;
  /** Null if its price is not known. */
  class: ModelClass | null;
}

/**
 * Why a plan does not allow a model: the list does not cover it, or its price is unknown and the list names classes.
 */
export type ModelRefusal = 'not_listed' | 'price_unknown';

const ENTRIES_MAX = 500;
const ENTRY_MAX_CHARACTERS = 255;
const CLASS = 'class:';
const ENTRY = /^[^\s*,]+\*?$|^\*$/;
const CLASSES = MODEL_CLASSES.map((name) => CLASS + name);
const EXPECTED = `must be model ids such as openai/gpt-4o-mini, id prefixes such as openai/*, or ${CLASSES.join(', ')}`;

/** Returns what is wrong with a list of allowed models, or null. */
export function listFault(entries: readonly string[]): FieldError | null {
  const fault = (message: string): FieldError => ({ field: 'allowed_models', message });
  if (entries.length > ENTRIES_MAX) return fault(`must have at most ${ENTRIES_MAX} entries`);
  const wrong = entries.find((entry) => !isEntry(entry));
  return wrong === undefined ? null : fault(`${EXPECTED}; "${wrong.slice(0, ENTRY_MAX_CHARACTERS)}" is invalid`);
}

/** Returns why a plan with this list does not allow a model, or null if it does. An empty list allows every model. */
export function refuseModel(entries: readonly string[], model: NamedModel): ModelRefusal | null {
  if (entries.length === 0 || entries.some((entry) => covers(entry.toLowerCase(), model))) return null;
  return model.class === null && namesClasses(entries) ? 'price_unknown' : 'not_listed';
}

/** Whether deciding on a model requires its price class. */
const namesClasses = (entries: readonly string[]): boolean =>
  entries.some((entry) => entry.toLowerCase().startsWith(CLASS));

function covers(entry: string, model: NamedModel): boolean {
  if (entry.startsWith(CLASS)) return entry === `${CLASS}${String(model.class)}`;
  return entry.endsWith('*') ? model.id.startsWith(entry.slice(0, -1)) : entry === model.id;
}

function isEntry(entry: string): boolean {
  if (entry.toLowerCase().startsWith(CLASS)) return CLASSES.includes(entry.toLowerCase());
  return entry.length <= ENTRY_MAX_CHARACTERS && ENTRY.test(entry);
}

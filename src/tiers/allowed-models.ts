import type { FieldError } from '../platform/errors.js';

/** Classes of models that a plan may allow as a whole. */
export const MODEL_CLASSES = ['free', 'budget', 'standard', 'premium'] as const;
export type ModelClass = (typeof MODEL_CLASSES)[number];

/** A model that a call names. */
export interface NamedModel {
  /** In lower case and without the way in which it is to be served (`:nitro`, `:online`). */
  id: string;
  /** Null while its price is not known. */
  class: ModelClass | null;
}

/** Why a plan does not allow a model: it is not on its list, or only its unknown price keeps it from being so. */
export type ModelRefusal = 'not_listed' | 'price_unknown';

const ENTRIES_MAX = 500;
const ENTRY_MAX_CHARACTERS = 255;
const CLASS = 'class:';
const ENTRY = /^[^\s*,]+\*?$|^\*$/;
const CLASSES = MODEL_CLASSES.map((name) => CLASS + name);
const EXPECTED = `must be ids of models such as openai/gpt-4o-mini, beginnings of ids such as openai/*, or ${CLASSES.join(', ')}`;

/** What is wrong with a list of allowed models; null when nothing is. */
export function listFault(entries: readonly string[]): FieldError | null {
  const fault = (message: string): FieldError => ({ field: 'allowed_models', message });
  if (entries.length > ENTRIES_MAX) return fault(`must have at most ${ENTRIES_MAX} entries`);
  const wrong = entries.find((entry) => !isEntry(entry));
  return wrong === undefined ? null : fault(`${EXPECTED}; "${wrong.slice(0, ENTRY_MAX_CHARACTERS)}" is none of these`);
}

/** Decides whether a plan with such a list allows a model; null means it does. An empty list allows every model. */
export function refuseModel(entries: readonly string[], model: NamedModel): ModelRefusal | null {
  if (entries.length === 0 || entries.some((entry) => covers(entry.toLowerCase(), model))) return null;
  return model.class === null && namesClasses(entries) ? 'price_unknown' : 'not_listed';
}

/** Whether it takes the price of a model to tell if the list allows it. */
export const namesClasses = (entries: readonly string[]): boolean =>
  entries.some((entry) => entry.toLowerCase().startsWith(CLASS));

function covers(entry: string, model: NamedModel): boolean {
  if (entry.startsWith(CLASS)) return entry === `${CLASS}${String(model.class)}`;
  return entry.endsWith('*') ? model.id.startsWith(entry.slice(0, -1)) : entry === model.id;
}

function isEntry(entry: string): boolean {
  if (entry.toLowerCase().startsWith(CLASS)) return CLASSES.includes(entry.toLowerCase());
  return entry.length <= ENTRY_MAX_CHARACTERS && ENTRY.test(entry);
}

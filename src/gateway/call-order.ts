import { DomainError } from '../platform/errors.js';
import type { CompletionPath } from '../openrouter/completions.client.js';
import type { WrittenJson } from '../platform/http/bodies.js';
import { promptBound } from './prompt-bound.js';

type Members = Record<string, unknown>;

/** A call as it is asked for. */
export interface CallOrder {
  path: CompletionPath;
  model: string;
  /** Every model that may answer: the one that was asked for, then its fallbacks. */
  models: readonly string[];
  /** Pages that a search of the web may find for it. */
  web_results: number;
  is_stream: boolean;
  /** Tokens of the prompt, at most. */
  prompt_tokens: number;
  /** Answers that are made, each of which may be as long as the limit says. */
  choices: number;
  /** Most tokens of each answer; null: as many as the model makes. */
  max_tokens: number | null;
  /** What was sent, as it was written: passed on as it is. */
  text: string;
}

const MODEL_MAX_CHARACTERS = 255;
const MODELS_MAX = 20;
const WEB_RESULTS = 5;
const WEB_RESULTS_MAX = 1_000;
const CHOICES_MAX = 128;
const TOKENS_MAX = 10_000_000;

/**
 * Reads what the price of a call depends on, and nothing else: the provider judges the rest.
 * @throws DomainError `invalid_request` when that can't be read
 */
export function readOrder(path: CompletionPath, { value, text }: WrittenJson): CallOrder {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('the body', 'a JSON object');
  const given = value as Members;
  const { model, stream, prompt } = given;
  if (!isModel(model)) throw invalid('model', 'the id of a model, such as openai/gpt-4o-mini');
  const models = [...new Set([model, ...fallbacks(given)])];
  const isEmbedding = path === '/embeddings';
  const prompts = Array.isArray(prompt) && prompt.some((item) => typeof item !== 'number') ? prompt.length : 1;
  const answers = Math.max(whole(given, 'n', CHOICES_MAX) ?? 1, whole(given, 'best_of', CHOICES_MAX) ?? 1);
  const limits = [whole(given, 'max_tokens', TOKENS_MAX), whole(given, 'max_completion_tokens', TOKENS_MAX)];
  const limit = Math.max(...limits.map((tokens) => tokens ?? 0));
  return {
    ...{ path, model, models, text },
    web_results: webResults(given, models),
    is_stream: stream === true && !isEmbedding,
    prompt_tokens: promptBound(given),
    choices: Math.max(1, prompts) * answers,
    max_tokens: isEmbedding ? 0 : limit > 0 ? limit : null,
  };
}

/** The order with a limit of its answers. It is written last, for of members of one name the last one counts. */
export function limited(order: CallOrder, max_tokens: number): CallOrder {
  const { text } = order;
  return { ...order, max_tokens, text: `${text.slice(0, text.lastIndexOf('}'))},"max_tokens":${max_tokens}}` };
}

const isModel = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= MODEL_MAX_CHARACTERS;

function fallbacks({ models = null }: Members): string[] {
  if (models === null) return [];
  if (Array.isArray(models) && models.length <= MODELS_MAX && models.every(isModel)) return models;
  throw invalid('models', `a list of at most ${MODELS_MAX} ids of models`);
}

/** A search is asked for by a plugin, or by the name of a model. */
function webResults({ plugins }: Members, models: readonly string[]): number {
  const asked = (Array.isArray(plugins) ? (plugins as (Members | null)[]) : [])
    .filter((plugin) => plugin?.id === 'web')
    .map((plugin) => whole(plugin ?? {}, 'max_results', WEB_RESULTS_MAX) ?? WEB_RESULTS);
  const named = models.some((model) => /:online(:|$)/i.test(model.trim())) ? WEB_RESULTS : 0;
  return Math.max(named, ...asked);
}

/** A whole number from 1; null when it is not given. */
function whole(given: Members, name: string, most: number): number | null {
  const value = given[name] ?? null;
  if (value === null) return null;
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return value as number;
  throw invalid(name, `a whole number from 1 to ${most}`);
}

const invalid = (what: string, should: string): DomainError =>
  new DomainError('malformed', 'invalid_request', `${what} must be ${should}.`, { param: what });

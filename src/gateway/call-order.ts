import type { CompletionPath } from '../openrouter/completions.client.js';
import type { WrittenJson } from '../platform/http/bodies.js';
import { service_tier } from '../generated/prisma/enums.js';
import { members } from '../pricing/usage/leaves.js';
import { type PromptBound, promptBound } from './prompt-bound.js';
import { searchesOf } from './searches.js';
import { invalid, whole } from './whole.js';

type Members = Record<string, unknown>;

/** A call as it is asked for. */
export interface CallOrder {
  path: CompletionPath;
  model: string;
  /** Every model that may answer: the one that was asked for, then its fallbacks. */
  models: readonly string[];
  /** Pages that OpenRouter's own search of the web may find for it. */
  web_results: number;
  /** Searches of the web that the model or its provider may make. */
  searches: number;
  /** How soon the provider is asked to do the work; null is standard. */
  service_tier: service_tier | null;
  is_stream: boolean;
  /** How long the prompt is, at most. */
  prompt: PromptBound;
  /** Whether parts of the prompt are to be cached for longer than some minutes, or may be. */
  may_write_1h: boolean;
  /** Answers that are made, each of which may be as long as the limit says. */
  choices: number;
  /** Most tokens of each answer; null: as many as the model makes. */
  max_tokens: number | null;
  /** What was sent, as it was written: passed on as it is. */
  text: string;
}

const MODEL_MAX_CHARACTERS = 255;
const MODELS_MAX = 20;
const CHOICES_MAX = 128;
const TOKENS_MAX = 10_000_000;
const LIMITS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'];

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
  const limits = LIMITS.map((name) => whole(given, name, TOKENS_MAX));
  if (given['background'] === true) throw invalid('background', 'false: a response is charged when it ends');
  const limit = Math.max(...limits.map((tokens) => tokens ?? 0));
  return {
    ...{ path, model, models, text },
    ...searchesOf(given, models),
    service_tier: tierOf(given['service_tier']),
    is_stream: stream === true && !isEmbedding,
    prompt: promptBound(given),
    may_write_1h: text.includes('"cache_control"'),
    choices: Math.max(1, prompts) * answers,
    max_tokens: isEmbedding ? 0 : limit > 0 ? limit + thoughtsBeyond(given, limit) : null,
  };
}

/**
 * Tokens of reasoning that a limit of the answer may not bound: providers differ in whether a budget for them that
 * reaches the limit counts within it.
 */
function thoughtsBeyond({ reasoning, thinking }: Members, limit: number): number {
  const budgets = [members(reasoning)['max_tokens'], members(thinking)['budget_tokens']];
  const budget = Math.max(...budgets.map((tokens) => (Number.isSafeInteger(tokens) ? (tokens as number) : 0)));
  return budget >= limit ? Math.min(budget, TOKENS_MAX) : 0;
}

/** The order with a limit of its answers. */
export function limited(order: CallOrder, max_tokens: number): CallOrder {
  const name = order.path === '/responses' ? 'max_output_tokens' : 'max_tokens';
  return { ...order, max_tokens, text: withMembers(order.text, { [name]: max_tokens }) };
}

/** The order of the models whose ids stand for the names that were asked for, in their order. */
export function ofModels(order: CallOrder, ids: readonly string[]): CallOrder {
  if (ids.every((id, i) => id === order.models[i])) return order;
  const models = [...new Set(ids)];
  const [model = order.model, ...others] = models;
  const members = { model, ...(order.models.length > 1 && { models: others }) };
  return { ...order, model, models, text: withMembers(order.text, members) };
}

/** A body with more members. They are written last, for of members of one name the last one counts. */
const withMembers = (text: string, members: object): string =>
  `${text.slice(0, text.lastIndexOf('}'))},${JSON.stringify(members).slice(1)}`;

const isModel = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= MODEL_MAX_CHARACTERS;

function fallbacks({ models = null }: Members): string[] {
  if (models === null) return [];
  if (Array.isArray(models) && models.length <= MODELS_MAX && models.every(isModel)) return models;
  throw invalid('models', `a list of at most ${MODELS_MAX} ids of models`);
}

/** Other names leave it to the provider, which answers with the standard one unless it says otherwise. */
const tierOf = (given: unknown): service_tier | null =>
  given === service_tier.priority || given === service_tier.flex || given === service_tier.batch ? given : null;

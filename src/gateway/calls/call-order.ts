import type { CompletionPath } from '../../openrouter/completions.client.js';
import type { JsonWithText } from '../../platform/http/bodies/bodies.js';
import { service_tier } from '../../generated/prisma/enums.js';
import { members } from '../../pricing/usage/leaves.js';
import { type PromptBound, promptBound } from './prompt-bound.js';
import { readTags } from './call-tags.js';
import { searchesOf } from './searches.js';
import { invalid, readWhole } from '../answers/whole-answer.js';

type Members = Record<string, unknown>;

/** A call as the client requests it. */
export interface CallOrder {
  path: CompletionPath;
  model: string;
  /** Every model that can answer: the requested one, then its fallbacks. */
  models: readonly string[];
  /** Maximum number of pages that OpenRouter's own web search returns. */
  web_results: number;
  /** Maximum number of web searches that the model or its provider makes. */
  searches: number;
  /** The requested service tier; null is the standard one. */
  service_tier: service_tier | null;
  is_stream: boolean;
  /** Upper bound of the prompt's length. */
  prompt: PromptBound;
  /** Whether parts of the prompt can be written to the one-hour cache. */
  may_write_1h: boolean;
  /** Number of answers, each of which can reach the output limit. */
  choices: number;
  /** Maximum output tokens of each answer; null leaves it to the model. */
  max_tokens: number | null;
  /** The request body exactly as sent; it is passed on unchanged. */
  text: string;
  /** Tags to store with the call; null for none. */
  tags: string[] | null;
}

const MODEL_MAX_CHARACTERS = 255;
const MODELS_MAX = 20;
const CHOICES_MAX = 128;
const TOKENS_MAX = 10_000_000;
const LIMITS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'];

/**
 * Reads only what the price of a call depends on, and its tags, from their header; the provider validates the rest.
 * @throws DomainError `invalid_request` when such a member is invalid
 */
export function readOrder(path: CompletionPath, { value, text }: JsonWithText, tags?: string): CallOrder {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('the body', 'a JSON object');
  const given = value as Members;
  const { model, stream, prompt } = given;
  if (!isModel(model)) throw invalid('model', 'the id of a model, such as openai/gpt-4o-mini');
  const models = [...new Set([model, ...fallbacks(given)])];
  const isEmbedding = path === '/embeddings';
  const prompts = Array.isArray(prompt) && prompt.some((item) => typeof item !== 'number') ? prompt.length : 1;
  const answers = Math.max(readWhole(given, 'n', CHOICES_MAX) ?? 1, readWhole(given, 'best_of', CHOICES_MAX) ?? 1);
  const limits = LIMITS.map((name) => readWhole(given, name, TOKENS_MAX));
  if (given['background'] === true) throw invalid('background', 'false, because a response is charged when it ends');
  const limit = Math.max(...limits.map((tokens) => tokens ?? 0));
  return {
    path,
    model,
    models,
    text,
    tags: readTags(tags),
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
 * Returns the reasoning tokens that the output limit may not include: providers differ in whether a reasoning budget
 * that reaches the limit counts towards it.
 */
function thoughtsBeyond({ reasoning, thinking }: Members, limit: number): number {
  const budgets = [members(reasoning)['max_tokens'], members(thinking)['budget_tokens']];
  const budget = Math.max(...budgets.map((tokens) => (Number.isSafeInteger(tokens) ? (tokens as number) : 0)));
  return budget >= limit ? Math.min(budget, TOKENS_MAX) : 0;
}

/** Returns the order with an output limit. */
export function limited(order: CallOrder, max_tokens: number): CallOrder {
  const name = order.path === '/responses' ? 'max_output_tokens' : 'max_tokens';
  return { ...order, max_tokens, text: withMembers(order.text, { [name]: max_tokens }) };
}

/** Returns the order with the requested names replaced by model ids, in the same order. */
export function ofModels(order: CallOrder, ids: readonly string[]): CallOrder {
  if (ids.every((id, i) => id === order.models[i])) return order;
  const models = [...new Set(ids)];
  const [model = order.model, ...others] = models;
  const members = { model, ...(order.models.length > 1 && { models: others }) };
  return { ...order, model, models, text: withMembers(order.text, members) };
}

/** Adds members to a JSON body. They are appended last, because the last of duplicate members wins. */
const withMembers = (text: string, members: object): string =>
  `${text.slice(0, text.lastIndexOf('}'))},${JSON.stringify(members).slice(1)}`;

const isModel = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= MODEL_MAX_CHARACTERS;

function fallbacks({ models = null }: Members): string[] {
  if (models === null) return [];
  if (Array.isArray(models) && models.length <= MODELS_MAX && models.every(isModel)) return models;
  throw invalid('models', `a list of at most ${MODELS_MAX} model ids`);
}

/** With any other value the provider decides; it uses the standard tier unless its answer says otherwise. */
const tierOf = (given: unknown): service_tier | null =>
  given === service_tier.priority || given === service_tier.flex || given === service_tier.batch ? given : null;

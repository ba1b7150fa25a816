import { DomainError } from '../platform/errors.js';
import type { CompletionPath } from '../openrouter/completions.client.js';
import { promptBound } from './prompt-bound.js';

type Members = Record<string, unknown>;

/** A call as it is asked for. */
export interface CallOrder {
  path: CompletionPath;
  model: string;
  is_stream: boolean;
  /** Tokens of the prompt, at most. */
  prompt_tokens: number;
  /** Answers that are made, each of which may be as long as the limit says. */
  choices: number;
  /** Most tokens of each answer; null: as many as the model makes. */
  max_tokens: number | null;
  /** What was sent: passed on as it is. */
  body: Members;
}

const MODEL_MAX_CHARACTERS = 255;
const CHOICES_MAX = 128;
const TOKENS_MAX = 10_000_000;

/**
 * Reads what the price of a call depends on, and nothing else: the provider judges the rest.
 * @throws DomainError `invalid_request` when that can't be read
 */
export function readOrder(path: CompletionPath, body: unknown): CallOrder {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid('the body', 'a JSON object');
  const given = body as Members;
  const { model, stream, prompt } = given;
  if (typeof model !== 'string' || model.trim() === '' || model.length > MODEL_MAX_CHARACTERS) {
    throw invalid('model', 'the id of a model, such as openai/gpt-4o-mini');
  }
  const isEmbedding = path === '/embeddings';
  const prompts = Array.isArray(prompt) && prompt.some((item) => typeof item !== 'number') ? prompt.length : 1;
  const answers = Math.max(whole(given, 'n', CHOICES_MAX) ?? 1, whole(given, 'best_of', CHOICES_MAX) ?? 1);
  const limits = [whole(given, 'max_tokens', TOKENS_MAX), whole(given, 'max_completion_tokens', TOKENS_MAX)];
  const limit = Math.max(...limits.map((tokens) => tokens ?? 0));
  return {
    ...{ path, model, body: given },
    is_stream: stream === true && !isEmbedding,
    prompt_tokens: promptBound(given),
    choices: Math.max(1, prompts) * answers,
    max_tokens: isEmbedding ? 0 : limit > 0 ? limit : null,
  };
}

/** The order with a limit of its answers. */
export function limited(order: CallOrder, max_tokens: number): CallOrder {
  return { ...order, max_tokens, body: { ...order.body, max_tokens } };
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

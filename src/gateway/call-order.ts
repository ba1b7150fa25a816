import { DomainError } from '../platform/errors.js';
import type { CompletionPath } from '../openrouter/completions.client.js';
import type { WrittenJson } from '../platform/http/bodies.js';
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
  /** What was sent, as it was written: passed on as it is. */
  text: string;
}

const MODEL_MAX_CHARACTERS = 255;
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
  if (typeof model !== 'string' || model.trim() === '' || model.length > MODEL_MAX_CHARACTERS) {
    throw invalid('model', 'the id of a model, such as openai/gpt-4o-mini');
  }
  const isEmbedding = path === '/embeddings';
  const prompts = Array.isArray(prompt) && prompt.some((item) => typeof item !== 'number') ? prompt.length : 1;
  const answers = Math.max(whole(given, 'n', CHOICES_MAX) ?? 1, whole(given, 'best_of', CHOICES_MAX) ?? 1);
  const limits = [whole(given, 'max_tokens', TOKENS_MAX), whole(given, 'max_completion_tokens', TOKENS_MAX)];
  const limit = Math.max(...limits.map((tokens) => tokens ?? 0));
  return {
    ...{ path, model, text },
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

/** A whole number from 1; null when it is not given. */
function whole(given: Members, name: string, most: number): number | null {
  const value = given[name] ?? null;
  if (value === null) return null;
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return value as number;
  throw invalid(name, `a whole number from 1 to ${most}`);
}

const invalid = (what: string, should: string): DomainError =>
  new DomainError('malformed', 'invalid_request', `${what} must be ${should}.`, { param: what });

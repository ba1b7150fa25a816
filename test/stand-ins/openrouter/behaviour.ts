/**
 * Behaviour of the stand-in. Set for all calls, for the next call of a path, or for one call with the member `stand_in`
 * of its body, which passes through any gateway that leaves unknown fields in place.
 */
export interface Behaviour {
  /** Refuse with this status, in OpenRouter's format, before anything is generated. */
  status?: number;
  /** Message of the refusal. */
  message?: string;
  /** Metadata of the refusal, such as `{ "reason": "in_flight_budget_exhausted" }`. */
  metadata?: Record<string, unknown>;
  /** Retry-After of the refusal, seconds. */
  retry_after_s?: number;
  /** Refuse with something that is not JSON, like a broken proxy. */
  garbage?: boolean;
  /** Answer with exactly this, as JSON or as a stream of events. Nothing is booked. */
  verbatim?: string;
  /** Cut the connection after the verbatim answer. */
  cut_verbatim?: boolean;
  /** Leave the connection open after the verbatim answer until the caller disconnects. */
  stall_verbatim?: boolean;
  /** The id of the verbatim answer in the headers. */
  generation_id?: string;
  /** The record of the verbatim answer in `GET /generation`, under the id in it. */
  record?: { id: string } & Record<string, unknown>;
  /** Never answer. */
  hang?: boolean;
  /** Close the connection without an answer. */
  reset?: boolean;
  /** Wait for this before the first byte; for tests in the same process. */
  gate?: Promise<unknown>;
  /** Send the headers of an unstreamed answer this long before its body, milliseconds. */
  body_ms?: number;
  /** Cut the connection instead of sending the body of an unstreamed answer, which is booked anyway. */
  cut_body?: boolean;
  /** Leave out the header that names the record of the call. */
  nameless?: boolean;
  /** Wait for this after the first token of a stream; for tests in the same process. */
  pause?: Promise<unknown>;
  /** Wait this long before the first byte, milliseconds. */
  first_byte_ms?: number;
  /** Wait this long before every token, milliseconds. */
  token_ms?: number;
  /** Keep-alive comments before the first token. Default 1. */
  keep_alives?: number;
  /** Break off with an error message after this many tokens of a stream. */
  error_after?: number;
  /** Cut the connection after this many tokens of a stream. */
  cut_after?: number;
  /** Wait for the caller to disconnect after this many tokens of a stream. */
  stall_after?: number;
  /** Wait for the caller to disconnect after the usage of a stream, instead of ending it. */
  stall_before_done?: boolean;
  /** Form of the usage. Default `full`. */
  usage?: 'full' | 'missing' | 'without_cost' | 'zero';
  /** Report the cost like a BYOK call: cost 0, with the real cost upstream. */
  is_byok?: boolean;
  /** Length of the answer; default is a short sentence that repeats the question. */
  output_tokens?: number;
  /** Let this model of the catalogue answer instead of the requested one, like a fallback. */
  answers_as?: string;
  /** Cost of web searches on top of the tokens, USD. */
  search_cost?: number;
  /** Prompt tokens that were read from the cache. */
  cached_tokens?: number;
  /** Prompt tokens that were written to the cache. */
  cache_write_tokens?: number;
  /** Reasoning tokens before the answer; they count as output tokens. */
  reasoning_tokens?: number;
  /** How often `GET /generation` answers 404 before this call's record is ready. */
  generation_misses?: number;
}

const MESSAGES: Record<number, string> = {
  400: 'Bad request',
  401: 'User not found.',
  402: 'Insufficient credits. Add more using https://openrouter.ai/settings/credits',
  403: 'Input was flagged by moderation',
  404: 'No endpoints found',
  408: 'Request timed out',
  413: 'Request too large',
  429: 'Rate limit exceeded',
  502: 'Provider returned error',
  503: 'No available model provider meets your routing requirements',
};

const METADATA: Record<number, Record<string, unknown>> = {
  403: { reasons: ['harassment'], flagged_input: '...', provider_name: 'StandIn', model_slug: 'openai/gpt-4o-mini' },
  502: { provider_name: 'StandIn', raw: 'upstream exploded' },
};

/** A refusal in OpenRouter's format. */
export function refusal(status: number, { message, metadata }: Behaviour = {}): object {
  const more = metadata ?? METADATA[status];
  const text = message ?? MESSAGES[status] ?? 'Error';
  return { error: { code: status, message: text, ...(more && { metadata: more }) }, user_id: 'user_stand_in' };
}

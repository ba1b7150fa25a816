/**
 * How the stand-in is to behave. Set for all calls, for the next call of a path, or for one call alone by the member
 * `stand_in` of its body, which passes through any gateway that leaves unknown fields in place.
 */
export interface Behaviour {
  /** Refuse with this status, in OpenRouter's shape, before anything is made. */
  status?: number;
  /** Message of the refusal. */
  message?: string;
  /** Metadata of the refusal, such as `{ "reason": "in_flight_budget_exhausted" }`. */
  metadata?: Record<string, unknown>;
  /** Retry-After of the refusal, seconds. */
  retry_after_s?: number;
  /** Refuse with something that is no JSON, as a broken proxy would. */
  garbage?: boolean;
  /** Answer with exactly this, as JSON or as a stream of events. Nothing is booked. */
  verbatim?: string;
  /** Cut the connection after the verbatim answer. */
  cut_verbatim?: boolean;
  /** Leave the connection open after the verbatim answer until the caller hangs up. */
  stall_verbatim?: boolean;
  /** Under which id the head says that the verbatim answer is on record. */
  generation_id?: string;
  /** What `GET /generation` says of the verbatim answer, under the id that it names. */
  record?: { id: string } & Record<string, unknown>;
  /** Never answer. */
  hang?: boolean;
  /** Close the connection without an answer. */
  reset?: boolean;
  /** Wait for this before the first byte; for tests in the same process. */
  gate?: Promise<unknown>;
  /** Send the head of an answer in one piece so long before its body, milliseconds. */
  body_ms?: number;
  /** Cut the connection instead of sending the body of an answer in one piece, which is booked all the same. */
  cut_body?: boolean;
  /** Leave out the header that names the record of the call. */
  nameless?: boolean;
  /** Wait for this after the first token of a stream; for tests in the same process. */
  pause?: Promise<unknown>;
  /** Wait so long before the first byte, milliseconds. */
  first_byte_ms?: number;
  /** Wait so long before every token, milliseconds. */
  token_ms?: number;
  /** Keep-alive comments before the first token. Default 1. */
  keep_alives?: number;
  /** Break off with an error message after so many tokens of a stream. */
  error_after?: number;
  /** Cut the connection after so many tokens of a stream. */
  cut_after?: number;
  /** Wait for the caller to hang up after so many tokens of a stream. */
  stall_after?: number;
  /** Wait for the caller to hang up after the usage of a stream, instead of ending it. */
  stall_before_done?: boolean;
  /** What the usage looks like. Default `full`. */
  usage?: 'full' | 'missing' | 'without_cost' | 'zero';
  /** Report the cost as one of the user's own provider key: cost 0, the true one upstream. */
  is_byok?: boolean;
  /** Length of the answer; default is a short sentence that repeats the question. */
  output_tokens?: number;
  /** Let this model of the catalogue answer in place of the one that was asked for, as a fallback does. */
  answers_as?: string;
  /** What searching the web costs on top of the tokens, USD. */
  search_cost?: number;
  /** How many of the prompt's tokens were read from the cache. */
  cached_tokens?: number;
  /** How many of the prompt's tokens were written to the cache. */
  cache_write_tokens?: number;
  /** Hidden tokens that were spent before the answer; they count as answer tokens. */
  reasoning_tokens?: number;
  /** How many times `GET /generation` says 404 before this call's record is ready. */
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

/** A refusal as OpenRouter words it. */
export function refusal(status: number, { message, metadata }: Behaviour = {}): object {
  const more = metadata ?? METADATA[status];
  const text = message ?? MESSAGES[status] ?? 'Error';
  return { error: { code: status, message: text, ...(more && { metadata: more }) }, user_id: 'user_stand_in' };
}

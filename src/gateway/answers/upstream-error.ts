import type { UpstreamAnswer } from '../../openrouter/completions.client.js';
import { DomainError, type ErrorExtra, UpstreamError } from '../../platform/errors.js';
import { parsedOrNull } from '../../platform/values/json-text.js';

const METADATA_MAX_CHARACTERS = 4_096;
/** Matches messages about the limits of the account behind the key. */
const OF_THE_ACCOUNT = /\b(keys?|credits?)\b/i;
const SECRETS = /\bsk-[\w-]{8,}/g;

interface ProviderErrorBody {
  code?: unknown;
  message?: unknown;
  metadata?: unknown;
}

/** A refusal of the provider. */
export interface RefusedAnswer extends Pick<UpstreamAnswer, 'status' | 'retry_after_s'> {
  text: string;
}

/**
 * Whether a refusal is about the key or its account, not about the call. OpenRouter also answers 403 when a key exceeds
 * its limit, and 429 when an account has paid too little; otherwise these are about the model or the prompt.
 */
export function isOfTheKey({ status, text }: RefusedAnswer): boolean {
  if (status === 401 || status === 402) return true;
  const { message } = parseErrorBody(text);
  return (status === 403 || status === 429) && typeof message === 'string' && OF_THE_ACCOUNT.test(message);
}

/**
 * Returns the error that a caller sees for a refusal of the provider. The provider's message is passed on, unless it is
 * about the platform's own account, which callers cannot change.
 */
export function upstreamError(refused: RefusedAnswer, is_own_key: boolean): DomainError {
  const { status, retry_after_s, text } = refused;
  const retry = retry_after_s === null ? {} : { retry_after_s };
  const { code, message, metadata } = parseErrorBody(text);
  const detail = typeof message === 'string' ? message : `The provider refused the call with status ${status}.`;
  if (!isOfTheKey(refused)) {
    const isShort = metadata !== undefined && JSON.stringify(metadata).length <= METADATA_MAX_CHARACTERS;
    return passedOn(status, detail, { provider_code: code ?? status, ...(isShort ? { metadata } : {}), ...retry });
  }
  if (!is_own_key) {
    const neutral = 'The provider is currently not available to this platform. Nothing was charged. Try again later.';
    return new DomainError('unavailable', 'provider_unavailable', neutral);
  }
  const own = `OpenRouter reports for your own key: ${detail}`;
  // 401 would mean that the caller's credentials for Tollgate are wrong
  return status === 401 ? ownKeyRefused(own) : passedOn(status, own, { provider_code: code ?? status, ...retry });
}

/** Returns the error that a caller sees for an answer with status 200 that contains only an error, or nothing. */
export function failedAnswer(text: string, is_own_key: boolean): DomainError {
  if (text.trim() === '')
    return new UpstreamError(502, 'provider_empty_answer', 'The provider returned an empty answer.');
  const { code } = parseErrorBody(text);
  const isStatus = typeof code === 'number' && Number.isInteger(code) && code >= 400 && code <= 599;
  return upstreamError({ status: isStatus ? code : 502, retry_after_s: null, text }, is_own_key);
}

/** Returns the error for a user's own key that was refused and is no longer used. */
export const ownKeyOutOfUse = (): DomainError =>
  ownKeyRefused(
    'OpenRouter refused your own key, so it is no longer used. Nothing was charged. Store a new one, or repeat the ' +
      "call to use the platform's key and your credits.",
  );

const ownKeyRefused = (detail: string): DomainError => new DomainError('forbidden', 'openrouter_key_refused', detail);

const passedOn = (status: number, detail: string, extra: ErrorExtra): DomainError =>
  new UpstreamError(status, 'provider_refused', detail, extra);

function parseErrorBody(text: string): ProviderErrorBody {
  const body = parsedOrNull(text.replace(SECRETS, 'sk-...')) as { error?: ProviderErrorBody | null } | null;
  const error = body?.error;
  return typeof error === 'object' ? (error ?? {}) : {}; // what is not JSON is not meant for callers
}

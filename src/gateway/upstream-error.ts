import type { UpstreamAnswer } from '../openrouter/completions.client.js';
import { DomainError, type ErrorExtra, PassedOn } from '../platform/errors.js';

const METADATA_MAX_CHARACTERS = 4_096;
/** Said of the account behind the key: what it may spend, how often it may call. */
const OF_THE_ACCOUNT = /\b(keys?|credits?)\b/i;
const SECRETS = /\bsk-[\w-]{8,}/g;

interface Told {
  code?: unknown;
  message?: unknown;
  metadata?: unknown;
}

/** A refusal of the provider. */
export interface Refused extends Pick<UpstreamAnswer, 'status' | 'retry_after_s'> {
  text: string;
}

/**
 * Whether a refusal is about the key and the account behind it, and not about the call. 403 is also said of keys that
 * reached their limit, 429 of accounts that paid too little; else they are about the model or what it was asked.
 */
export function isOfTheKey({ status, text }: Refused): boolean {
  if (status === 401 || status === 402) return true;
  const { message } = toldIn(text);
  return (status === 403 || status === 429) && typeof message === 'string' && OF_THE_ACCOUNT.test(message);
}

/**
 * The error that a caller is to see for a refusal of the provider: as it was said, but for what is about the platform's
 * own account there, which callers can't do anything about.
 */
export function upstreamError(refused: Refused, is_own_key: boolean): DomainError {
  const { status, retry_after_s, text } = refused;
  const retry = retry_after_s === null ? {} : { retry_after_s };
  const { code, message, metadata } = toldIn(text);
  const detail = typeof message === 'string' ? message : `The provider refused the call with status ${status}.`;
  if (!isOfTheKey(refused)) {
    const isShort = metadata !== undefined && JSON.stringify(metadata).length <= METADATA_MAX_CHARACTERS;
    return passedOn(status, detail, { provider_code: code ?? status, ...(isShort ? { metadata } : {}), ...retry });
  }
  if (!is_own_key) {
    const neutral = 'The provider does not serve this platform at the moment. Nothing was charged. Try again later.';
    return new DomainError('unavailable', 'provider_unavailable', neutral);
  }
  const own = `OpenRouter says of your own key: ${detail}`;
  // 401 would say that the caller's credentials here are wrong
  return status === 401 ? ownKeyRefused(own) : passedOn(status, own, { provider_code: code ?? status, ...retry });
}

/** The error that a caller is to see for an answer of status 200 that holds nothing but an error, or nothing at all. */
export function failedAnswer(text: string, is_own_key: boolean): DomainError {
  if (text.trim() === '') return new PassedOn(502, 'provider_empty_answer', 'The provider gave an empty answer.');
  const { code } = toldIn(text);
  const isStatus = typeof code === 'number' && Number.isInteger(code) && code >= 400 && code <= 599;
  return upstreamError({ status: isStatus ? code : 502, retry_after_s: null, text }, is_own_key);
}

/** The user's own key was refused, and is not used any more. */
export const ownKeyOutOfUse = (): DomainError =>
  ownKeyRefused(
    'OpenRouter refused your own key, so it is no longer used. Nothing was charged. Give a new one, or call again ' +
      "to use the platform's key and your credits.",
  );

const ownKeyRefused = (detail: string): DomainError => new DomainError('forbidden', 'openrouter_key_refused', detail);

const passedOn = (status: number, detail: string, extra: ErrorExtra): DomainError =>
  new PassedOn(status, 'provider_refused', detail, extra);

function toldIn(text: string): Told {
  try {
    const { error } = JSON.parse(text.replace(SECRETS, 'sk-...')) as { error?: Told | null };
    return typeof error === 'object' ? (error ?? {}) : {};
  } catch {
    return {}; // what is no JSON is not meant for callers either
  }
}

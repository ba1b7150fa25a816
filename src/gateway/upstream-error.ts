import type { UpstreamAnswer } from '../openrouter/completions.client.js';
import { DomainError, PassedOn } from '../platform/errors.js';

const METADATA_MAX_CHARACTERS = 4_096;
const RETRY_AFTER_S = 30;
/** What the provider says of the key that was used, and not of the call. */
const OF_THE_KEY = new Set([401, 402]);

interface Told {
  code?: unknown;
  message?: unknown;
  metadata?: unknown;
}

/**
 * The error that a caller is to see for a refusal of the provider: as it was said, but for what is about the platform's
 * own account there, which callers can't do anything about.
 */
export function upstreamError(
  { status, retry_after_s }: Pick<UpstreamAnswer, 'status' | 'retry_after_s'>,
  text: string,
  is_own_key: boolean,
): DomainError {
  const retry = retry_after_s === null ? {} : { retry_after_s };
  if (OF_THE_KEY.has(status) && !is_own_key) {
    const detail = 'The provider does not serve this platform at the moment. Nothing was charged. Try again later.';
    return new DomainError('unavailable', 'provider_unavailable', detail, { retry_after_s: RETRY_AFTER_S, ...retry });
  }
  const { code, message, metadata } = toldIn(text);
  const whose = is_own_key && OF_THE_KEY.has(status) ? 'OpenRouter says of your own key: ' : '';
  const detail = typeof message === 'string' ? message : `The provider refused the call with status ${status}.`;
  const isShort = metadata !== undefined && JSON.stringify(metadata).length <= METADATA_MAX_CHARACTERS;
  const said = { provider_code: code ?? status, ...(isShort ? { metadata } : {}) };
  return new PassedOn(status, 'provider_refused', whose + detail, { ...said, ...retry });
}

function toldIn(text: string): Told {
  try {
    const { error } = JSON.parse(text) as { error?: Told };
    return typeof error === 'object' ? error : {};
  } catch {
    return {}; // what is no JSON is not meant for callers either
  }
}

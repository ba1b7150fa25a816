import type { TryLimit } from '../platform/try-limit.js';

/** Limits attempts to store a key, so that the endpoint cannot be used to test stolen keys. */
export const KEY_TRIES: TryLimit = { policy: 'openrouter-key-tries', what: 'OpenRouter keys', quota: 10 };

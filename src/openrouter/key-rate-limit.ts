import type { AttemptLimit } from '../platform/attempt-limit.js';

/** Limits attempts to store a key, so that the endpoint cannot be used to test stolen keys. */
export const KEY_RATE_LIMIT: AttemptLimit = { policy: 'openrouter-key-tries', what: 'OpenRouter keys', quota: 10 };

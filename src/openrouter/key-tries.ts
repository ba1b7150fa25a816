import type { TryLimit } from '../platform/try-limit.js';

/** Each try asks OpenRouter whether a key is good: nobody is to sort stolen keys with our help. */
export const KEY_TRIES: TryLimit = { policy: 'openrouter-key-tries', what: 'keys of OpenRouter', quota: 10 };

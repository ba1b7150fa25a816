import type { RateLimited } from '../../platform/errors.js';

/** Whose requests and tokens are limited, and to how many per minute; null for no limit. */
export interface Rate {
  /** Identifies the counters. */
  readonly subject: string;
  /** Name of the limit in the RateLimit headers; that of tokens has `-tokens` appended. */
  readonly policy: string;
  /** Who is limited, for people. */
  readonly name: string;
  readonly requests: number | null;
  readonly tokens: number | null;
  /** Part of the requests that each instance admits per minute before it counts them in the database. */
  readonly uncounted: number;
}

/** A limit and what is left of it. */
export type RateLeft = RateLimited['limit'] & { remaining: number };

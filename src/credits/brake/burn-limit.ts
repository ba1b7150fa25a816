import type { Units } from '../../platform/values/amount.js';

/** How many times as much as usual a key can spend on a new model. */
const FACTOR = 20n;

/** What is known about the spending of a key within five minutes. */
interface KnownBurns {
  /** What every key can spend on a new model. */
  floor: Units;
  /** The 95th percentile of what the key spent in the five minutes of the last 14 days in which it spent anything. */
  usual: Units;
  /** What somebody allowed for this model when resuming the key. */
  allowed: Units;
}

/** Returns how much a key can spend on a new model within five minutes before the brake pauses it. */
export function burnLimit({ floor, usual, allowed }: KnownBurns): Units {
  const known = usual > allowed ? usual : allowed;
  return known * FACTOR > floor ? known * FACTOR : floor;
}

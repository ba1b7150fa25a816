import { amount, AMOUNT_LIMIT, DECIMALS, units } from '../platform/amount.js';
import type { KeyInfo } from './openrouter.client.js';

const HINT_CHARACTERS = 4;

/** What is stored of OpenRouter's word on a key, as decimal text; null is no limit. */
export interface KeyFacts {
  free_credits: string | null;
  free_credits_remaining: string | null;
}

/** OpenRouter speaks of binary floats, and of less than nothing for a key that spent beyond its limit. */
export function keyFacts({ limit, limit_remaining }: KeyInfo): KeyFacts {
  return { free_credits: credits(limit), free_credits_remaining: credits(limit_remaining) };
}

/** Enough of a key to tell it from the user's others, and nothing to use it with. */
export function keyHint(api_key: string): string {
  return `sk-or-v1-...${api_key.slice(-HINT_CHARACTERS)}`;
}

function credits(usd: number | null): string | null {
  if (usd === null || usd >= Number(amount(AMOUNT_LIMIT))) return null; // beyond what anybody has is no limit
  return amount(units(Math.max(0, usd).toFixed(DECIMALS)));
}

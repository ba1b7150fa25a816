import { amount, AMOUNT_LIMIT, DECIMALS, units } from '../platform/values/amount.js';
import type { KeyInfo } from './openrouter.client.js';

const HINT_CHARACTERS = 4;

/** The stored facts of a key, as decimal text; null is no limit. */
export interface KeyFacts {
  free_credits: string | null;
  free_credits_remaining: string | null;
}

/**
 * Converts OpenRouter's floats to decimal text. The remaining credits of an overspent key are negative there and become
 * zero.
 */
export function keyFacts({ limit, limit_remaining }: KeyInfo): KeyFacts {
  return { free_credits: credits(limit), free_credits_remaining: credits(limit_remaining) };
}

/** Returns the last characters of a key: enough to recognise it, too little to use it. */
export function keyHint(api_key: string): string {
  return `sk-or-v1-...${api_key.slice(-HINT_CHARACTERS)}`;
}

function credits(usd: number | null): string | null {
  if (usd === null || usd >= Number(amount(AMOUNT_LIMIT))) return null; // a limit beyond any amount is no limit
  return amount(units(Math.max(0, usd).toFixed(DECIMALS)));
}

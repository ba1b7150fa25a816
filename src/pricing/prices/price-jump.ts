import { amount, type Units } from '../../platform/values/amount.js';
import { EXACT_PER_UNIT } from '../rating/charge.js';
import { type Circumstances, type Conditions, instantOf } from './price-override.js';
import { PRICE_COLUMNS, type Prices } from './price.js';
import { type PriceTable, pricesUnder } from './price-table.js';
import { typicalCosts } from '../rating/typical-work.js';

/** Factor by which a new price can differ before it needs confirmation. */
const JUMP = 20n;

/**
 * Returns why a new price needs confirmation; null if it does not. A price jumps if a column changes by more than a
 * factor of 20 or drops to zero, in general or under the conditions of an override, or if a typical piece of work does
 * because the price moved to another column. A change from zero to a price is not a jump.
 */
export function jumpOf(before: PriceTable, after: PriceTable): string | null {
  const jump = jumpBetween(before, after);
  if (jump !== null) return jump;
  for (const conditions of [...before.overrides, ...after.overrides]) {
    const circumstances = circumstancesOf(conditions);
    const found = jumpBetween(pricesUnder(before, circumstances), pricesUnder(after, circumstances));
    if (found !== null) return `${found}${wordsOf(conditions)}`;
  }
  return null;
}

const jumpBetween = (old: Prices, now: Prices): string | null => columnJump(old, now) ?? workJump(old, now);

function columnJump(before: Prices, after: Prices): string | null {
  for (const column of PRICE_COLUMNS) {
    const [old, now] = [before[column], after[column]];
    if (old === null || now === null) continue;
    if (isJump(old, now)) return `${column} would jump from ${amount(old)} to ${amount(now)}`;
  }
  return null;
}

function workJump(old: Prices, now: Prices): string | null {
  const jump = typicalCosts(old, now).find(({ before, after }) => isJump(before, after));
  if (!jump) return null;
  const shown = (charge: bigint): string => amount(charge / EXACT_PER_UNIT);
  return `the cost of a typical piece of work would jump from ${shown(jump.before)} to ${shown(jump.after)} USD`;
}

const isJump = (old: Units, now: Units): boolean => old > 0n && (now > old * JUMP || now * JUMP < old);

/** Returns circumstances under which an override applies. */
const circumstancesOf = ({ min_prompt_tokens, service_tier, utc_start, utc_end }: Conditions): Circumstances => ({
  prompt_tokens: min_prompt_tokens ?? 0,
  service_tier: service_tier ?? null,
  occurred_at: instantOf(utc_start, utc_end),
});

function wordsOf({ min_prompt_tokens, service_tier, utc_start }: Conditions): string {
  if (min_prompt_tokens !== undefined) return `, for prompts of ${min_prompt_tokens} tokens or more`;
  if (service_tier !== undefined) return `, for the service tier ${service_tier}`;
  return utc_start === undefined ? '' : `, from ${utc_start}`;
}

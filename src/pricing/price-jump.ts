import { amount, type Units } from '../platform/amount.js';
import { EXACT_PER_UNIT } from './charge.js';
import { type Circumstances, type Conditions, instantOf } from './price-override.js';
import { PRICE_COLUMNS, type Prices } from './price.js';
import { type PriceTable, pricesUnder } from './price-table.js';
import { typicalCosts } from './typical-work.js';

/** How many times dearer or cheaper a new price may be before somebody has to look at it. */
const JUMP = 20n;

/**
 * Why a new price should not replace the one before it unseen: some of it is more than 20 times dearer or cheaper, or
 * became free, always or under the conditions of an override; or a usual piece of work is, because the price moved to
 * another column. From free to a price is no jump: it only ends a gift. Null when it may.
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
  return `a usual piece of work would jump from ${shown(jump.before)} to ${shown(jump.after)} USD`;
}

const isJump = (old: Units, now: Units): boolean => old > 0n && (now > old * JUMP || now * JUMP < old);

/** Work to which an override applies, as far as one condition goes. */
const circumstancesOf = ({ min_prompt_tokens, service_tier, utc_start, utc_end }: Conditions): Circumstances => ({
  prompt_tokens: min_prompt_tokens ?? 0,
  service_tier: service_tier ?? null,
  occurred_at: instantOf(utc_start, utc_end),
});

function wordsOf({ min_prompt_tokens, service_tier, utc_start }: Conditions): string {
  if (min_prompt_tokens !== undefined) return `, for prompts from ${min_prompt_tokens} tokens on`;
  if (service_tier !== undefined) return `, for work of the tier ${service_tier}`;
  return utc_start === undefined ? '' : `, from ${utc_start} on`;
}

import { z } from 'zod';
import { AMOUNT_LIMIT, DECIMALS, units, type Units } from '../platform/amount.js';
import { poolsOfUsage } from '../pricing/openai-usage.js';
import type { TokenPools } from '../pricing/work.js';

/** What a call used, as exclusive pools: no token is counted twice, and images of the answer are output. */
export interface UpstreamUsage extends Omit<TokenPools, 'image_tokens'> {
  /** What the providers charge, whoever pays it; null when it was not told. */
  provider_cost: Units | null;
  /** Whether a provider bills the owner of the key directly. */
  is_byok: boolean;
}

const count = z.int().nonnegative().nullish().catch(null);
const usd = z.number().nonnegative().nullish().catch(null);

const USAGE = z.looseObject({
  prompt_tokens: count,
  completion_tokens: count,
  cost: usd,
  is_byok: z.boolean().nullish().catch(null),
  cost_details: z.object({ upstream_inference_cost: usd }).nullish().catch(null),
});

/**
 * Reads the `usage` of an answer. Details are parts of prompt and answer, and never count beyond them. Null when nothing
 * was counted there; an answer that counts zero did say something.
 */
export function readUsage(given: unknown): UpstreamUsage | null {
  const usage = USAGE.nullish().catch(null).parse(given);
  if (typeof usage?.prompt_tokens !== 'number' && typeof usage?.completion_tokens !== 'number') return null;
  const { output_tokens, image_tokens, ...pools } = poolsOfUsage(usage, 'cut');
  return {
    ...{ ...pools, output_tokens: output_tokens + image_tokens }, // images have no price of their own
    provider_cost: costOf(usage),
    is_byok: usage.is_byok === true,
  };
}

/** With an own key at the provider, `cost` is OpenRouter's fee alone, often 0, and the work itself costs on top of it. */
function costOf({ cost, cost_details, is_byok }: z.output<typeof USAGE>): Units | null {
  if (is_byok !== true) return unitsOf(cost);
  const upstream = unitsOf(cost_details?.upstream_inference_cost);
  return upstream === null ? null : upstream + (unitsOf(cost) ?? 0n);
}

/** A binary float as the decimal it stands for; what is beyond all amounts is no cost. */
function unitsOf(value: number | null | undefined): Units | null {
  if (typeof value !== 'number' || value >= Number(AMOUNT_LIMIT) / 10 ** DECIMALS) return null;
  return units(value.toFixed(DECIMALS));
}

import { z } from 'zod';
import { AMOUNT_LIMIT, DECIMALS, units, type Units } from '../platform/amount.js';

/** What a call used, as exclusive pools: no token is counted twice. */
export interface UpstreamUsage {
  input_tokens: number;
  /** Images of the answer are among them: they have no price of their own. */
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  reasoning_tokens: number;
  audio_input_tokens: number;
  audio_output_tokens: number;
  /** What the providers charge, whoever pays it; null when it was not told. */
  provider_cost: Units | null;
  /** Whether a provider bills the owner of the key directly. */
  is_byok: boolean;
}

const count = z.int().nonnegative().nullish().catch(null);
const usd = z.number().nonnegative().nullish().catch(null);

const USAGE = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  cost: usd,
  is_byok: z.boolean().nullish().catch(null),
  cost_details: z.object({ upstream_inference_cost: usd }).nullish().catch(null),
  prompt_tokens_details: z
    .object({ cached_tokens: count, cache_write_tokens: count, audio_tokens: count })
    .nullish()
    .catch(null),
  completion_tokens_details: z.object({ reasoning_tokens: count, audio_tokens: count }).nullish().catch(null),
});

/**
 * Reads the `usage` of an answer. Details are parts of prompt and answer, and never count beyond them. Null when nothing
 * was counted there; an answer that counts zero did say something.
 */
export function readUsage(given: unknown): UpstreamUsage | null {
  const usage = USAGE.nullish().catch(null).parse(given);
  if (typeof usage?.prompt_tokens !== 'number' && typeof usage?.completion_tokens !== 'number') return null;
  const { prompt_tokens_details: prompt, completion_tokens_details: answer, is_byok } = usage;
  const cached = within(usage.prompt_tokens, prompt?.cached_tokens, prompt?.cache_write_tokens, prompt?.audio_tokens);
  const [cache_read_tokens = 0, cache_write_tokens = 0, audio_input_tokens = 0] = cached.parts;
  const made = within(usage.completion_tokens, answer?.reasoning_tokens, answer?.audio_tokens);
  const [reasoning_tokens = 0, audio_output_tokens = 0] = made.parts;
  return {
    ...{ input_tokens: cached.rest, cache_read_tokens, cache_write_tokens, audio_input_tokens },
    ...{ output_tokens: made.rest, reasoning_tokens, audio_output_tokens },
    provider_cost: costOf(usage),
    is_byok: is_byok === true,
  };
}

type Count = number | null | undefined;

/** Parts of a total, in this order as far as it reaches, and what is left of it. */
function within(total: Count, ...counts: Count[]): { parts: number[]; rest: number } {
  let rest = total ?? 0;
  const parts = counts.map((part) => {
    const taken = Math.min(part ?? 0, rest);
    rest -= taken;
    return taken;
  });
  return { parts, rest };
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

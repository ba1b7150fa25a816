import { amount, units } from '../platform/amount.js';
import type { ReadUsage } from '../pricing/usage/usage.js';
import type { Progress } from './answer-facts.js';

/** What is known of a call so far, as it is kept, with the key that it can be asked about with where that is the user's. */
export function progressJson({ usage, model }: Progress, sealed_key: string | null): object {
  const { provider_cost = null, ...counts } = usage ?? {};
  const cost = provider_cost === null ? null : amount(provider_cost);
  return { model, usage: usage && { ...counts, provider_cost: cost }, ...(sealed_key !== null && { sealed_key }) };
}

/** What {@link progressJson} kept. */
export function keptProgress(kept: unknown): Progress {
  const { usage, model } = (kept ?? { usage: null, model: null }) as Kept;
  if (usage === null) return { usage, model };
  return {
    model,
    usage: { ...usage, provider_cost: usage.provider_cost === null ? null : units(usage.provider_cost) },
  };
}

/** Whether the second usage counts more than the first: by cost where both tell it, else by tokens. */
export function isMore(a: ReadUsage | null, b: ReadUsage | null): boolean {
  if (a === null || b === null) return b !== null;
  if (a.provider_cost !== null && b.provider_cost !== null) return b.provider_cost > a.provider_cost;
  return b.tokens_used > a.tokens_used;
}

interface Kept {
  model: string | null;
  usage: (Omit<ReadUsage, 'provider_cost'> & { provider_cost: string | null }) | null;
}

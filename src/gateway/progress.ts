import { amount, units } from '../platform/amount.js';
import type { ReadUsage } from '../pricing/usage/usage.js';
import type { Progress } from './answer-facts.js';

/** What is known of a call so far, as it is kept. */
export function progressJson({ usage, model }: Progress): object {
  const { provider_cost = null, ...counts } = usage ?? {};
  const cost = provider_cost === null ? null : amount(provider_cost);
  return { model, usage: usage && { ...counts, provider_cost: cost } };
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

import { amount, units } from '../../platform/values/amount.js';
import type { ReadUsage } from '../../pricing/usage/usage.js';
import type { Progress } from '../answers/answer-facts.js';

/** Serialises what is known about a call so far, together with the encrypted key if it is the user's own. */
export function progressJson({ usage, model }: Progress, sealed_key: string | null): object {
  const { provider_cost = null, ...counts } = usage ?? {};
  const cost = provider_cost === null ? null : amount(provider_cost);
  return { model, usage: usage && { ...counts, provider_cost: cost }, ...(sealed_key !== null && { sealed_key }) };
}

/** Reads what {@link progressJson} wrote. */
export function storedProgress(kept: unknown): Progress {
  const { usage, model } = (kept ?? { usage: null, model: null }) as StoredProgress;
  if (usage === null) return { usage, model };
  return {
    model,
    usage: { ...usage, provider_cost: usage.provider_cost === null ? null : units(usage.provider_cost) },
  };
}

/** Whether usage `b` counts more than `a`: by cost if both have one, otherwise by tokens. */
export function isMore(a: ReadUsage | null, b: ReadUsage | null): boolean {
  if (a === null || b === null) return b !== null;
  if (a.provider_cost !== null && b.provider_cost !== null) return b.provider_cost > a.provider_cost;
  return b.tokens_used > a.tokens_used;
}

interface StoredProgress {
  model: string | null;
  usage: (Omit<ReadUsage, 'provider_cost'> & { provider_cost: string | null }) | null;
}

import type { UpstreamUsage } from '../openrouter/upstream-usage.js';
import { amount, units } from '../platform/amount.js';
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
export function isMore(a: UpstreamUsage | null, b: UpstreamUsage | null): boolean {
  if (a === null || b === null) return b !== null;
  if (a.provider_cost !== null && b.provider_cost !== null) return b.provider_cost > a.provider_cost;
  return tokensIn(b) > tokensIn(a);
}

interface Kept {
  model: string | null;
  usage: (Omit<UpstreamUsage, 'provider_cost'> & { provider_cost: string | null }) | null;
}

const tokensIn = (usage: UpstreamUsage): number =>
  Object.values(usage).reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : 0), 0);

import { createHash } from 'node:crypto';
import { max, type Units, units } from '../platform/values/amount.js';
import { DAY_MS } from '../platform/values/calendar.js';

export const ADVICE_KINDS = [
  'cheaper_model',
  'prompt_cache',
  'free_calls',
  'plan',
  'expiring_credits',
  'own_key',
] as const;
export type AdviceKind = (typeof ADVICE_KINDS)[number];

export const CONFIDENCES = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export const ADVICE_CURRENCIES = ['credits', 'usd'] as const;

/** What can make an advice less good than its figures. */
export const CAVEATS = {
  not_judged_equal: 'Cheaper, not judged equal: compare the answers before you switch.',
  same_tokens: 'Assumes that the other model uses as many tokens for the same work.',
  parameters_unknown: 'Check that the model supports the parameters you use, such as tools or JSON output.',
  price_changed: 'A price changed in these days; the work was priced as of its own day.',
  repeated_prompts: 'Assumes that each call of a session repeats the prompt of the call before it.',
  free_limits: 'Free models have lower rate limits and can be unavailable.',
  same_usage: 'Assumes as much usage in the next month.',
  pays_provider: 'You pay the provider directly; its own fees and limits apply.',
} as const;
export type Caveat = keyof typeof CAVEATS;

/** The past work that an advice is computed from. */
export interface AdviceBasis {
  from: Date;
  to: Date;
  requests: number;
  tokens: number;
}

/** A way to save, with its arithmetic. `current - projected` is what the work of the basis would have cost less. */
export interface Advice {
  kind: AdviceKind;
  /** What it is about; with the kind, it identifies the advice. */
  subject: readonly string[];
  title: string;
  message: string;
  /** The figures of the sentences by name, for apps that have their own. */
  details: Record<string, string | number | boolean | null>;
  basis: AdviceBasis;
  currency: (typeof ADVICE_CURRENCIES)[number];
  current: Units;
  projected: Units;
  confidence: Confidence;
  caveats: readonly Caveat[];
  /** The tier to switch to; null if no call can apply the advice. */
  new_tier: string | null;
}

/** Days of past work that advice is computed from, and the length of a month. */
export const MONTH_DAYS = 30;
/** Advice about calls needs this many. */
export const CALLS_MIN = 50;
/** Advice saves at least one credit, or one USD, per month. */
const SAVING_MIN = units('1');

/** Returns the id of an advice: the same for the same subject, whatever its figures are. */
export const adviceId = ({ kind, subject }: Pick<Advice, 'kind' | 'subject'>): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, ...subject]))
    .digest('hex')
    .slice(0, 16);

/**
 * Returns the saving in 30 days: the saving on the basis, scaled up if the basis is shorter because only the newest work
 * was looked at.
 */
export function monthlySaving({ current, projected, basis }: Pick<Advice, 'current' | 'projected' | 'basis'>): Units {
  const span_ms = BigInt(Math.max(1, basis.to.getTime() - basis.from.getTime()));
  const month_ms = BigInt(MONTH_DAYS * DAY_MS);
  const saving = max(0n, current - projected);
  return span_ms >= month_ms ? saving : (saving * month_ms) / span_ms;
}

/** Returns the advice that saves enough, the largest saving first. */
export const worthwhile = (all: readonly Advice[]): Advice[] =>
  all
    .filter((advice) => monthlySaving(advice) >= SAVING_MIN)
    .toSorted((a, b) => (monthlySaving(a) === monthlySaving(b) ? 0 : monthlySaving(a) > monthlySaving(b) ? -1 : 1));

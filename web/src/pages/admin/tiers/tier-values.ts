import type { TierChanges, TierView } from '../../../api/schema.gen.ts';
import { type AmountText, typedOf } from '../../../lib/amount.ts';

/** The fields of a plan as one types them. An empty limit means that there is none. */
const NEW = {
  tier: '',
  name: '',
  price_monthly: '',
  credits_monthly: '',
  cost_per_1k_tokens: '',
  monthly_cap: '',
  rollover_max: '',
  rank: '',
  calls_per_day: '',
  calls_per_month: '',
  free_calls_per_day: '',
  seats: '1',
  allowed_models: '',
  features: '',
  renews: true,
  is_public: true,
};

export type TierValues = typeof NEW;

/** @returns the fields of a plan, or those to begin a new one with */
export function valuesOf(tier: TierView | null): TierValues {
  if (tier === null) return NEW;
  const count = (value: number | null) => (value === null ? '' : String(value));
  return {
    tier: tier.tier,
    name: tier.name,
    price_monthly: typedOf(tier.price_monthly),
    credits_monthly: typedOf(tier.credits_monthly),
    cost_per_1k_tokens: typedOf(tier.cost_per_1k_tokens),
    monthly_cap: tier.monthly_cap === null ? '' : typedOf(tier.monthly_cap),
    rollover_max: typedOf(tier.rollover_max),
    rank: count(tier.rank),
    calls_per_day: count(tier.calls_per_day),
    calls_per_month: count(tier.calls_per_month),
    free_calls_per_day: count(tier.free_calls_per_day),
    seats: count(tier.seats),
    allowed_models: tier.allowed_models.join('\n'),
    features: tier.features.join('\n'),
    renews: tier.renews,
    is_public: tier.is_public,
  };
}

/** @returns the fields for the service */
export function changesFrom(values: TierValues) {
  const count = (text: string) => (text.trim() === '' ? null : Number(text));
  return {
    name: values.name.trim(),
    price_monthly: values.price_monthly.trim() as AmountText,
    credits_monthly: values.credits_monthly.trim() as AmountText,
    cost_per_1k_tokens: values.cost_per_1k_tokens.trim() as AmountText,
    monthly_cap: (values.monthly_cap.trim() || null) as AmountText | null,
    rollover_max: (values.rollover_max.trim() || '0') as AmountText,
    rank: Number(values.rank),
    calls_per_day: count(values.calls_per_day),
    calls_per_month: count(values.calls_per_month),
    free_calls_per_day: count(values.free_calls_per_day),
    seats: count(values.seats),
    allowed_models: linesOf(values.allowed_models),
    features: linesOf(values.features),
    renews: values.renews,
    is_public: values.is_public,
  } satisfies TierChanges;
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

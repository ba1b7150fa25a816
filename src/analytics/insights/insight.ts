/** What was observed. Apps that speak other languages choose their sentences by it. */
export const INSIGHT_KINDS = [
  'no_usage',
  'in_debt',
  'running_out',
  'cap_reached',
  'calls_near_limit',
  'plan_too_large',
  'requests_fail',
  'expensive_day',
  'dominant_model',
  'usage_growing',
  'usage_declining',
  'busy_weekday',
  'requests_slower',
] as const;

export const INSIGHT_TYPES = ['pattern', 'optimization', 'warning', 'trend', 'cost'] as const;
export const INSIGHT_PRIORITIES = ['low', 'medium', 'high'] as const;
export const INSIGHT_ACTIONS = ['upgrade', 'downgrade', 'review'] as const;

/** What the reader can do next: the names of an app's pages or forms. */
export const NEXT_STEPS = [
  'buy_credits',
  'change_plan',
  'set_up_topup',
  'view_models',
  'view_usage',
  'view_failed_events',
] as const;

/** An observation about the usage of an account, with the underlying numbers. */
export interface Insight {
  kind: (typeof INSIGHT_KINDS)[number];
  /** The figures of the sentences by name; amounts are decimals, null is what does not apply. */
  basis: Record<string, string | number | null>;
  type: (typeof INSIGHT_TYPES)[number];
  title: string;
  message: string;
  suggestion: string;
  priority: (typeof INSIGHT_PRIORITIES)[number];
  action: (typeof INSIGHT_ACTIONS)[number] | null;
  next_step: (typeof NEXT_STEPS)[number] | null;
}

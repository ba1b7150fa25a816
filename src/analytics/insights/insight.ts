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
  type: (typeof INSIGHT_TYPES)[number];
  title: string;
  message: string;
  suggestion: string;
  priority: (typeof INSIGHT_PRIORITIES)[number];
  action: (typeof INSIGHT_ACTIONS)[number] | null;
  next_step: (typeof NEXT_STEPS)[number] | null;
}

export const INSIGHT_TYPES = ['pattern', 'optimization', 'warning', 'trend', 'cost'] as const;
export const INSIGHT_PRIORITIES = ['low', 'medium', 'high'] as const;
export const INSIGHT_ACTIONS = ['upgrade', 'downgrade', 'review'] as const;

/** An observation about the usage of an account, with the underlying numbers. */
export interface Insight {
  type: (typeof INSIGHT_TYPES)[number];
  title: string;
  message: string;
  suggestion: string;
  priority: (typeof INSIGHT_PRIORITIES)[number];
  action: (typeof INSIGHT_ACTIONS)[number] | null;
}

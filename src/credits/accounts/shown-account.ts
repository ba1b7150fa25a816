import type { UserCreditsRow } from '../../generated/rows.js';

/** The columns of an account that its user sees. The statements of the hot path return no others. */
export const SHOWN_COLUMNS = [
  'user_id',
  'balance',
  'held',
  'debt',
  'used_this_period',
  'allocated_monthly',
  'bonus_credits',
  'free_tier_used',
  'monthly_cap',
  'tier',
  'next_tier',
  'period_start',
  'reset_date',
  'paid_until',
  'status',
  'moved_to',
  'last_updated',
  'created_at',
] as const satisfies readonly (keyof UserCreditsRow)[];

/** An account with the columns that its user sees. */
export type ShownAccount = Pick<UserCreditsRow, (typeof SHOWN_COLUMNS)[number]>;

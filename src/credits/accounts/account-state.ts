import type { account_status, credit_level } from '../../generated/prisma/enums.js';
import type { Units } from '../../platform/values/amount.js';
import type { TierTerms } from '../grants/tier-terms.js';

/** The columns of user_credits that rules read and change; amounts in units. */
export interface AccountState {
  balance: Units;
  held: Units;
  debt: Units;
  capped: Units;
  plan_used: Units;
  used_this_period: Units;
  allocated_monthly: Units;
  bonus_credits: Units;
  free_tier_used: Units;
  monthly_cap: Units | null;
  monthly_cap_is_set: boolean;
  tier: string;
  next_tier: string | null;
  /** Null in the first period, which began when the account was created. */
  period_start: Date | null;
  reset_date: Date;
  /** End of the paid period; null for plans that renew without a payment. */
  paid_until: Date | null;
  /** Terms of the next period if it is already paid: as sold, even if the tier changes before it begins. */
  next_terms: TierTerms | null;
  due_at: Date;
  calls_per_day: number | null;
  calls_per_month: number | null;
  free_calls_per_day: number | null;
  calls_today: number;
  free_calls_today: number;
  calls_this_period: number;
  calls_reset_at: Date;
  status: account_status;
  status_reason: string | null;
  status_changed_at: Date | null;
  has_budgets: boolean;
  /** What the events about the credits told last; null until the account first has credits. */
  credit_level: credit_level | null;
  /** A charge that leaves fewer spendable credits than this takes the locked path, which writes the event. */
  alert_below: Units;
  /** Credits below which the account counts as low, as its owner chose; null for a tenth of the allocation. */
  low_balance_threshold: Units | null;
  /** The account that took over everything from this one. */
  moved_to: string | null;
}

/** The state of an account that was never suspended, closed or moved. */
export const NEVER_CLOSED = { status: 'active', status_reason: null, status_changed_at: null, moved_to: null } as const;

/** What the events about an account compare. */
export type Standing = Pick<AccountState, 'tier' | 'status' | 'allocated_monthly' | 'credit_level'>;

export const standingOf = ({ tier, status, allocated_monthly, credit_level: level }: AccountState): Standing => ({
  tier,
  status,
  allocated_monthly,
  credit_level: level,
});

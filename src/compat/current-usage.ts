import { ApiProperty } from '@nestjs/swagger';
import { DAY_MS } from '../platform/values/calendar.js';
import { addToView } from '../platform/http/view.js';
import { CurrentUsageView } from '../usage/reports/reports.views.js';
import { COUNT, legacyField, NUMBER, TEXT, TIMESTAMP } from './legacy-field.js';

/* The calls of the period in the shape that the subscription pages of earlier clients read: numbers, with -1 for no limit. */

const UNLIMITED = -1;
const CALLS_LIMIT = { type: 'integer', minimum: UNLIMITED, example: 1000 } as const;

/** Calls against the limit of the period. */
export class KeptCallsView {
  @ApiProperty({ description: 'Calls in the period; calls today if only days are limited.', ...COUNT })
  used!: number;

  @ApiProperty({ description: 'Maximum number of calls; -1 means unlimited.', ...CALLS_LIMIT })
  limit!: number;

  @ApiProperty({ description: 'Calls left; -1 means unlimited.', ...CALLS_LIMIT })
  remaining!: number;

  @ApiProperty({ description: 'Percentage of the limit that is used; 0 if there is no limit.', ...NUMBER })
  percentage!: number;
}

/** Calls today against the daily limit. */
export class KeptDailyCallsView {
  @ApiProperty({ description: 'Calls today.', ...COUNT })
  used!: number;

  @ApiProperty({ description: 'Maximum number of calls per day; -1 means unlimited.', ...CALLS_LIMIT })
  limit!: number;
}

/** When the period ends. */
export class KeptResetView {
  @ApiProperty({ description: 'The same as `reset_date`.', ...TIMESTAMP })
  date!: Date;

  @ApiProperty({ description: 'Whole days until then.', ...COUNT })
  days_until!: number;
}

/** The calls of an account. */
export class KeptUsageView {
  @ApiProperty({ description: 'The account.', ...TEXT, example: 'user-42' })
  user_id!: string;

  @ApiProperty({ description: 'Its plan.', ...TEXT, example: 'starter' })
  tier!: string;

  @ApiProperty({ description: 'Whether the account can spend.', ...TEXT, example: 'active' })
  status!: string;

  @ApiProperty({ description: 'Calls in the period.', type: KeptCallsView })
  usage!: KeptCallsView;

  @ApiProperty({ description: 'Calls today.', type: KeptDailyCallsView })
  daily!: KeptDailyCallsView;

  @ApiProperty({ description: 'When the period ends.', type: KeptResetView })
  reset!: KeptResetView;
}

/** Returns the calls of an account in the current period. */
export function callsOf(period: CurrentUsageView, now: Date): KeptUsageView {
  const { user_id, tier, status, calls_per_day, calls_per_month, calls_today, calls_this_period, reset_date } = period;
  const isByDay = calls_per_month === null && calls_per_day !== null;
  const [used, limit] = isByDay ? [calls_today, calls_per_day] : [calls_this_period, calls_per_month ?? UNLIMITED];
  return {
    user_id,
    tier,
    status,
    usage: {
      used,
      limit,
      remaining: limit === UNLIMITED ? UNLIMITED : Math.max(0, limit - used),
      percentage: limit > 0 ? Math.round((used / limit) * 10_000) / 100 : 0,
    },
    daily: { used: calls_today, limit: calls_per_day ?? UNLIMITED },
    reset: {
      date: reset_date,
      days_until: Math.max(0, Math.floor((reset_date.getTime() - now.getTime()) / DAY_MS)),
    },
  };
}

addToView(CurrentUsageView, 'success', legacyField('always true', { type: 'boolean', example: true }), () => true);
addToView(
  CurrentUsageView,
  'data',
  legacyField('the calls in the period as numbers', { type: KeptUsageView }),
  (period) => callsOf(period, new Date()),
);

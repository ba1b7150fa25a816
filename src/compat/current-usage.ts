import { ApiProperty } from '@nestjs/swagger';
import { DAY_MS } from '../platform/calendar.js';
import { addToView } from '../platform/http/view.js';
import { CurrentUsageView } from '../usage/reports.views.js';
import { COUNT, kept, NUMBER, TEXT, TIMESTAMP } from './kept.js';

/* The calls of the period as the pages about subscriptions read them: numbers, -1 where there is no limit. */

const UNLIMITED = -1;
const CALLS_LIMIT = { type: 'integer', minimum: UNLIMITED, example: 1000 } as const;

/** Calls against the limit of the period. */
export class KeptCallsView {
  @ApiProperty({ description: 'Calls of the period; of the day, where only days are limited.', ...COUNT })
  used!: number;

  @ApiProperty({ description: 'Most calls; -1 is unlimited.', ...CALLS_LIMIT })
  limit!: number;

  @ApiProperty({ description: 'Calls that are left; -1 is unlimited.', ...CALLS_LIMIT })
  remaining!: number;

  @ApiProperty({ description: 'Percent of the limit that is used; 0 where there is none.', ...NUMBER })
  percentage!: number;
}

/** Calls of the day against its limit. */
export class KeptDailyCallsView {
  @ApiProperty({ description: 'Calls of today.', ...COUNT })
  used!: number;

  @ApiProperty({ description: 'Most calls of a day; -1 is unlimited.', ...CALLS_LIMIT })
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

  @ApiProperty({ description: 'Whether the account may spend.', ...TEXT, example: 'active' })
  status!: string;

  @ApiProperty({ description: 'Calls of the period.', type: KeptCallsView })
  usage!: KeptCallsView;

  @ApiProperty({ description: 'Calls of today.', type: KeptDailyCallsView })
  daily!: KeptDailyCallsView;

  @ApiProperty({ description: 'When the period ends.', type: KeptResetView })
  reset!: KeptResetView;
}

/** The calls of an account, from the current period. */
export function callsOf(period: CurrentUsageView, now: Date): KeptUsageView {
  const { user_id, tier, status, calls_per_day, calls_per_month, calls_today, calls_this_period, reset_date } = period;
  const isByDay = calls_per_month === null && calls_per_day !== null;
  const [used, limit] = isByDay ? [calls_today, calls_per_day] : [calls_this_period, calls_per_month ?? UNLIMITED];
  return {
    ...{ user_id, tier, status },
    usage: {
      ...{ used, limit },
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

addToView(CurrentUsageView, 'success', kept('always true', { type: 'boolean', example: true }), () => true);
addToView(CurrentUsageView, 'data', kept('the calls of the period as numbers', { type: KeptUsageView }), (period) =>
  callsOf(period, new Date()),
);

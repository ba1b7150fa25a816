import { ApiProperty } from '@nestjs/swagger';
import type { HistoryView } from '../analytics/history.views.js';
import { figure, type Units, units } from '../platform/amount.js';
import { type Day, dayOf } from '../platform/calendar.js';
import { COUNT, NUMBER } from './kept.js';

/* The calls of each day, as the page about subscriptions draws them. */

/** Calls of one day. */
export class KeptDayView {
  @ApiProperty({ description: 'The day.', type: 'string', format: 'date', example: '2026-11-21' })
  date!: Day;

  @ApiProperty({ description: 'Events.', ...COUNT })
  calls!: number;

  @ApiProperty({ description: 'Tokens in all.', ...COUNT })
  tokens!: number;

  @ApiProperty({ description: 'What they cost, credits, as a number to be drawn.', ...NUMBER })
  cost!: number;
}

/** All days together. */
export class KeptDaysSummaryView {
  @ApiProperty({ description: 'Events.', ...COUNT })
  total_calls!: number;

  @ApiProperty({ description: 'Tokens in all.', ...COUNT })
  total_tokens!: number;

  @ApiProperty({ description: 'What they cost, credits, as a number to be drawn.', ...NUMBER })
  total_cost!: number;
}

/** The days with calls. */
export class KeptDaysView {
  @ApiProperty({ description: 'Days with calls, oldest first.', type: [KeptDayView] })
  history!: KeptDayView[];

  @ApiProperty({ description: 'All of them together.', type: KeptDaysSummaryView })
  summary!: KeptDaysSummaryView;
}

/** The calls of each day. */
export class KeptHistoryView {
  @ApiProperty({ description: 'Always true.', type: 'boolean', example: true })
  success!: boolean;

  @ApiProperty({ description: 'The days.', type: KeptDaysView })
  data!: KeptDaysView;
}

/** The calls of each day, from records of days that come newest first; of no day before `first`. */
export function callHistory(records: readonly HistoryView[], zone: string, first: Day): KeptHistoryView {
  const days = records
    .map((record) => ({ ...record, date: dayOf(record.period_start, zone) }))
    .filter(({ date }) => date >= first)
    .toReversed();
  const total = (of: (record: HistoryView) => number): number => days.reduce((sum, day) => sum + of(day), 0);
  const cost = days.reduce<Units>((sum, { cost_metrics }) => sum + units(cost_metrics.total_cost), 0n);
  return {
    success: true,
    data: {
      history: days.map(({ date, usage_metrics: { events, tokens }, cost_metrics }) => ({
        ...{ date, calls: events, tokens },
        cost: figure(units(cost_metrics.total_cost)),
      })),
      summary: {
        total_calls: total(({ usage_metrics }) => usage_metrics.events),
        total_tokens: total(({ usage_metrics }) => usage_metrics.tokens),
        total_cost: figure(cost),
      },
    },
  };
}

import { ApiProperty } from '@nestjs/swagger';
import type { HistoryView } from '../analytics/history/history.views.js';
import { figure, type Units, units } from '../platform/values/amount.js';
import { type Day, dayOf } from '../platform/values/calendar.js';
import { COUNT, NUMBER } from './legacy-field.js';

/* Calls per day in the shape that the subscription page of earlier clients reads. */

/** Calls of one day. */
export class KeptDayView {
  @ApiProperty({ description: 'The day.', type: 'string', format: 'date', example: '2026-11-21' })
  date!: Day;

  @ApiProperty({ description: 'Number of events.', ...COUNT })
  calls!: number;

  @ApiProperty({ description: 'Total tokens.', ...COUNT })
  tokens!: number;

  @ApiProperty({ description: 'Total cost, credits, as a number for display.', ...NUMBER })
  cost!: number;
}

/** Totals of all days. */
export class KeptDaysSummaryView {
  @ApiProperty({ description: 'Number of events.', ...COUNT })
  total_calls!: number;

  @ApiProperty({ description: 'Total tokens.', ...COUNT })
  total_tokens!: number;

  @ApiProperty({ description: 'Total cost, credits, as a number for display.', ...NUMBER })
  total_cost!: number;
}

/** The days with calls. */
export class KeptDaysView {
  @ApiProperty({ description: 'Days with calls, oldest first.', type: [KeptDayView] })
  history!: KeptDayView[];

  @ApiProperty({ description: 'Totals of these days.', type: KeptDaysSummaryView })
  summary!: KeptDaysSummaryView;
}

/** Calls per day. */
export class KeptHistoryView {
  @ApiProperty({ description: 'Always true.', type: 'boolean', example: true })
  success!: boolean;

  @ApiProperty({ description: 'The days.', type: KeptDaysView })
  data!: KeptDaysView;
}

/** Returns the calls per day since `first`, from daily records sorted newest first. */
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
        date,
        calls: events,
        tokens,
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

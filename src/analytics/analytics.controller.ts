import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { addDays } from '../platform/calendar.js';
import { download, ReturnsFile } from '../platform/export/download.js';
import { By, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { UsageEventView } from '../usage/track.dto.js';
import { AnalyticsQuery, HistoryQuery, TrendsQuery, UsageExportQuery } from './analytics.dto.js';
import { UsageQuery } from '../usage/reports.dto.js';
import { AnalyticsService } from './analytics.service.js';
import { AnalyticsView, InsightView, PredictionView, TrendView } from './analytics.views.js';
import { HistoryView } from './history.views.js';

/** Usage over time, for people: what was, what will be, what to do. */
@ApiTags('Analytics')
@Controller('usage')
export class AnalyticsController {
  constructor(private readonly service: AnalyticsService) {}

  @Get('trends')
  @ApiOperation({
    summary: 'Usage by day, week or month',
    description: 'Every day, week or month of the period is there, whole. Months of 3m and 12m count the running one.',
  })
  @Requires('user', 'service', 'admin')
  @Returns(TrendView, { list: true })
  @Problem(404, 'not_found')
  getUsageTrends(@By() actor: Actor, @Query() query: TrendsQuery) {
    return this.service.trends(actor, query);
  }

  @Get('history')
  @ApiOperation({
    summary: 'Hours, days or months with usage, newest first',
    description: 'Worked out when asked for, from the events; the same period always has the same id.',
  })
  @Requires('user', 'service', 'admin')
  @Returns(HistoryView, { list: true })
  @Problem(422, 'invalid_request')
  @Problem(404, 'not_found')
  getUsageHistory(@By() actor: Actor, @Query() query: HistoryQuery) {
    return this.service.history(actor, query);
  }

  @Get('predictions')
  @ApiOperation({
    summary: 'What the coming 30 days are expected to bring',
    description: 'Exponential smoothing of the last 12 weeks, with trend and weekdays where the days show them.',
  })
  @Requires('user', 'service', 'admin')
  @Returns(PredictionView)
  @Problem(404, 'not_found')
  getUsagePredictions(@By() actor: Actor, @Query() query: UsageQuery) {
    return this.service.predictions(actor, query);
  }

  @Get('insights')
  @ApiOperation({ summary: 'What is worth knowing about the usage, the most important first' })
  @Requires('user', 'service', 'admin')
  @Returns(InsightView, { list: true })
  @Problem(404, 'not_found')
  getUsageInsights(@By() actor: Actor, @Query() query: UsageQuery) {
    return this.service.insights(actor, query);
  }

  @Get('analytics')
  @ApiOperation({
    summary: 'Period, trends, predictions, insights and summary in one answer',
    description: 'Trends and summary are those of the days of `period`; months of it begin on the same day.',
  })
  @Requires('user', 'service', 'admin')
  @Returns(AnalyticsView)
  @Problem(404, 'not_found')
  getUsageAnalytics(@By() actor: Actor, @Query() query: AnalyticsQuery) {
    return this.service.analytics(actor, query);
  }

  @Get('export')
  @ApiOperation({ summary: 'Usage events as a file, oldest first', description: 'Streamed, whatever its length.' })
  @Requires('user', 'service', 'admin')
  @ReturnsFile(UsageEventView)
  @Problem(422, 'invalid_request')
  exportUsage(@By() actor: Actor, @Query() query: UsageExportQuery) {
    const { sheet, range } = this.service.export(actor, query);
    return download(sheet, query, `usage-from-${range.from}-to-${addDays(range.until, -1)}`);
  }
}

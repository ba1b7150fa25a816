import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { addDays } from '../platform/values/calendar.js';
import { download, ReturnsFile } from '../platform/export/download.js';
import { CurrentActor, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { UsageEventView } from '../usage/tracking/track.dto.js';
import { AnalyticsQuery, HistoryQuery, TrendsQuery, UsageExportQuery } from './analytics.dto.js';
import { UsageQuery } from '../usage/reports/reports.dto.js';
import { AnalyticsService } from './analytics.service.js';
import { AnalyticsView, InsightView, PredictionView, TrendView } from './analytics.views.js';
import { HistoryView } from './history/history.views.js';

/**
 * Usage over time: trends, history, predictions, insights. The routes are named after usage, because clients see them
 * beside its reports; they belong to a higher rank, since usage can be recorded and reported without them.
 */
@ApiTags('Analytics')
@Controller('usage')
export class AnalyticsController {
  constructor(private readonly service: AnalyticsService) {}

  @Get('trends')
  @ApiOperation({
    summary: 'Get usage by day, week or month',
    description:
      'Returns every day, week or month of the period, also those without usage, and never a part of one. 3m and 12m include the current month.',
  })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(TrendView, { list: true })
  @Problem(404, 'not_found')
  getUsageTrends(@CurrentActor() actor: Actor, @Query() query: TrendsQuery) {
    return this.service.trends(actor, query);
  }

  @Get('history')
  @ApiOperation({
    summary: 'List hours, days or months with usage, newest first',
    description: 'Computed from the events on request. A period always has the same id.',
  })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(HistoryView, { list: true })
  @Problem(422, 'invalid_request')
  @Problem(404, 'not_found')
  getUsageHistory(@CurrentActor() actor: Actor, @Query() query: HistoryQuery) {
    return this.service.history(actor, query);
  }

  @Get('predictions')
  @ApiOperation({
    summary: 'Get a 30-day forecast',
    description: 'Exponential smoothing of the last 12 weeks, with trend and weekday pattern if the data show them.',
  })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(PredictionView)
  @Problem(404, 'not_found')
  getUsagePredictions(@CurrentActor() actor: Actor, @Query() query: UsageQuery) {
    return this.service.predictions(actor, query);
  }

  @Get('insights')
  @ApiOperation({ summary: 'List insights about the usage, most important first' })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(InsightView, { list: true })
  @Problem(404, 'not_found')
  getUsageInsights(@CurrentActor() actor: Actor, @Query() query: UsageQuery) {
    return this.service.insights(actor, query);
  }

  @Get('analytics')
  @ApiOperation({
    summary: 'Get period, trends, predictions, insights and summary in one response',
    description: 'Trends and summary cover the days of `period`. Its months start on the same day of the month.',
  })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(AnalyticsView)
  @Problem(404, 'not_found')
  getUsageAnalytics(@CurrentActor() actor: Actor, @Query() query: AnalyticsQuery) {
    return this.service.analytics(actor, query);
  }

  @Get('export')
  @ApiOperation({
    summary: 'Export usage events as a file',
    description:
      'Streamed, without a limit on its length. Work that was recorded late comes first, then all other work in the order of recording.',
  })
  @Requires('usage:read', 'user', 'service', 'admin')
  @ReturnsFile(UsageEventView)
  @Problem(422, 'invalid_request')
  exportUsage(@CurrentActor() actor: Actor, @Query() query: UsageExportQuery) {
    const { sheet, range } = this.service.export(actor, query);
    return download(sheet, query, `usage-from-${range.from}-to-${addDays(range.until, -1)}`);
  }
}

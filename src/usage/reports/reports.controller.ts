import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountQuery } from '../../credits/credits.dto.js';
import { accountOf, type Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { DailyQuery, MetricsQuery, SpanQuery, UsageQuery } from './reports.dto.js';
import { ReportsService } from './reports.service.js';
import {
  CurrentUsageView,
  DailyUsageView,
  FreeTierView,
  ModelUsageView,
  ServiceUsageView,
  UsageMetricsView,
  UsageSummaryView,
} from './reports.views.js';

/** Reports on usage. Services and admins can name the account. */
@ApiTags('Usage')
@Controller('credits/usage')
@Problem(422, 'invalid_request')
export class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Get('summary')
  @ApiOperation({ summary: 'Get a usage summary', description: 'Covers the last 30 days, unless dates are given.' })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(UsageSummaryView)
  getUsageSummary(@CurrentActor() actor: Actor, @Query() query: SpanQuery): Promise<UsageSummaryView> {
    return this.reports.summary(accountOf(actor, query.user_id), query);
  }

  @Get('by-model')
  @ApiOperation({
    summary: 'Get usage by model',
    description: 'Covers the last 30 days, unless dates are given. The most expensive model comes first.',
  })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(ModelUsageView, { list: true })
  getUsageByModel(@CurrentActor() actor: Actor, @Query() query: SpanQuery): Promise<ModelUsageView[]> {
    return this.reports.byModel(accountOf(actor, query.user_id), query);
  }

  @Get('by-service')
  @ApiOperation({
    summary: 'Get usage by service',
    description: 'Covers the last 30 days, unless dates are given. The most expensive service comes first.',
  })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(ServiceUsageView, { list: true })
  getUsageByService(@CurrentActor() actor: Actor, @Query() query: SpanQuery): Promise<ServiceUsageView[]> {
    return this.reports.byService(accountOf(actor, query.user_id), query);
  }

  @Get('free-tier')
  @ApiOperation({ summary: 'Get free usage of this month' })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(FreeTierView)
  getFreeTierUsage(@CurrentActor() actor: Actor, @Query() query: UsageQuery): Promise<FreeTierView> {
    return this.reports.freeTier(accountOf(actor, query.user_id), query.tz);
  }

  @Get('daily')
  @ApiOperation({ summary: 'Get usage of a day' })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(DailyUsageView)
  getDailyUsage(@CurrentActor() actor: Actor, @Query() query: DailyQuery): Promise<DailyUsageView> {
    return this.reports.daily(accountOf(actor, query.user_id), query.tz, query.date);
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Get usage data for charts' })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(UsageMetricsView)
  getUsageMetrics(@CurrentActor() actor: Actor, @Query() query: MetricsQuery): Promise<UsageMetricsView> {
    return this.reports.metrics(accountOf(actor, query.user_id), query.tz, query.range);
  }
}

/** Reports on the current period. */
@ApiTags('Usage')
@Controller('usage')
export class CurrentUsageController {
  constructor(private readonly reports: ReportsService) {}

  @Get('current')
  @ApiOperation({
    summary: 'Get the usage of this period and the limits of the plan',
    description: 'For limits, `null` means unlimited.',
  })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(CurrentUsageView)
  @Problem(404, 'not_found')
  getCurrentUsage(@CurrentActor() actor: Actor, @Query() query: AccountQuery): Promise<CurrentUsageView> {
    return this.reports.current(actor, accountOf(actor, query.user_id));
  }
}

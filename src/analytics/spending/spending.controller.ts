import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { accountOf, type Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { UsageQuery } from '../../usage/reports/reports.dto.js';
import { UsageEventView } from '../../usage/tracking/track.dto.js';
import { EventListService } from './event-list.service.js';
import { UsageEventsQuery, UsageSeriesQuery } from './spending.dto.js';
import { SpendingService } from './spending.service.js';
import { SpentView, UsageSeriesView } from './spending.views.js';

/** Spending over time, as the ledger says, and the events behind it. */
@ApiTags('Analytics')
@Controller('usage')
@Problem(422, 'invalid_request')
export class SpendingController {
  constructor(
    private readonly spending: SpendingService,
    private readonly events: EventListService,
  ) {}

  @Get('series')
  @ApiOperation({
    summary: 'Get spending and usage over time, by provider, service or model',
    description:
      'Follows the ledger: the total of `credits` equals the charges and corrections booked between `from` and `to` of the response, including charges without a usage event. Charged work counts when it was booked, other work when it was done. Buckets are complete, in `tz`.',
  })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(UsageSeriesView)
  getUsageSeries(@CurrentActor() actor: Actor, @Query() query: UsageSeriesQuery): Promise<UsageSeriesView> {
    return this.spending.series(accountOf(actor, query.user_id), query);
  }

  @Get('spent')
  @ApiOperation({
    summary: 'Get the credits spent in the last 24 hours, 7 days and 30 days',
    description: 'Follows the ledger, including charges without a usage event.',
  })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(SpentView)
  getSpentCredits(@CurrentActor() actor: Actor, @Query() query: UsageQuery): Promise<SpentView> {
    return this.spending.spent(accountOf(actor, query.user_id), query.tz);
  }

  @Get('events')
  @ApiOperation({
    summary: 'List usage events, newest first',
    description: '`transaction_id` is the ledger line that charged the event; its receipt explains the amount.',
  })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(UsageEventView, { list: true })
  listUsageEvents(@CurrentActor() actor: Actor, @Query() query: UsageEventsQuery) {
    return this.events.list(accountOf(actor, query.user_id), query);
  }
}

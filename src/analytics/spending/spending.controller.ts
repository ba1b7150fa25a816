import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { accountOf, type Actor } from '../../platform/actor.js';
import { download, ReturnsFile } from '../../platform/export/download.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { UsageQuery } from '../../usage/reports/reports.dto.js';
import { UsageEventView } from '../../usage/tracking/track.dto.js';
import { EventListService } from './event-list.service.js';
import { UsageEventsQuery, UsageSeriesQuery } from './spending.dto.js';
import { SpendingService } from './spending.service.js';
import { UsageReportQuery, UsageReportRowView } from './usage-report.dto.js';
import { UsageReportService } from './usage-report.service.js';
import { SpentView, UsageSeriesView } from './spending.views.js';

/** Spending over time, as the ledger says, and the events behind it. */
@ApiTags('Analytics')
@Controller('usage')
@Problem(422, 'invalid_request')
export class SpendingController {
  constructor(
    private readonly spending: SpendingService,
    private readonly events: EventListService,
    private readonly reports: UsageReportService,
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

  @Get('report')
  @ApiOperation({
    summary: 'Report who or what spent how much',
    description:
      'For charging it on: a line for each bucket and member, cost center, model, API key or tag, as a file in the chosen format. Follows the ledger: except for tags, the credits of the lines add up to what was spent in the buckets, which are complete.',
  })
  @Requires('usage:read', 'user', 'service', 'admin')
  @ReturnsFile(UsageReportRowView)
  async getUsageReport(@CurrentActor() actor: Actor, @Query() query: UsageReportQuery) {
    const lines = await this.reports.lines(accountOf(actor, query.user_id), query);
    const sheet = { view: UsageReportRowView, pages: inOnePage(lines) };
    return download(sheet, { format: query.format, excel: false }, `usage-by-${query.group_by}`);
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

// eslint-disable-next-line @typescript-eslint/require-await -- pages of a sheet are asynchronous
async function* inOnePage<Row>(rows: Row[]): AsyncGenerator<Row[]> {
  yield rows;
}

import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { PlatformSeriesQuery } from '../spending/spending.dto.js';
import { SpendingService } from '../spending/spending.service.js';
import { UsageSeriesView } from '../spending/spending.views.js';
import { MarginsQuery, MarginView } from './margins.dto.js';
import { MarginsService } from './margins.service.js';
import { OverviewService } from './overview.service.js';
import { PlatformOverviewView } from './overview.views.js';

/** The whole platform, for administrators. */
@ApiTags('Platform')
@Controller('admin')
export class PlatformController {
  constructor(
    private readonly overview: OverviewService,
    private readonly margins: MarginsService,
    private readonly spending: SpendingService,
  ) {}

  @Get('overview')
  @ApiOperation({
    summary: 'Get the whole platform at a glance',
    description: 'Revenue, credits, cost and margin, what needs an administrator, and health.',
  })
  @Requires('admin:*', 'admin')
  @Returns(PlatformOverviewView)
  getPlatformOverview(): Promise<PlatformOverviewView> {
    return this.overview.overview();
  }

  @Get('margins')
  @ApiOperation({
    summary: 'List margins by model, provider or service, lowest first',
    description: 'Covers the recorded work of all accounts on UTC days. Models without a final price are marked.',
  })
  @Requires('admin:*', 'admin')
  @Returns(MarginView, { list: true })
  @Problem(422, 'invalid_request')
  listMargins(@Query() query: MarginsQuery): Promise<MarginView[]> {
    return this.margins.list(query);
  }

  @Get('usage/series')
  @ApiOperation({
    summary: 'Get spending and usage of all accounts over time',
    description: 'As `GET /usage/series`, for the whole platform. `tz` must differ from UTC by whole hours.',
  })
  @Requires('admin:*', 'admin')
  @Returns(UsageSeriesView)
  @Problem(422, 'invalid_request')
  getPlatformSeries(@Query() query: PlatformSeriesQuery): Promise<UsageSeriesView> {
    return this.spending.series(null, query);
  }
}

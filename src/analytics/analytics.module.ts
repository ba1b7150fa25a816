import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MembershipsModule } from '../memberships/memberships.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { AnalyticsController } from './analytics.controller.js';
import { AnalyticsService } from './analytics.service.js';
import { UsageExportRepository } from './export/usage-export.repository.js';
import { MarginsRepository } from './platform/margins.repository.js';
import { MarginsService } from './platform/margins.service.js';
import { OverviewRepository } from './platform/overview.repository.js';
import { OverviewService } from './platform/overview.service.js';
import { PlatformController } from './platform/platform.controller.js';
import { EventListService } from './spending/event-list.service.js';
import { SpendingController } from './spending/spending.controller.js';
import { SpendingRepository } from './spending/spending.repository.js';
import { SpendingService } from './spending/spending.service.js';
import { EventListRepository } from './spending/event-list.repository.js';
import { UsageReportService } from './spending/usage-report.service.js';
import { UsageSeriesRepository } from './series/usage-series.repository.js';

@Module({
  imports: [JobsModule, MembershipsModule, MeteringModule, CreditsModule, TiersModule],
  controllers: [AnalyticsController, SpendingController, PlatformController],
  providers: [
    AnalyticsService,
    EventListRepository,
    EventListService,
    MarginsRepository,
    MarginsService,
    OverviewRepository,
    OverviewService,
    SpendingRepository,
    SpendingService,
    UsageReportService,
    UsageExportRepository,
    UsageSeriesRepository,
  ],
  exports: [AnalyticsService, SpendingService],
})
export class AnalyticsModule {}

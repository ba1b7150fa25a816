import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { AnalyticsController } from './analytics.controller.js';
import { AnalyticsService } from './analytics.service.js';
import { UsageExportRepository } from './export/usage-export.repository.js';
import { UsageSeriesRepository } from './series/usage-series.repository.js';

@Module({
  imports: [CreditsModule, TiersModule],
  controllers: [AnalyticsController],
  providers: [AnalyticsService, UsageExportRepository, UsageSeriesRepository],
  exports: [AnalyticsService],
})
export class AnalyticsModule {}

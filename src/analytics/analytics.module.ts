import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { AnalyticsController } from './analytics.controller.js';
import { AnalyticsService } from './analytics.service.js';
import { ChargesRepository } from './charges.repository.js';
import { UsageExportRepository } from './usage-export.repository.js';
import { UsageSeriesRepository } from './usage-series.repository.js';

@Module({
  imports: [CreditsModule, TiersModule],
  controllers: [AnalyticsController],
  providers: [AnalyticsService, UsageExportRepository, UsageSeriesRepository, ChargesRepository],
  exports: [AnalyticsService],
})
export class AnalyticsModule {}

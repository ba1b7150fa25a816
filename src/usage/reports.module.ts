import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { RollupModule } from '../metering/rollup.module.js';
import { CurrentUsageController, ReportsController } from './reports.controller.js';
import { ReportsRepository } from './reports.repository.js';
import { ReportsService } from './reports.service.js';

@Module({
  imports: [CreditsModule, RollupModule],
  controllers: [ReportsController, CurrentUsageController],
  providers: [ReportsRepository, ReportsService],
  exports: [ReportsService, RollupModule],
})
export class ReportsModule {}

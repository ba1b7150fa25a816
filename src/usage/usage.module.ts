import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { OperatorController } from './operator.controller.js';
import { CurrentUsageController, ReportsController } from './reports.controller.js';
import { ReportsRepository } from './reports.repository.js';
import { ReportsService } from './reports.service.js';
import { ReratingJob } from './rerating.job.js';
import { ReratingService } from './rerating.service.js';
import { UnratedController } from './unrated.controller.js';
import { TrackController } from './track.controller.js';
import { TrackingService } from './tracking.service.js';
import { WhatIfRepository } from './what-if.repository.js';
import { WhatIfService } from './what-if.service.js';

@Module({
  imports: [JobsModule, TiersModule, PricingModule, MeteringModule, CreditsModule],
  controllers: [TrackController, ReportsController, CurrentUsageController, OperatorController, UnratedController],
  providers: [
    ...[TrackingService, ReportsService, ReportsRepository],
    ...[ReratingService, ReratingJob, WhatIfService, WhatIfRepository],
  ],
  exports: [TrackingService, ReportsService, ReratingService, WhatIfService, MeteringModule],
})
export class UsageModule {}

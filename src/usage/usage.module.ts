import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { MembershipsModule } from '../memberships/memberships.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { ReratingController } from './rerating/rerating.controller.js';
import { CurrentUsageController, ReportsController } from './reports/reports.controller.js';
import { ReportsRepository } from './reports/reports.repository.js';
import { ReportsService } from './reports/reports.service.js';
import { ReratingJob } from './rerating/rerating.job.js';
import { ReratingService } from './rerating/rerating.service.js';
import { UnratedController } from './rerating/unrated.controller.js';
import { TrackController } from './tracking/track.controller.js';
import { Plans } from './tracking/plans.js';
import { TrackingService } from './tracking/tracking.service.js';
import { WhatIfRepository } from './rerating/what-if.repository.js';
import { WhatIfService } from './rerating/what-if.service.js';

@Module({
  imports: [MembershipsModule, JobsModule, KeysModule, TiersModule, PricingModule, MeteringModule, CreditsModule],
  controllers: [TrackController, ReportsController, CurrentUsageController, ReratingController, UnratedController],
  providers: [
    Plans,
    TrackingService,
    ReportsService,
    ReportsRepository,
    ReratingService,
    ReratingJob,
    WhatIfService,
    WhatIfRepository,
  ],
  exports: [TrackingService, ReportsService, ReratingService, WhatIfService, MeteringModule],
})
export class UsageModule {}

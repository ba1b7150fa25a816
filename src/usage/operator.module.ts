import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { OperatorController } from './operator.controller.js';
import { ReratingJob } from './rerating.job.js';
import { ReratingService } from './rerating.service.js';
import { WhatIfRepository } from './what-if.repository.js';
import { WhatIfService } from './what-if.service.js';

@Module({
  imports: [JobsModule, CreditsModule, MeteringModule, PricingModule, TiersModule],
  controllers: [OperatorController],
  providers: [ReratingJob, ReratingService, WhatIfRepository, WhatIfService],
  exports: [ReratingService, WhatIfService],
})
export class OperatorModule {}

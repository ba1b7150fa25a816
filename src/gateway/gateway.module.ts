import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { OpenRouterModule } from '../openrouter/openrouter.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { BillingController } from './billing.controller.js';
import { CallAnswers } from './call-answers.js';
import { CallEstimates } from './call-estimates.js';
import { CallKeys } from './call-keys.js';
import { CallKeysRepository } from './call-keys.repository.js';
import { CallRates } from './call-rates.js';
import { CallRoutes } from './call-routes.js';
import { CallSender } from './call-sender.js';
import { CallStart } from './call-start.js';
import { CallsRecoveryJob } from './calls-recovery.job.js';
import { FreeCalls } from './free-calls.js';
import { GatewayController } from './gateway.controller.js';
import { GatewayService } from './gateway.service.js';
import { LeftKeys } from './left-keys.js';
import { ModelNames } from './model-names.js';
import { ModelsController } from './models.controller.js';
import { ModelsService } from './models.service.js';
import { PlanModels } from './plan-models.js';
import { ReconciliationModule } from './reconciliation.module.js';
import { OpenCalls } from './open-calls.js';

@Module({
  imports: [CreditsModule, JobsModule, OpenRouterModule, PricingModule, ReconciliationModule, TiersModule],
  controllers: [BillingController, GatewayController, ModelsController],
  providers: [
    CallAnswers,
    CallEstimates,
    CallKeys,
    CallKeysRepository,
    CallRates,
    CallRoutes,
    CallSender,
    CallStart,
    CallsRecoveryJob,
    FreeCalls,
    GatewayService,
    LeftKeys,
    ModelNames,
    ModelsService,
    OpenCalls,
    PlanModels,
  ],
})
export class GatewayModule {}

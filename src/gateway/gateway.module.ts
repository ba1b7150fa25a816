import { MembershipsModule } from '../memberships/memberships.module.js';
import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { OpenRouterModule } from '../openrouter/openrouter.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { BillingController } from './billing.controller.js';
import { CallAnswers } from './answers/call-answers.js';
import { CallEstimates } from './calls/call-estimates.js';
import { CallKeys } from './calls/call-keys.js';
import { CallKeysRepository } from './calls/call-keys.repository.js';
import { CallRates } from './calls/call-rates.js';
import { CallRoutes } from './calls/call-routes.js';
import { CallSender } from './calls/call-sender.js';
import { CallStart } from './calls/call-start.js';
import { CallTermsReader } from './calls/call-terms.js';
import { CallsRecoveryJob } from './calls/calls-recovery.job.js';
import { FreeCalls } from './calls/free-calls.js';
import { GatewayController } from './gateway.controller.js';
import { GatewayService } from './gateway.service.js';
import { DeferredKeys } from './calls/deferred-keys.js';
import { ModelNames } from './models/model-names.js';
import { ModelsController } from './models/models.controller.js';
import { ModelsService } from './models/models.service.js';
import { PlanModels } from './calls/plan-models.js';
import { ReconciliationModule } from './reconciliation/reconciliation.module.js';
import { OpenCalls } from './calls/open-calls.js';

@Module({
  imports: [
    MembershipsModule,
    CreditsModule,
    JobsModule,
    KeysModule,
    OpenRouterModule,
    PricingModule,
    ReconciliationModule,
    TiersModule,
  ],
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
    CallTermsReader,
    CallsRecoveryJob,
    FreeCalls,
    GatewayService,
    DeferredKeys,
    ModelNames,
    ModelsService,
    OpenCalls,
    PlanModels,
  ],
})
export class GatewayModule {}

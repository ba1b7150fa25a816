import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { OpenRouterModule } from '../openrouter/openrouter.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { AccountFactsService } from './account-facts.service.js';
import { DismissalsRepository } from './dismissals.repository.js';
import { ModelFactsService } from './model-facts.service.js';
import { PastWorkRepository } from './past-work.repository.js';
import { RecommendationsController } from './recommendations.controller.js';
import { RecommendationsService } from './recommendations.service.js';

@Module({
  imports: [CreditsModule, OpenRouterModule, PaymentsModule, PricingModule, TiersModule],
  controllers: [RecommendationsController],
  providers: [AccountFactsService, DismissalsRepository, ModelFactsService, PastWorkRepository, RecommendationsService],
})
export class AdviceModule {}

import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CreditsModule } from '../credits/credits.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { AccountFactsRepository } from './abuse/account-facts.repository.js';
import { GiftChecks } from './abuse/gift-checks.service.js';
import { GiftReviews } from './abuse/gift-reviews.service.js';
import { GiftReviewsController } from './abuse/gift-reviews.controller.js';
import { OldSignalsJob } from './abuse/old-signals.job.js';
import { SignalsRepository } from './abuse/signals.repository.js';
import { GiftsRepository } from './gifts/gifts.repository.js';
import { GiftsService } from './gifts/gifts.service.js';
import { ReferralProgramRepository } from './referrals/referral-program.repository.js';
import { ReferralProgram } from './referrals/referral-program.service.js';
import { ReferralRedemption } from './referrals/referral-redemption.service.js';
import { ReferralRewards } from './referrals/referral-rewards.service.js';
import { ReferralsAdminController } from './referrals/referrals-admin.controller.js';
import { ReferralsController } from './referrals/referrals.controller.js';
import { ReferralsJob } from './referrals/referrals.job.js';
import { ReferralsRepository } from './referrals/referrals.repository.js';
import { ReferralsService } from './referrals/referrals.service.js';
import { GrowthController } from './analytics/growth.controller.js';
import { GrowthRepository } from './analytics/growth.repository.js';
import { GrowthService } from './analytics/growth.service.js';
import { OpeningsRepository } from './analytics/openings.repository.js';
import { ExperimentsController } from './experiments/experiments.controller.js';
import { ExperimentsRepository } from './experiments/experiments.repository.js';
import { ExperimentsService } from './experiments/experiments.service.js';
import { ResultsRepository } from './experiments/results.repository.js';
import { GrowthTransfer } from './growth-transfer.repository.js';
import { InitialCredits } from './initial-credits.js';
import { WelcomeController } from './welcome/welcome.controller.js';
import { WelcomeJob } from './welcome/welcome.job.js';
import { WelcomeRepository } from './welcome/welcome.repository.js';
import { WelcomeService } from './welcome/welcome.service.js';

@Module({
  imports: [AuditModule, CreditsModule, JobsModule],
  controllers: [
    ExperimentsController,
    GrowthController,
    GiftReviewsController,
    ReferralsAdminController,
    ReferralsController,
    WelcomeController,
  ],
  providers: [
    AccountFactsRepository,
    GiftChecks,
    GiftReviews,
    GiftsRepository,
    GiftsService,
    OldSignalsJob,
    ReferralProgram,
    ReferralProgramRepository,
    ReferralRedemption,
    ReferralRewards,
    ReferralsJob,
    ReferralsRepository,
    ReferralsService,
    ExperimentsRepository,
    ExperimentsService,
    GrowthRepository,
    GrowthService,
    GrowthTransfer,
    InitialCredits,
    OpeningsRepository,
    ResultsRepository,
    SignalsRepository,
    WelcomeJob,
    WelcomeRepository,
    WelcomeService,
  ],
  exports: [
    ExperimentsService,
    GrowthService,
    GrowthTransfer,
    OpeningsRepository,
    GiftChecks,
    GiftReviews,
    ReferralProgram,
    ReferralRedemption,
    ReferralRewards,
    ReferralsService,
    SignalsRepository,
    WelcomeService,
  ],
})
export class GrowthModule {}

import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CreditsModule } from '../credits/credits.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { CouponEffects } from './redemption/coupon-effects.service.js';
import { CouponsController } from './coupons.controller.js';
import { CouponsRepository } from './coupons.repository.js';
import { CouponsService } from './coupons.service.js';
import { DiscountsRepository } from './discounts/discounts.repository.js';
import { ExpiringDiscountsJob } from './discounts/expiring-discounts.job.js';
import { DiscountsService } from './discounts/discounts.service.js';
import { RedemptionService } from './redemption/redemption.service.js';
import { RedemptionsController } from './redemption/redemptions.controller.js';
import { RedemptionsRepository } from './redemption/redemptions.repository.js';
import { RedemptionsService } from './redemption/redemptions.service.js';

@Module({
  imports: [AuditModule, JobsModule, TiersModule, CreditsModule],
  controllers: [CouponsController, RedemptionsController],
  providers: [
    CouponEffects,
    CouponsRepository,
    CouponsService,
    DiscountsRepository,
    DiscountsService,
    ExpiringDiscountsJob,
    RedemptionService,
    RedemptionsRepository,
    RedemptionsService,
  ],
  exports: [CouponsRepository, CouponsService, DiscountsService, RedemptionsRepository],
})
export class CouponsModule {}

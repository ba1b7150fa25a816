import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { TrackController } from './track.controller.js';
import { TrackingService } from './tracking.service.js';

@Module({
  imports: [CreditsModule, MeteringModule, PricingModule, TiersModule],
  controllers: [TrackController],
  providers: [TrackingService],
  exports: [TrackingService],
})
export class TrackingModule {}

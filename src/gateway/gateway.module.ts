import { Module } from '@nestjs/common';
import { PricingModule } from '../pricing/pricing.module.js';
import { ModelsController } from './models.controller.js';
import { ModelsService } from './models.service.js';

@Module({
  imports: [PricingModule],
  controllers: [ModelsController],
  providers: [ModelsService],
})
export class GatewayModule {}

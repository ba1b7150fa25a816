import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { TiersController } from './tiers.controller.js';
import { TiersRepository } from './tiers.repository.js';
import { TiersService } from './tiers.service.js';

@Module({
  imports: [AuditModule],
  controllers: [TiersController],
  providers: [TiersRepository, TiersService],
  exports: [TiersRepository, TiersService],
})
export class TiersModule {}

import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CreditsModule } from '../credits/credits.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { SignalsRepository } from './abuse/signals.repository.js';
import { WelcomeController } from './welcome/welcome.controller.js';
import { WelcomeJob } from './welcome/welcome.job.js';
import { WelcomeRepository } from './welcome/welcome.repository.js';
import { WelcomeService } from './welcome/welcome.service.js';

@Module({
  imports: [AuditModule, CreditsModule, JobsModule],
  controllers: [WelcomeController],
  providers: [SignalsRepository, WelcomeJob, WelcomeRepository, WelcomeService],
  exports: [SignalsRepository, WelcomeService],
})
export class GrowthModule {}

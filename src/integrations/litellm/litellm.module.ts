import { Module } from '@nestjs/common';
import { AuditModule } from '../../audit/audit.module.js';
import { CreditsModule } from '../../credits/credits.module.js';
import { JobsModule } from '../../jobs/jobs.module.js';
import { UsageModule } from '../../usage/usage.module.js';
import { LiteLlmController } from './litellm.controller.js';
import { LogsService } from './logs.service.js';
import { OldRejectedJob } from './old-rejected.job.js';
import { RejectedController } from './rejected.controller.js';
import { RejectedRepository } from './rejected.repository.js';
import { RejectedService } from './rejected.service.js';

@Module({
  imports: [AuditModule, JobsModule, CreditsModule, UsageModule],
  controllers: [LiteLlmController, RejectedController],
  providers: [LogsService, RejectedService, RejectedRepository, OldRejectedJob],
  exports: [RejectedService],
})
export class LiteLlmModule {}

import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { OldSessionsJob } from './old-sessions.job.js';
import { PortalSessionsController } from './portal-sessions.controller.js';
import { PortalSessionsRepository } from './portal-sessions.repository.js';
import { PortalSessions } from './portal-sessions.service.js';

@Module({
  imports: [AuditModule, JobsModule],
  controllers: [PortalSessionsController],
  providers: [OldSessionsJob, PortalSessions, PortalSessionsRepository],
  exports: [PortalSessions],
})
export class PortalModule {}

import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { Jobs } from './jobs.js';
import { JobsController } from './jobs.controller.js';
import { RunsRepository } from './runs.repository.js';
import { RunsService } from './runs.service.js';

@Module({
  imports: [AuditModule],
  controllers: [JobsController],
  providers: [Jobs, RunsRepository, RunsService],
  exports: [Jobs, RunsService],
})
export class JobsModule {}

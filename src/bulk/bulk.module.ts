import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CreditsModule } from '../credits/credits.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { BulkGrants } from './bulk-grants.js';
import { ImportBooking } from './imports/import-booking.js';
import { CreditImportsController } from './imports/imports.controller.js';
import { CreditImportsRepository } from './imports/imports.repository.js';
import { CreditImports } from './imports/imports.service.js';
import { ScheduleRunsRepository } from './schedules/schedule-runs.repository.js';
import { ScheduledGrantsJob } from './schedules/scheduled-grants.job.js';
import { SchedulesController } from './schedules/schedules.controller.js';
import { SchedulesRepository } from './schedules/schedules.repository.js';
import { ScheduledGrants } from './schedules/schedules.service.js';

@Module({
  imports: [AuditModule, CreditsModule, JobsModule, TiersModule],
  controllers: [CreditImportsController, SchedulesController],
  providers: [
    BulkGrants,
    CreditImports,
    CreditImportsRepository,
    ImportBooking,
    ScheduledGrants,
    ScheduledGrantsJob,
    ScheduleRunsRepository,
    SchedulesRepository,
  ],
  exports: [CreditImports, ImportBooking, ScheduledGrants],
})
export class BulkModule {}

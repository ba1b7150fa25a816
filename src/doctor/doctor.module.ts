import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { LedgerVerification } from '../credits/ledger/ledger-verification.js';
import { LedgerVerificationRepository } from '../credits/ledger/ledger-verification.repository.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { BacklogChecks } from './backlog.checks.js';
import { BooksChecks } from './books.checks.js';
import { DoctorJob } from './doctor.job.js';
import { DoctorRepository } from './doctor.repository.js';
import { Doctor } from './doctor.service.js';
import { SurroundingsChecks } from './surroundings.checks.js';
import { WebhooksChecks } from './webhooks.checks.js';

@Module({
  imports: [JobsModule, MeteringModule, CreditsModule, WebhooksModule],
  providers: [
    SurroundingsChecks,
    BooksChecks,
    BacklogChecks,
    WebhooksChecks,
    DoctorRepository,
    Doctor,
    DoctorJob,
    LedgerVerification,
    LedgerVerificationRepository,
  ],
  exports: [Doctor, LedgerVerification],
})
export class DoctorModule {}

import { Module } from '@nestjs/common';
import { CreditsModule } from '../credits/credits.module.js';
import { LedgerVerification } from '../credits/ledger/ledger-verification.js';
import { LedgerVerificationRepository } from '../credits/ledger/ledger-verification.repository.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { BacklogChecks } from './backlog.checks.js';
import { BooksChecks } from './books.checks.js';
import { DoctorJob } from './doctor.job.js';
import { DoctorRepository } from './doctor.repository.js';
import { Doctor } from './doctor.service.js';
import { SurroundingsChecks } from './surroundings.checks.js';

@Module({
  imports: [JobsModule, MeteringModule, CreditsModule],
  providers: [
    SurroundingsChecks,
    BooksChecks,
    BacklogChecks,
    DoctorRepository,
    Doctor,
    DoctorJob,
    LedgerVerification,
    LedgerVerificationRepository,
  ],
  exports: [Doctor, LedgerVerification],
})
export class DoctorModule {}

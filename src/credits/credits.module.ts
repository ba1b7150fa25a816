import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { AccountBook } from './account-book.js';
import { AccountsRepository } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import { BatchRepository } from './batch.repository.js';
import { CorrectionService } from './correction.service.js';
import { CreditsController } from './credits.controller.js';
import { CreditsService } from './credits.service.js';
import { DueAccountsJob } from './due-accounts.job.js';
import { HoldsController } from './holds.controller.js';
import { HoldsRepository } from './holds.repository.js';
import { IdempotencyRepository } from './idempotency.js';
import { OldKeysJob } from './old-keys.job.js';
import { LeasesRepository } from './leases.repository.js';
import { LedgerRepository } from './ledger.repository.js';
import { LockedPoster } from './locked-poster.js';
import { PostingEngine } from './posting.engine.js';
import { PostingMetrics } from './posting-metrics.js';
import { PostingMemory } from './posting-memory.js';
import { PostingTraces } from './posting-traces.js';
import { PostingStore } from './posting-store.js';
import { ReceiptsService } from './receipts.service.js';
import { SwitchService } from './switch.service.js';
import { TakeOverService } from './take-over.service.js';

@Module({
  imports: [AuditModule, JobsModule, MeteringModule, PricingModule, TiersModule],
  controllers: [CreditsController, HoldsController],
  providers: [
    AccountBook,
    AccountsRepository,
    AccountsService,
    BatchRepository,
    CorrectionService,
    CreditsService,
    DueAccountsJob,
    HoldsRepository,
    IdempotencyRepository,
    LeasesRepository,
    LedgerRepository,
    LockedPoster,
    PostingMetrics,
    OldKeysJob,
    PostingEngine,
    PostingMemory,
    PostingStore,
    PostingTraces,
    ReceiptsService,
    SwitchService,
    TakeOverService,
  ],
  exports: [
    AccountBook,
    AccountsRepository,
    AccountsService,
    CorrectionService,
    CreditsService,
    DueAccountsJob,
    HoldsRepository,
    IdempotencyRepository,
    LeasesRepository,
    LedgerRepository,
    PostingEngine,
    SwitchService,
    ReceiptsService,
    TakeOverService,
  ],
})
export class CreditsModule {}

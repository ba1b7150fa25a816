import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { AccountBook } from './account-book.js';
import { AccountsRepository } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import { BatchRepository } from './batch.repository.js';
import { CreditsController } from './credits.controller.js';
import { CreditsService } from './credits.service.js';
import { HoldsController } from './holds.controller.js';
import { HoldsRepository } from './holds.repository.js';
import { IdempotencyRepository } from './idempotency.js';
import { LedgerRepository } from './ledger.repository.js';
import { LockedPoster } from './locked-poster.js';
import { PostingEngine } from './posting.engine.js';
import { SwitchService } from './switch.service.js';

@Module({
  imports: [AuditModule, TiersModule],
  controllers: [CreditsController, HoldsController],
  providers: [
    AccountBook,
    AccountsRepository,
    AccountsService,
    BatchRepository,
    CreditsService,
    HoldsRepository,
    IdempotencyRepository,
    LedgerRepository,
    LockedPoster,
    PostingEngine,
    SwitchService,
  ],
  exports: [
    AccountBook,
    AccountsService,
    CreditsService,
    IdempotencyRepository,
    LedgerRepository,
    PostingEngine,
    SwitchService,
  ],
})
export class CreditsModule {}

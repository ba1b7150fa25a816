import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { MembershipsModule } from '../memberships/memberships.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { AccountLocks } from './accounts/account-locks.js';
import { AccountTerms } from './accounts/account-terms.js';
import { AccountsRepository } from './accounts/accounts.repository.js';
import { AccountsService } from './accounts/accounts.service.js';
import { BurnsRepository } from './brake/burns.repository.js';
import { KeyBrake } from './brake/key-brake.js';
import { BudgetedAccounts } from './posting/budgeted-accounts.js';
import { BatchRepository } from './posting/batch.repository.js';
import { CorrectionService } from './correction.service.js';
import { CreditCheck } from './credit-check.service.js';
import { CreditOrders } from './credit-orders.service.js';
import { CreditsController } from './credits.controller.js';
import { CreditsService } from './credits.service.js';
import { ExpiringGrantsJob } from './grants/expiring-grants.job.js';
import { ExpiringGrantsRepository } from './grants/expiring-grants.repository.js';
import { DueAccountsJob } from './accounts/due-accounts.job.js';
import { BudgetReader } from './budgets/budget-reader.js';
import { BudgetTransfer } from './budgets/budget-transfer.js';
import { BudgetUseRepository } from './budgets/budget-use.repository.js';
import { BudgetWindows } from './budgets/budget-windows.js';
import { BudgetsController } from './budgets/budgets.controller.js';
import { BudgetsRepository } from './budgets/budgets.repository.js';
import { BudgetsService } from './budgets/budgets.service.js';
import { HoldsController } from './holds/holds.controller.js';
import { HoldsService } from './holds/holds.service.js';
import { HoldsRepository } from './holds/holds.repository.js';
import { IdempotencyRepository } from './posting/idempotency.js';
import { OldKeysJob } from './posting/old-keys.job.js';
import { LeasesRepository } from './holds/leases.repository.js';
import { LedgerRepository } from './ledger/ledger.repository.js';
import { LockedPathPoster } from './posting/locked-path-poster.js';
import { PaidElsewhere } from './posting/paid-elsewhere.js';
import { PostingEngine } from './posting/posting.engine.js';
import { PostingMetrics } from './posting/posting-metrics.js';
import { ReplayLookup } from './posting/replay-lookup.js';
import { PostingTraces } from './posting/posting-traces.js';
import { PostingStore } from './posting/posting-store.js';
import { ReceiptsService } from './ledger/receipts.service.js';
import { SwitchService } from './grants/switch.service.js';
import { TakeOverService } from './accounts/take-over.service.js';

@Module({
  imports: [AuditModule, JobsModule, KeysModule, MembershipsModule, MeteringModule, PricingModule, TiersModule],
  controllers: [CreditsController, HoldsController, BudgetsController],
  providers: [
    AccountLocks,
    AccountTerms,
    AccountsRepository,
    AccountsService,
    BatchRepository,
    BudgetReader,
    BudgetTransfer,
    BudgetedAccounts,
    BudgetUseRepository,
    BudgetWindows,
    BudgetsRepository,
    BudgetsService,
    BurnsRepository,
    CorrectionService,
    CreditCheck,
    CreditOrders,
    CreditsService,
    DueAccountsJob,
    ExpiringGrantsJob,
    ExpiringGrantsRepository,
    HoldsRepository,
    HoldsService,
    IdempotencyRepository,
    KeyBrake,
    LeasesRepository,
    LedgerRepository,
    LockedPathPoster,
    PostingMetrics,
    OldKeysJob,
    PaidElsewhere,
    PostingEngine,
    ReplayLookup,
    PostingStore,
    PostingTraces,
    ReceiptsService,
    SwitchService,
    TakeOverService,
  ],
  exports: [
    AccountLocks,
    AccountTerms,
    AccountsRepository,
    AccountsService,
    BudgetReader,
    BudgetTransfer,
    BudgetsService,
    CorrectionService,
    CreditOrders,
    CreditsService,
    DueAccountsJob,
    HoldsRepository,
    HoldsService,
    IdempotencyRepository,
    LeasesRepository,
    LedgerRepository,
    PostingEngine,
    SwitchService,
    TakeOverService,
  ],
})
export class CreditsModule {}

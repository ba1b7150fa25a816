import { type DynamicModule, Module } from '@nestjs/common';
import { ACCOUNTS_COMMANDS, AccountsCommand } from '../accounts/accounts.command.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AnalyticsModule } from '../analytics/analytics.module.js';
import { AuditCommand, AuditListCommand } from '../audit/audit.command.js';
import { AuditModule } from '../audit/audit.module.js';
import { TokenCommand, TokenIssueCommand } from '../auth/token.command.js';
import { TokenSigner } from '../auth/token-signer.js';
import { BackupCommand, RestoreCommand } from './backup.command.js';
import { ServeCommand } from './serve.command.js';
import { WorkerCommand } from './worker.command.js';
import { CREDITS_COMMANDS, CreditsCommand } from './credits.command.js';
import { PRICES_COMMANDS, PricesCommand } from './prices.command.js';
import { TIERS_COMMANDS, TiersCommand } from './tiers.command.js';
import { USAGE_COMMANDS, UsageCommand } from './usage.command.js';
import { BulkModule } from '../bulk/bulk.module.js';
import { GRANTS_COMMANDS, GrantsCommand } from '../bulk/schedules/schedules.command.js';
import * as coupons from '../coupons/coupons.command.js';
import { CouponsModule } from '../coupons/coupons.module.js';
import { BUDGETS_COMMANDS, BudgetsCommand } from '../credits/budgets/budgets.command.js';
import { CreditsModule } from '../credits/credits.module.js';
import { HOLDS_COMMANDS, HoldsCommand } from '../credits/holds/holds.command.js';
import { LedgerCommand, LedgerVerifyCommand } from '../credits/ledger/ledger.command.js';
import { TransactionsCommand, TransactionsListCommand } from '../credits/ledger/transactions.command.js';
import { TransactionsExportCommand } from '../credits/ledger/transactions-export.command.js';
import { DoctorCommand } from '../doctor/doctor.command.js';
import { DoctorModule } from '../doctor/doctor.module.js';
import { EventsListCommand, EventsTailCommand } from '../events/events.command.js';
import { EventsModule } from '../events/events.module.js';
import { OpenRouterCommand, OpenRouterReconcileCommand } from '../gateway/reconciliation/openrouter.command.js';
import { ReconciliationModule } from '../gateway/reconciliation/reconciliation.module.js';
import { IMPORT_COMMANDS, ImportGroup, ImportTools } from '../imports/import.command.js';
import { ImportsModule } from '../imports/imports.module.js';
import { LITELLM_COMMANDS } from '../integrations/litellm/litellm.command.js';
import { LiteLlmModule } from '../integrations/litellm/litellm.module.js';
import { JOBS_COMMANDS, JobsCommand } from '../jobs/jobs.command.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KeysModule } from '../keys/keys.module.js';
import {
  EncryptionCommand,
  EncryptionImportFernetCommand,
  EncryptionRotateCommand,
} from '../openrouter/encryption.command.js';
import { API_KEYS_COMMANDS, ApiKeysCommand } from '../keys/keys.command.js';
import { OpenRouterModule } from '../openrouter/openrouter.module.js';
import { ORGANIZATIONS_COMMANDS, OrganizationsCommand } from '../organizations/organizations.command.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { PACKAGES_COMMANDS, PackagesCommand } from '../payments/packages/packages.command.js';
import { PAYMENTS_COMMANDS, PaymentsCommand } from '../payments/payments.command.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { PORTAL_COMMANDS, PortalCommand } from '../portal/portal.command.js';
import { PortalModule } from '../portal/portal.module.js';
import { CompletionCommand } from '../platform/cli/completion.command.js';
import { CliProgram } from '../platform/cli/program.js';
import { Terminal } from '../platform/cli/terminal.js';
import { type Config, withoutTraces } from '../platform/config/config.js';
import { PlatformModule } from '../platform/platform.module.js';
import { SchemaCheckCommand, SchemaCommand, SchemaMigrateCommand } from '../platform/schema/schema.command.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { EventsCommand, EventsImportCommand } from '../usage/tracking/events.command.js';
import { UsageModule } from '../usage/usage.module.js';
import { GrowthModule } from '../growth/growth.module.js';
import { GIFT_CHECK_COMMANDS, GiftChecksCommand } from '../growth/abuse/gift-reviews.command.js';
import { REFERRALS_COMMANDS, ReferralsCommand } from '../growth/referrals/referrals.command.js';
import { GROWTH_COMMANDS, GrowthCommand } from '../growth/analytics/growth.command.js';
import { EXPERIMENTS_COMMANDS, ExperimentsCommand } from '../growth/experiments/experiments.command.js';
import { WELCOME_COMMANDS, WelcomeCommand } from '../growth/welcome/welcome.command.js';
import { WEBHOOKS_COMMANDS, WebhooksCommand } from '../webhooks/webhooks.command.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';

/** Commands in the order of the help. */
const COMMANDS = [
  ServeCommand,
  WorkerCommand,
  BackupCommand,
  RestoreCommand,
  SchemaCommand,
  SchemaCheckCommand,
  SchemaMigrateCommand,
  TokenCommand,
  TokenIssueCommand,
  ApiKeysCommand,
  ...API_KEYS_COMMANDS,
  PortalCommand,
  ...PORTAL_COMMANDS,
  CreditsCommand,
  ...CREDITS_COMMANDS,
  GrantsCommand,
  ...GRANTS_COMMANDS,
  GrowthCommand,
  ...GROWTH_COMMANDS,
  ExperimentsCommand,
  ...EXPERIMENTS_COMMANDS,
  GiftChecksCommand,
  ...GIFT_CHECK_COMMANDS,
  WelcomeCommand,
  ...WELCOME_COMMANDS,
  ReferralsCommand,
  ...REFERRALS_COMMANDS,
  HoldsCommand,
  ...HOLDS_COMMANDS,
  BudgetsCommand,
  ...BUDGETS_COMMANDS,
  OrganizationsCommand,
  ...ORGANIZATIONS_COMMANDS,
  AccountsCommand,
  ...ACCOUNTS_COMMANDS,
  TransactionsCommand,
  TransactionsListCommand,
  TransactionsExportCommand,
  UsageCommand,
  ...USAGE_COMMANDS,
  EventsCommand,
  EventsListCommand,
  EventsTailCommand,
  EventsImportCommand,
  ImportGroup,
  ...IMPORT_COMMANDS,
  TiersCommand,
  ...TIERS_COMMANDS,
  PricesCommand,
  ...PRICES_COMMANDS,
  coupons.CouponsCommand,
  ...coupons.COUPONS_COMMANDS,
  PackagesCommand,
  ...PACKAGES_COMMANDS,
  PaymentsCommand,
  ...PAYMENTS_COMMANDS,
  WebhooksCommand,
  ...WEBHOOKS_COMMANDS,
  EncryptionCommand,
  EncryptionRotateCommand,
  EncryptionImportFernetCommand,
  OpenRouterCommand,
  OpenRouterReconcileCommand,
  ...LITELLM_COMMANDS,
  LedgerCommand,
  LedgerVerifyCommand,
  JobsCommand,
  ...JOBS_COMMANDS,
  DoctorCommand,
  AuditCommand,
  AuditListCommand,
  CompletionCommand,
];

/** The command line: the same services as the application, without HTTP. */
@Module({})
export class CliModule {
  static with(config: Config, terminal: Terminal): DynamicModule {
    return {
      module: CliModule,
      imports: [
        PlatformModule.with(withoutTraces(config)),
        AuditModule,
        JobsModule,
        EventsModule,
        GrowthModule,
        KeysModule,
        PortalModule,
        TiersModule,
        PricingModule,
        OpenRouterModule,
        CreditsModule,
        UsageModule,
        CouponsModule,
        BulkModule,
        OrganizationsModule,
        PaymentsModule,
        AnalyticsModule,
        AccountsModule,
        ReconciliationModule,
        LiteLlmModule,
        DoctorModule,
        ImportsModule,
        WebhooksModule,
      ],
      providers: [{ provide: Terminal, useValue: terminal }, CliProgram, TokenSigner, ImportTools, ...COMMANDS],
    };
  }
}

import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { CouponsModule } from '../coupons/coupons.module.js';
import { CreditsModule } from '../credits/credits.module.js';
import { GrowthModule } from '../growth/growth.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { OpenRouterModule } from '../openrouter/openrouter.module.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { PortalModule } from '../portal/portal.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { AccountErasureRepository } from './account-erasure.repository.js';
import { AccountErasure, AccountErasureJob } from './account-erasure.service.js';
import { AccountExportController } from './account-export.controller.js';
import { AccountExportRepository } from './account-export.repository.js';
import { AccountExportService } from './account-export.service.js';
import { AccountAccess, AccountMoveService, AccountData } from './account-move.service.js';
import { AccountOverview } from './account-overview.service.js';
import { AccountStatusService } from './account-status.service.js';
import { AccountsListRepository } from './accounts-list.repository.js';
import { AccountsListService } from './accounts-list.service.js';
import { AccountsController } from './accounts.controller.js';
import { AccountEndings } from './account-endings.service.js';
import { KeyController } from './me/key.controller.js';
import { KeyService } from './me/key.service.js';
import { KeyUsageRepository } from './me/key-usage.repository.js';
import { MeController } from './me/me.controller.js';
import { MeService } from './me/me.service.js';

@Module({
  imports: [
    AuditModule,
    ContactsModule,
    GrowthModule,
    JobsModule,
    KeysModule,
    OrganizationsModule,
    PortalModule,
    TiersModule,
    CreditsModule,
    CouponsModule,
    OpenRouterModule,
    PaymentsModule,
    UsageModule,
  ],
  controllers: [AccountsController, AccountExportController, KeyController, MeController],
  providers: [
    AccountErasure,
    AccountErasureJob,
    AccountErasureRepository,
    AccountExportRepository,
    AccountExportService,
    AccountMoveService,
    AccountOverview,
    AccountStatusService,
    AccountsListRepository,
    AccountsListService,
    AccountAccess,
    AccountData,
    AccountEndings,
    KeyService,
    KeyUsageRepository,
    MeService,
  ],
  exports: [
    AccountErasure,
    AccountExportService,
    AccountMoveService,
    AccountOverview,
    AccountStatusService,
    AccountsListService,
    AccountEndings,
  ],
})
export class AccountsModule {}

import { Module } from '@nestjs/common';
import { CouponsModule } from '../coupons/coupons.module.js';
import { CreditsModule } from '../credits/credits.module.js';
import { GrowthModule } from '../growth/growth.module.js';
import { OpenRouterModule } from '../openrouter/openrouter.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { ImportsRepository } from './imports.repository.js';
import { ImportsService } from './imports.service.js';
import { IMPORTS_OF, importsOf, KIND_IMPORTS } from './kinds/imports-of.js';
import { KnownUsers } from './kinds/known-users.js';
import { ImportVerification } from './verification.service.js';

@Module({
  imports: [TiersModule, PricingModule, CreditsModule, GrowthModule, OpenRouterModule, CouponsModule, UsageModule],
  providers: [
    ...KIND_IMPORTS,
    { provide: IMPORTS_OF, useFactory: importsOf, inject: [...KIND_IMPORTS] },
    ImportsRepository,
    KnownUsers,
    ImportsService,
    ImportVerification,
  ],
  exports: [ImportsService, ImportVerification],
})
export class ImportsModule {}

import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CreditsModule } from './credits/credits.module.js';
import { HealthModule } from './health/health.module.js';
import type { Config } from './platform/config.js';
import { PaymentsModule } from './payments/payments.module.js';
import { PlatformModule } from './platform/platform.module.js';
import { ProvisioningModule } from './provisioning/provisioning.module.js';
import { TiersModule } from './tiers/tiers.module.js';

/** The application: its modules in the order of their dependencies. */
@Module({})
export class AppModule {
  /** `extra` modules come last; tests bring their own. */
  static with(config: Config, extra: NonNullable<ModuleMetadata['imports']> = []): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.with(config),
        AuditModule,
        AuthModule,
        TiersModule,
        CreditsModule,
        ProvisioningModule,
        PaymentsModule,
        HealthModule,
        ...extra,
      ],
    };
  }
}

import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AdviceModule } from '../advice/advice.module.js';
import { AnalyticsModule } from '../analytics/analytics.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { BulkModule } from '../bulk/bulk.module.js';
import { CompatModule } from '../compat/compat.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { CouponsModule } from '../coupons/coupons.module.js';
import { CreditsModule } from '../credits/credits.module.js';
import { DashboardConfigController } from './dashboard-config.controller.js';
import { DoctorModule } from '../doctor/doctor.module.js';
import { EventsModule } from '../events/events.module.js';
import { GatewayModule } from '../gateway/gateway.module.js';
import { HealthModule } from '../health/health.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { MailModule } from '../mail/mail.module.js';
import { MembershipsModule } from '../memberships/memberships.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { OperatorModule } from '../operator/operator.module.js';
import { OpenRouterModule } from '../openrouter/openrouter.module.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import type { Config } from '../platform/config/config.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { PortalModule } from '../portal/portal.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { ProvisioningModule } from '../provisioning/provisioning.module.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';

/** The application; modules are in dependency order. */
@Module({})
export class AppModule {
  /** Adds `extra` modules last; tests use them. */
  static with(config: Config, extra: NonNullable<ModuleMetadata['imports']> = []): DynamicModule {
    return {
      module: AppModule,
      controllers: [DashboardConfigController],
      imports: [
        PlatformModule.with(config),
        AuditModule,
        JobsModule,
        EventsModule,
        MailModule,
        OperatorModule,
        ContactsModule,
        KeysModule,
        MembershipsModule,
        PortalModule,
        AuthModule,
        TiersModule,
        PricingModule,
        MeteringModule,
        OpenRouterModule,
        CreditsModule,
        OrganizationsModule,
        UsageModule,
        CouponsModule,
        ProvisioningModule,
        BulkModule,
        PaymentsModule,
        GatewayModule,
        AnalyticsModule,
        AdviceModule,
        NotificationsModule,
        AccountsModule,
        IntegrationsModule,
        CompatModule,
        WebhooksModule,
        DoctorModule,
        HealthModule,
        ...extra,
      ],
    };
  }
}

import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CouponsModule } from '../coupons/coupons.module.js';
import { CreditsModule } from '../credits/credits.module.js';
import { GrowthModule } from '../growth/growth.module.js';
import { EventReceiver } from './inbox/event-receiver.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { PaymentsTransfer } from './payments-transfer.repository.js';
import { BillingTermination } from './plans/billing-termination.service.js';
import { PaymentSettlement } from './payment-settlement.js';
import { CheckoutService } from './checkout/checkout.service.js';
import { Customers } from './provider/customers.js';
import { CustomersRepository } from './provider/customers.repository.js';
import { PackageDelivery } from './checkout/package-delivery.js';
import { Discounts } from './checkout/discounts.js';
import { DiscountsController } from './checkout/discounts.controller.js';
import { EventsRepository } from './inbox/events.repository.js';
import { PaymentEventInbox } from './inbox/inbox.service.js';
import { RefundsRepository } from './refunds/refunds.repository.js';
import { RefundsService } from './refunds/refunds.service.js';
import { Offers } from './checkout/offers.service.js';
import { Orders } from './checkout/orders.service.js';
import { PackagesController } from './packages/packages.controller.js';
import { PackagesRepository } from './packages/packages.repository.js';
import { PackagesService } from './packages/packages.service.js';
import { StaleCheckouts } from './provider/stale-checkouts.js';
import { PaymentEffects } from './inbox/payment-effects.js';
import { PaymentTargets } from './inbox/payment-targets.js';
import { PaymentsController } from './payments.controller.js';
import { PaymentsJobs } from './payments.jobs.js';
import { PaymentsOverview } from './payments-overview.service.js';
import { PaymentsRepository } from './payments.repository.js';
import { PaymentsService } from './payments.service.js';
import { PlanChanges } from './plans/plan-changes.js';
import { PlanDelivery } from './plans/plan-delivery.js';
import { PlanPayments } from './plans/plan-payments.js';
import { PlansService } from './plans/plans.service.js';
import { PAYMENT_PROVIDER } from './provider/provider.js';
import { RefundedPlans } from './plans/refunded-plans.js';
import { ReviewsController } from './reviews/reviews.controller.js';
import { ReviewsService } from './reviews/reviews.service.js';
import { StripeProvider } from './provider/stripe.provider.js';
import { SubscriptionsRepository } from './plans/subscriptions.repository.js';
import { SwitchController } from './plans/switch.controller.js';
import { TopupRunner } from './topups/topup-runner.js';
import { TopupsController } from './topups/topups.controller.js';
import { TopupsRepository } from './topups/topups.repository.js';
import { TopupsService } from './topups/topups.service.js';
import { WebhookController } from './inbox/webhook.controller.js';

const providerOf = ({ payments }: Config): StripeProvider | null =>
  payments.stripe === null ? null : new StripeProvider(payments.stripe);

@Module({
  imports: [AuditModule, JobsModule, TiersModule, CreditsModule, CouponsModule, GrowthModule, KeysModule],
  controllers: [
    PackagesController,
    PaymentsController,
    TopupsController,
    SwitchController,
    WebhookController,
    ReviewsController,
    DiscountsController,
  ],
  providers: [
    { provide: PAYMENT_PROVIDER, useFactory: providerOf, inject: [CONFIG] },
    BillingTermination,
    PaymentSettlement,
    PaymentsTransfer,
    CheckoutService,
    Customers,
    CustomersRepository,
    PackageDelivery,
    Discounts,
    EventsRepository,
    RefundsService,
    RefundsRepository,
    Offers,
    Orders,
    PackagesRepository,
    PackagesService,
    StaleCheckouts,
    PaymentEffects,
    PaymentEventInbox,
    EventReceiver,
    PaymentTargets,
    PaymentsJobs,
    PaymentsOverview,
    PaymentsRepository,
    PaymentsService,
    PlanChanges,
    PlanDelivery,
    PlanPayments,
    PlansService,
    RefundedPlans,
    ReviewsService,
    SubscriptionsRepository,
    TopupRunner,
    TopupsRepository,
    TopupsService,
  ],
  exports: [
    BillingTermination,
    PackagesService,
    PaymentsTransfer,
    PaymentsOverview,
    PlansService,
    ReviewsService,
    TopupRunner,
    CheckoutService,
    PaymentsService,
    PAYMENT_PROVIDER,
  ],
})
export class PaymentsModule {}

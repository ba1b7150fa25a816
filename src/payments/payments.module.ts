import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { CouponsModule } from '../coupons/coupons.module.js';
import { CreditsModule } from '../credits/credits.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { CONFIG, type Config } from '../platform/config.js';
import { TiersModule } from '../tiers/tiers.module.js';
import { PaymentsHandOver } from './account-move.repository.js';
import { BillingService } from './billing.service.js';
import { Cashier } from './cashier.js';
import { CheckoutService } from './checkout.service.js';
import { Customers } from './customers.js';
import { CustomersRepository } from './customers.repository.js';
import { Deliveries } from './deliveries.js';
import { Discounts } from './discounts.js';
import { EventsRepository } from './events.repository.js';
import { PaymentInbox } from './inbox.service.js';
import { MoneyBackRepository } from './money-back.repository.js';
import { MoneyBack } from './money-back.service.js';
import { Offers } from './offers.service.js';
import { Orders } from './orders.service.js';
import { PackagesController } from './packages.controller.js';
import { PackagesRepository } from './packages.repository.js';
import { PackagesService } from './packages.service.js';
import { Pages } from './pages.js';
import { PaymentEffects } from './payment-effects.js';
import { PaymentTargets } from './payment-targets.js';
import { PaymentsController } from './payments.controller.js';
import { PaymentsJobs } from './payments.jobs.js';
import { PaymentsOverview } from './payments-overview.service.js';
import { PaymentsRepository } from './payments.repository.js';
import { PaymentsService } from './payments.service.js';
import { PlanChanges } from './plan-changes.js';
import { PlanDeliveries } from './plan-deliveries.js';
import { PlanPayments } from './plan-payments.js';
import { PlansService } from './plans.service.js';
import { PAYMENT_PROVIDER } from './provider.js';
import { ReturnedPlans } from './returned-plans.js';
import { ReviewsController } from './reviews.controller.js';
import { ReviewsService } from './reviews.service.js';
import { StripeProvider } from './stripe.provider.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';
import { SwitchController } from './switch.controller.js';
import { TopupRunner } from './topup-runner.js';
import { TopupsController } from './topups.controller.js';
import { TopupsRepository } from './topups.repository.js';
import { TopupsService } from './topups.service.js';
import { WebhookController } from './webhook.controller.js';

const providerOf = ({ payments }: Config): StripeProvider | null =>
  payments.stripe === null ? null : new StripeProvider(payments.stripe);

@Module({
  imports: [AuditModule, JobsModule, TiersModule, CreditsModule, CouponsModule],
  controllers: [
    ...[PackagesController, PaymentsController, TopupsController, SwitchController, WebhookController],
    ReviewsController,
  ],
  providers: [
    { provide: PAYMENT_PROVIDER, useFactory: providerOf, inject: [CONFIG] },
    BillingService,
    Cashier,
    PaymentsHandOver,
    CheckoutService,
    Customers,
    CustomersRepository,
    Deliveries,
    Discounts,
    EventsRepository,
    MoneyBack,
    MoneyBackRepository,
    Offers,
    Orders,
    PackagesRepository,
    PackagesService,
    Pages,
    PaymentEffects,
    PaymentInbox,
    PaymentTargets,
    PaymentsJobs,
    PaymentsOverview,
    PaymentsRepository,
    PaymentsService,
    PlanChanges,
    PlanDeliveries,
    PlanPayments,
    PlansService,
    ReturnedPlans,
    ReviewsService,
    SubscriptionsRepository,
    TopupRunner,
    TopupsRepository,
    TopupsService,
  ],
  exports: [
    ...[BillingService, PackagesService, PaymentInbox, PaymentsHandOver, PaymentsOverview, PlansService],
    ...[ReviewsService, TopupRunner, CheckoutService, PaymentsService, PAYMENT_PROVIDER],
  ],
})
export class PaymentsModule {}

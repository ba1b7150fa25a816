import { Body, Controller, Get, Post, Query, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountQuery } from '../credits/credits.dto.js';
import { accountOf, type Actor } from '../platform/actor.js';
import { InvalidInput } from '../platform/errors.js';
import { CurrentActor, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { CheckoutService } from './checkout/checkout.service.js';
import { PaymentsConfigured } from './provider/payments-configured.guard.js';
import { CheckoutBody, PaymentsQuery, PaymentView, PortalView, SubscriptionView } from './payments.dto.js';
import { PaymentsService } from './payments.service.js';
import { PlansService } from './plans/plans.service.js';

/** Paying for credits and plans. */
@ApiTags('Payments')
@UseGuards(PaymentsConfigured)
@Problem(502, 'payment_provider_refused')
@Problem(503, 'payments_not_configured', 'payment_provider_unavailable')
@Controller('payments')
export class PaymentsController {
  constructor(
    private readonly service: PaymentsService,
    private readonly checkouts: CheckoutService,
    private readonly plans: PlansService,
  ) {}

  @Post('checkout')
  @ApiOperation({
    summary: 'Buy a package or a plan',
    description:
      'Redirect the browser to `checkout_url`. Safe to repeat: while the checkout page is open, the same purchase returns the same page. A discount on the account is deducted; if it covers the whole price of a package or an upgrade, the purchase completes immediately without a page.',
  })
  @ApiBody({
    type: CheckoutBody,
    examples: { package: { value: { package_code: 'credits-50' } }, plan: { value: { tier: 'starter' } } },
  })
  @Requires('payments', 'user', 'service', 'admin')
  @Returns(PaymentView)
  @Problem(404, 'not_found')
  @Problem(409, 'already_subscribed', 'not_an_upgrade', 'payment_overdue', 'payment_in_progress')
  @Problem(422, 'invalid_request')
  createCheckout(@CurrentActor() actor: Actor, @Body() { user_id, package_code, tier }: CheckoutBody) {
    const account = accountOf(actor, user_id);
    const [named, plan] = [package_code ?? null, tier ?? null];
    if (named !== null && plan === null) return this.checkouts.buy(actor, account, named);
    if (plan !== null && named === null) return this.checkouts.subscribe(actor, account, plan);
    throw new InvalidInput([{ field: 'package_code', message: 'send either package_code or tier' }]);
  }

  @Post('portal')
  @ApiOperation({ summary: 'Open the billing portal' })
  @Requires('payments', 'user', 'service', 'admin')
  @Returns(PortalView)
  @Problem(409, 'payment_customer_gone')
  async createPortalSession(@CurrentActor() actor: Actor, @Body() { user_id }: AccountQuery) {
    return { portal_url: await this.checkouts.portal(accountOf(actor, user_id)) };
  }

  @Get('history')
  @ApiOperation({ summary: 'List payments, newest first', description: 'Follow `X-Next-Cursor`.' })
  @Requires('payments', 'user', 'service', 'admin')
  @Returns(PaymentView, { list: true })
  @Problem(422, 'invalid_request')
  listPayments(@CurrentActor() actor: Actor, @Query() query: PaymentsQuery) {
    return this.service.history(accountOf(actor, query.user_id), query);
  }

  @Get('subscription')
  @ApiOperation({ summary: 'Get the subscription, or null' })
  @Requires('payments', 'user', 'service', 'admin')
  @Returns(SubscriptionView, { nullable: true })
  getSubscription(@CurrentActor() actor: Actor, @Query() query: AccountQuery) {
    return this.plans.current(accountOf(actor, query.user_id));
  }
}

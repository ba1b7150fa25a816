import { Body, Controller, Get, Post, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CheckoutService } from '../payments/checkout/checkout.service.js';
import { PackagesService } from '../payments/packages/packages.service.js';
import { PaymentsConfigured } from '../payments/provider/payments-configured.guard.js';
import { PaymentsQuery } from '../payments/payments.dto.js';
import { PaymentsService } from '../payments/payments.service.js';
import { accountOf, type Actor } from '../platform/actor.js';
import { mapPage } from '../platform/database/paging.js';
import { CurrentActor, Problem, Requires, Returns } from '../platform/http/decorators.js';
import {
  KeptPackageView,
  KeptPurchaseBody,
  KeptPurchasedView,
  KeptPurchaseView,
  packageOf,
  purchaseOf,
} from './billing-aliases.dto.js';
import { LegacyOperation } from './legacy-field.js';

/** The routes and shapes that the credit shop of earlier clients uses. */
@ApiTags('Earlier clients')
@UseGuards(PaymentsConfigured)
@Problem(502, 'payment_provider_refused')
@Problem(503, 'payments_not_configured', 'payment_provider_unavailable')
@Controller('billing/credits')
export class BillingAliasesController {
  constructor(
    private readonly packages: PackagesService,
    private readonly checkouts: CheckoutService,
    private readonly payments: PaymentsService,
  ) {}

  @Get('packages')
  @LegacyOperation('List the packages for sale', '`GET /payments/packages` with numbers')
  @Requires('payments', 'user', 'service', 'admin')
  @Returns(KeptPackageView, { list: true })
  async listKeptPackages() {
    return (await this.packages.listForSale()).map(packageOf);
  }

  @Post('purchase')
  @LegacyOperation('Buy a package', '`POST /payments/checkout`')
  @Requires('payments', 'user', 'service', 'admin')
  @Returns(KeptPurchaseView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  async createKeptPurchase(@CurrentActor() actor: Actor, @Body() { user_id, package_code }: KeptPurchaseBody) {
    const { id, checkout_url } = await this.checkouts.buy(actor, accountOf(actor, user_id), package_code);
    return { session_id: id, checkout_url };
  }

  @Get('history')
  @LegacyOperation('List payments, newest first', '`GET /payments/history` with numbers and names')
  @Requires('payments', 'user', 'service', 'admin')
  @Returns(KeptPurchasedView, { list: true })
  @Problem(422, 'invalid_request')
  async listKeptPurchases(@CurrentActor() actor: Actor, @Query() query: PaymentsQuery) {
    const page = await this.payments.history(accountOf(actor, query.user_id), query);
    const names = new Map((await this.packages.list()).map(({ package_code, name }) => [package_code, name]));
    return mapPage(page, (payment) => purchaseOf(payment, names));
  }
}

import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountsService } from '../credits/accounts/accounts.service.js';
import { accountOf, type Actor } from '../platform/actor.js';
import { amount, units } from '../platform/values/amount.js';
import { CurrentActor, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { BillingQuery, BillingSubscriptionView, BillingUsageView } from './billing.dto.js';

const CENTS = 100n;

/**
 * The two routes that desktop clients of one-api poll for a balance. Clients show the limit minus the usage. Both cover
 * the current period whatever dates are requested, so the difference is the available credits.
 */
@ApiTags('Gateway')
@Controller('dashboard/billing')
export class BillingController {
  constructor(private readonly accounts: AccountsService) {}

  @Get('subscription')
  @ApiOperation({ summary: 'Get the credit limit (one-api format)', description: 'Also under `/v1`.' })
  @Requires('balance:read', 'user', 'service', 'admin')
  @Returns(BillingSubscriptionView)
  @Problem(404, 'not_found')
  async getBillingSubscription(
    @CurrentActor() actor: Actor,
    @Query() query: BillingQuery,
  ): Promise<BillingSubscriptionView> {
    const { available, used_this_period, reset_date } = await this.accounts.balance(
      actor,
      accountOf(actor, query.user_id),
      null,
    );
    const hard_limit_usd = Number(amount(units(available) + units(used_this_period)));
    return {
      object: 'billing_subscription',
      has_payment_method: true,
      soft_limit_usd: hard_limit_usd,
      hard_limit_usd,
      system_hard_limit_usd: hard_limit_usd,
      access_until: Math.floor(reset_date.getTime() / 1000),
    };
  }

  @Get('usage')
  @ApiOperation({ summary: 'Get the usage (one-api format)', description: 'Also under `/v1`.' })
  @Requires('balance:read', 'user', 'service', 'admin')
  @Returns(BillingUsageView)
  @Problem(404, 'not_found')
  async getBillingUsage(@CurrentActor() actor: Actor, @Query() query: BillingQuery): Promise<BillingUsageView> {
    const { used_this_period } = await this.accounts.balance(actor, accountOf(actor, query.user_id), null);
    return { object: 'list', total_usage: Number(amount(units(used_this_period) * CENTS)) };
  }
}

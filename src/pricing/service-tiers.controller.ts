import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { By, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { ServiceTierMultiplierBody, ServiceTierMultiplierView } from './pricing.dto.js';
import { ServiceTiersService } from './service-tiers.service.js';

/** What work of a service tier costs, compared with the standard one. */
@ApiTags('Pricing')
@Controller('pricing/service-tiers')
export class ServiceTiersController {
  constructor(private readonly service: ServiceTiersService) {}

  @Get()
  @ApiOperation({ summary: 'Every multiplier of a service tier, past ones too, newest first' })
  @Requires('service', 'admin')
  @Returns(ServiceTierMultiplierView, { list: true })
  listServiceTiers() {
    return this.service.list();
  }

  @Post()
  @ApiOperation({
    summary: 'Set the multiplier of a service tier',
    description:
      'Counts where the price of a model does not say itself what the tier costs. One of a model goes before one of its provider, and that before `*`. Multipliers are dated and never edited.',
  })
  @Requires('admin')
  @Returns(ServiceTierMultiplierView, { status: 201 })
  @Problem(409, 'already_exists')
  @Problem(422, 'invalid_request')
  setServiceTier(@By() actor: Actor, @Body() body: ServiceTierMultiplierBody) {
    return this.service.set(actor, body);
  }
}

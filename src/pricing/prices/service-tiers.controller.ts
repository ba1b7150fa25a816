import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { ServiceTierMultiplierBody, ServiceTierMultiplierView } from '../pricing.dto.js';
import { ServiceTiersService } from './service-tiers.service.js';

/** Factors on token prices for service tiers other than standard. */
@ApiTags('Pricing')
@Controller('pricing/service-tiers')
export class ServiceTiersController {
  constructor(private readonly service: ServiceTiersService) {}

  @Get()
  @ApiOperation({ summary: 'List the multipliers of service tiers, newest first' })
  @Requires('models', 'service', 'admin')
  @Returns(ServiceTierMultiplierView, { list: true })
  listServiceTiers() {
    return this.service.list();
  }

  @Post()
  @ApiOperation({
    summary: 'Set the multiplier of a service tier',
    description:
      'Applies if the price of a model has no prices of its own for the tier. Precedence: the model, then its provider, then `*`. Multipliers are dated and never edited.',
  })
  @Requires('admin:*', 'admin')
  @Returns(ServiceTierMultiplierView, { status: 201 })
  @Problem(409, 'already_exists')
  @Problem(422, 'invalid_request')
  setServiceTier(@CurrentActor() actor: Actor, @Body() body: ServiceTierMultiplierBody) {
    return this.service.set(actor, body);
  }
}

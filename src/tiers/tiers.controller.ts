import { Body, Controller, Delete, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { CurrentActor, Problem, Public, Requires, Returns } from '../platform/http/decorators.js';
import { TierBody, TierChanges, TierComparisonView, TierView } from './tiers.dto.js';
import { TiersRepository } from './tiers.repository.js';
import { TiersService } from './tiers.service.js';

/** An example plan that does not exist by default. */
const TEAM = {
  tier: 'team',
  name: 'Team',
  price_monthly: '149.00',
  credits_monthly: '200',
  monthly_cap: '200',
  cost_per_1k_tokens: '0.005',
  renews: true,
  rank: 5,
  calls_per_month: 50000,
  features: ['All AI models'],
};

/** Routes of plans, for the public and for admins. */
@ApiTags('Tiers')
@Controller('credits/tiers')
export class TiersController {
  constructor(
    private readonly tiers: TiersRepository,
    private readonly service: TiersService,
  ) {}

  @Get('compare')
  @ApiOperation({ summary: 'Compare the public plans' })
  @Public()
  @Returns(TierComparisonView, { list: true })
  compareTiers() {
    return this.tiers.list(true);
  }

  @Get()
  @ApiOperation({ summary: 'List all plans' })
  @Requires('admin:*', 'admin')
  @Returns(TierView, { list: true })
  listTiers() {
    return this.tiers.list();
  }

  @Get(':tier')
  @ApiOperation({ summary: 'Get a plan' })
  @Requires('admin:*', 'admin')
  @Returns(TierView)
  @Problem(404, 'not_found')
  getTier(@Param('tier') tier: string) {
    return this.tiers.get(tier);
  }

  @Post()
  @ApiOperation({ summary: 'Create a plan' })
  @ApiBody({ type: TierBody, examples: { team: { value: TEAM } } })
  @Requires('admin:*', 'admin')
  @Returns(TierView, { status: 201 })
  @Problem(409, 'already_exists')
  @Problem(422, 'invalid_request')
  createTier(@CurrentActor() actor: Actor, @Body() body: TierBody) {
    return this.service.create(actor, body);
  }

  @Patch(':tier')
  @ApiOperation({
    summary: 'Change a plan',
    description:
      'New terms apply to an account when its next period starts or when it switches. A changed list of allowed models applies immediately.',
  })
  @ApiBody({ type: TierChanges, examples: { price: { value: { price_monthly: '19.00' } } } })
  @Requires('admin:*', 'admin')
  @Returns(TierView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  updateTier(@CurrentActor() actor: Actor, @Param('tier') tier: string, @Body() body: TierChanges) {
    return this.service.update(actor, tier, body);
  }

  @Delete(':tier')
  @ApiOperation({ summary: 'Delete an unused plan' })
  @Requires('admin:*', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  @Problem(409, 'tier_in_use')
  deleteTier(@CurrentActor() actor: Actor, @Param('tier') tier: string) {
    return this.service.delete(actor, tier);
  }
}

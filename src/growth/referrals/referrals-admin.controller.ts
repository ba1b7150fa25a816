import { Body, Controller, Delete, Get, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { ReferralProgram } from './referral-program.service.js';
import { ReferralRewards } from './referral-rewards.service.js';
import { ReferralProgramBody, ReferralProgramView, ReferralsQuery, ReferralView } from './referrals.dto.js';
import { ReferralsService } from './referrals.service.js';

const Referral = (): MethodDecorator => ApiParam({ name: 'id', description: 'UUID of the referral.' });

/** The routes with which admins set the terms of referrals and look after them. */
@ApiTags('Referrals')
@Controller('admin')
export class ReferralsAdminController {
  constructor(
    private readonly program: ReferralProgram,
    private readonly referrals: ReferralsService,
    private readonly rewards: ReferralRewards,
  ) {}

  @Get('referral-program')
  @ApiOperation({ summary: 'Get the terms of referrals', description: 'Null if there is no program.' })
  @Requires('admin:*', 'admin')
  @Returns(ReferralProgramView, { nullable: true })
  getReferralProgram() {
    return this.program.find();
  }

  @Put('referral-program')
  @ApiOperation({
    summary: 'Set the terms of referrals',
    description:
      'What is left out has its default. Referrals that exist keep the credits that they were promised; days and limits apply to them, too. To end the program but still give the rewards that wait, set `redeem_days` to 0.',
  })
  @Requires('admin:*', 'admin')
  @Returns(ReferralProgramView)
  @Problem(422, 'invalid_request')
  setReferralProgram(@CurrentActor() actor: Actor, @Body() body: ReferralProgramBody) {
    return this.program.set(actor, body);
  }

  @Delete('referral-program')
  @ApiOperation({
    summary: 'Remove the program',
    description: 'No code can be redeemed. Rewards that wait are not given while there is no program; given ones stay.',
  })
  @Requires('admin:*', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  deleteReferralProgram(@CurrentActor() actor: Actor) {
    return this.program.remove(actor);
  }

  @Get('referrals')
  @ApiOperation({ summary: 'List referrals, newest first', description: 'Follow `X-Next-Cursor`.' })
  @Requires('admin:*', 'admin')
  @Returns(ReferralView, { list: true })
  @Problem(422, 'invalid_request')
  listReferrals(@Query() { state, ...page }: ReferralsQuery) {
    return this.referrals.list({ state }, page);
  }

  @Get('referrals/:id')
  @ApiOperation({ summary: 'Get a referral' })
  @Referral()
  @Requires('admin:*', 'admin')
  @Returns(ReferralView)
  @Problem(404, 'not_found')
  getReferral(@Id() id: string) {
    return this.referrals.get(id);
  }

  @Post('referrals/:id/revoke')
  @ApiOperation({
    summary: 'Revoke a referral',
    description:
      'A reward that waits is refused. What is left of one that was given is taken back; what was spent stays spent. Safe to repeat.',
  })
  @Referral()
  @Requires('admin:*', 'admin')
  @Returns(ReferralView)
  @Problem(404, 'not_found')
  revokeReferral(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.rewards.revoke(actor, id);
  }
}

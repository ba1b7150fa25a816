import { Body, Controller, Delete, Get, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { WelcomeStepBody, WelcomeStepName, WelcomeStepView, WelcomeView } from './welcome.dto.js';
import { WelcomeService } from './welcome.service.js';

/** The welcome of new users: credits for steps. */
@ApiTags('Credits')
@Controller()
export class WelcomeController {
  constructor(private readonly service: WelcomeService) {}

  @Get('me/welcome')
  @ApiOperation({
    summary: 'Get your welcome: the steps that give you credits',
    description: 'Gives the credits of what was done meanwhile. Null for users without steps.',
  })
  @Requires('balance:read', 'user', 'service', 'admin')
  @Returns(WelcomeView, { nullable: true })
  getWelcome(@CurrentActor() actor: Actor) {
    return this.service.of(actor);
  }

  @Get('admin/welcome')
  @ApiOperation({ summary: 'List the steps for which new users get credits, by source' })
  @Requires('admin:*', 'admin')
  @Returns(WelcomeStepView, { list: true })
  listWelcomeSteps() {
    return this.service.listSteps();
  }

  @Put('admin/welcome')
  @ApiOperation({
    summary: 'Set the credits that new users of a source get for a step',
    description:
      'Applies to users who are registered afterwards, and to those who can still do steps. Each account gets the credits of a step once. A source without steps of its own has those of `*`.',
  })
  @Requires('admin:*', 'admin')
  @Returns(WelcomeStepView)
  @Problem(422, 'invalid_request')
  setWelcomeStep(@CurrentActor() actor: Actor, @Body() body: WelcomeStepBody) {
    return this.service.setStep(actor, body);
  }

  @Delete('admin/welcome')
  @ApiOperation({ summary: 'Remove a step of a source', description: 'Credits that were given stay.' })
  @Requires('admin:*', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  deleteWelcomeStep(@CurrentActor() actor: Actor, @Query() step: WelcomeStepName) {
    return this.service.removeStep(actor, step);
  }
}

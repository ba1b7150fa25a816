import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Requires, Returns } from '../../platform/http/decorators.js';
import { ANY_SCOPE } from '../../platform/scopes.js';
import { MeView } from './me.dto.js';
import { MeService } from './me.service.js';

/** The route with which clients learn who is signed in. */
@ApiTags('Dashboard')
@Controller('me')
export class MeController {
  constructor(private readonly me: MeService) {}

  @Get()
  @ApiOperation({
    summary: 'Get who you are',
    description:
      "Roles, scopes and expiry of the credential; balance, plan and limits of the account. A user's first request creates the account; services and admins never get one by asking.",
  })
  @Requires(ANY_SCOPE, 'user', 'service', 'admin')
  @Returns(MeView)
  getMe(@CurrentActor() actor: Actor) {
    return this.me.of(actor);
  }
}

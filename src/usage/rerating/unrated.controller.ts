import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountQuery } from '../../credits/credits.dto.js';
import { UnratedRepository } from '../../metering/unrated.repository.js';
import { accountOf, type Actor, actsForOthers } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { UnratedView } from './unrated.views.js';

/** Lists provisionally priced usage. */
@ApiTags('Usage')
@Controller('usage')
export class UnratedController {
  constructor(private readonly unrated: UnratedRepository) {}

  @Get('unrated')
  @ApiOperation({
    summary: 'List usage without a final price, by service and model',
    description:
      'Covers models without a price, and events without a measured quantity. Services and admins see all accounts unless they name one with `user_id`; users see their own. The models with the most events come first, at most 500.',
  })
  @Requires('usage:read', 'user', 'service', 'admin')
  @Returns(UnratedView, { list: true })
  @Problem(422, 'invalid_request')
  listUnratedUsage(@CurrentActor() actor: Actor, @Query() { user_id }: AccountQuery): Promise<UnratedView[]> {
    const isOfAll = user_id === undefined && actsForOthers(actor);
    return this.unrated.totals(isOfAll ? null : accountOf(actor, user_id));
  }
}

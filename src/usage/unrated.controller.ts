import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountQuery } from '../credits/credits.dto.js';
import { UnratedRepository } from '../metering/unrated.repository.js';
import { accountOf, type Actor, actsForOthers } from '../platform/actor.js';
import { By, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { UnratedView } from './unrated.views.js';

/** Work whose cost is provisional. */
@ApiTags('Usage')
@Controller('usage')
export class UnratedController {
  constructor(private readonly unrated: UnratedRepository) {}

  @Get('unrated')
  @ApiOperation({
    summary: 'Work that has no final price yet, by service and model',
    description:
      'Models without a price, and work of which nothing was measured that has one. Of all accounts, unless `user_id` names one; users see their own. The models with most events come first, at most 500.',
  })
  @Requires('user', 'service', 'admin')
  @Returns(UnratedView, { list: true })
  @Problem(422, 'invalid_request')
  listUnratedUsage(@By() actor: Actor, @Query() { user_id }: AccountQuery): Promise<UnratedView[]> {
    const isOfAll = user_id === undefined && actsForOthers(actor);
    return this.unrated.totals(isOfAll ? null : accountOf(actor, user_id));
  }
}

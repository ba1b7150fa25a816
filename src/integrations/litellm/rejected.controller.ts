import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { AssignBody, RejectedLogView, RejectedQuery } from './rejected.dto.js';
import { RejectedService } from './rejected.service.js';

/** Routes of rejected LiteLLM logs. */
@ApiTags('Machine to machine')
@Controller('integrations/litellm/rejected')
export class RejectedController {
  constructor(private readonly rejected: RejectedService) {}

  @Get()
  @ApiOperation({
    summary: 'List rejected LiteLLM logs',
    description:
      'Newest first: logs that name no payer, are too old or too expensive, or could not be parsed. They contain no messages, completions or keys, and are stored for LITELLM_REJECTED_DAYS.',
  })
  @Requires('admin:*', 'admin')
  @Returns(RejectedLogView, { list: true })
  @Problem(422, 'invalid_request')
  listRejectedWork(@Query() query: RejectedQuery) {
    return this.rejected.list(query);
  }

  @Post(':id/assign')
  @ApiOperation({
    summary: 'Book a rejected log for a user',
    description:
      'The work is settled and recorded at the time it was done, regardless of its age and cost. `user_id` is optional if the log names the payer. Safe to repeat.',
  })
  @ApiBody({ type: AssignBody, examples: { 'to a user': { value: { user_id: 'user-42' } } } })
  @Requires('admin:*', 'admin')
  @Returns(RejectedLogView)
  @Problem(404, 'not_found')
  @Problem(409, 'already_resolved')
  @Problem(422, 'invalid_request')
  assignRejectedWork(@CurrentActor() actor: Actor, @Id() id: string, @Body() body: AssignBody) {
    return this.rejected.assign(actor, id, body.user_id);
  }

  @Post(':id/discard')
  @ApiOperation({ summary: 'Discard a rejected log', description: 'The log is never booked. Safe to repeat.' })
  @Requires('admin:*', 'admin')
  @Returns(RejectedLogView)
  @Problem(404, 'not_found')
  @Problem(409, 'already_resolved')
  discardRejectedWork(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.rejected.discard(actor, id);
  }
}

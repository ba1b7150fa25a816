import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { By, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { AssignBody, RejectedLogView, RejectedQuery } from './rejected.dto.js';
import { RejectedService } from './rejected.service.js';

/** LiteLLM's logs that could not be booked. */
@ApiTags('Machine to machine')
@Controller('integrations/litellm/rejected')
export class RejectedController {
  constructor(private readonly rejected: RejectedService) {}

  @Get()
  @ApiOperation({
    summary: 'Logs of LiteLLM that could not be booked',
    description:
      'Newest first: logs that name nobody, are too old or too dear, or could not be read. Without messages, answers and keys. Kept for LITELLM_REJECTED_DAYS.',
  })
  @Requires('admin')
  @Returns(RejectedLogView, { list: true })
  @Problem(422, 'invalid_request')
  listRejectedWork(@Query() query: RejectedQuery) {
    return this.rejected.list(query);
  }

  @Post(':id/assign')
  @ApiOperation({
    summary: 'Book a rejected log as the work of a user',
    description:
      'Settled on the day on which the work was done, however old it is and whatever it cost. `user_id` may be left out where the log names who pays. Safe to repeat.',
  })
  @ApiBody({ type: AssignBody, examples: { 'to a user': { value: { user_id: 'user-42' } } } })
  @Requires('admin')
  @Returns(RejectedLogView)
  @Problem(404, 'not_found')
  @Problem(409, 'already_resolved')
  @Problem(422, 'invalid_request')
  assignRejectedWork(@By() actor: Actor, @Id() id: string, @Body() body: AssignBody) {
    return this.rejected.assign(actor, id, body.user_id);
  }

  @Post(':id/discard')
  @ApiOperation({ summary: 'Give a rejected log up', description: 'It is not booked, then or later. Safe to repeat.' })
  @Requires('admin')
  @Returns(RejectedLogView)
  @Problem(404, 'not_found')
  @Problem(409, 'already_resolved')
  discardRejectedWork(@By() actor: Actor, @Id() id: string) {
    return this.rejected.discard(actor, id);
  }
}

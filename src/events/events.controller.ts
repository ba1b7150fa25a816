import { Controller, Get, Query } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { EVENT_DEFINITIONS } from './event-types.js';
import { EventLogQuery, EventView } from './events.dto.js';
import { EventsService } from './events.service.js';

/** The event log. */
@ApiTags('Events')
@ApiExtraModels(...[...EVENT_DEFINITIONS.values()].map(({ object }) => object))
@Controller('events')
export class EventsController {
  constructor(private readonly events: EventsService) {}

  @Get()
  @ApiOperation({
    summary: 'List events, oldest first',
    description:
      'Events of the last 30 days. For the next ones, send the `id` of the last event as `after`: each event then appears once, and those of an account in the order of their `sequence`. Users see their own; services and admins see all, or those of `user_id`.',
  })
  @Requires('events:read', 'user', 'service', 'admin')
  @Returns(EventView, { list: true })
  @Problem(422, 'invalid_request')
  listEvents(@CurrentActor() actor: Actor, @Query() query: EventLogQuery) {
    return this.events.list(actor, query);
  }
}

import { Body, Controller, Delete, Get, Header, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { RequestOrigin } from '../platform/http/request-origin.js';
import { ANY_SCOPE } from '../platform/scopes.js';
import {
  NewPortalSessionView,
  PortalSessionBody,
  PortalSessionsQuery,
  PortalSessionView,
} from './portal-sessions.dto.js';
import { PortalSessions } from './portal-sessions.service.js';

/** Routes of the sessions with which platforms send their users to the dashboard. */
@ApiTags('Dashboard')
@Controller('portal/sessions')
export class PortalSessionsController {
  constructor(private readonly sessions: PortalSessions) {}

  @Post()
  @ApiOperation({
    summary: 'Sign a user in to the dashboard',
    description:
      'Redirect the browser of the user to `url`, a page that is signed in already. The session acts as this user alone, within the scopes, until it expires or is ended. Check who the user is before: whoever has the URL is signed in.',
  })
  @Requires('portal:manage', 'service', 'admin')
  @Header('cache-control', 'no-store')
  @Returns(NewPortalSessionView, { status: 201 })
  @Problem(422, 'invalid_request')
  @Problem(503, 'public_url_not_configured')
  createUserSession(@CurrentActor() actor: Actor, @Body() body: PortalSessionBody, @RequestOrigin() origin: string) {
    return this.sessions.create(actor, body, origin);
  }

  @Get()
  @ApiOperation({
    summary: "List a user's portal sessions, newest first",
    description: 'Only sessions that have neither expired nor ended.',
  })
  @Requires('portal:manage', 'service', 'admin')
  @Returns(PortalSessionView, { list: true })
  @Problem(422, 'invalid_request')
  listUserSessions(@Query() query: PortalSessionsQuery) {
    return this.sessions.list(query);
  }

  @Delete('current')
  @ApiOperation({
    summary: 'Sign out of the portal session',
    description: 'For the holder of the session. Callers who signed in another way get 404.',
  })
  @Requires(ANY_SCOPE, 'user', 'service', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  endCurrentSession(@CurrentActor() actor: Actor) {
    return this.sessions.endCurrent(actor);
  }

  @ApiParam({ name: 'id', description: 'Id of the session.' })
  @Delete(':id')
  @ApiOperation({ summary: 'End a portal session', description: 'Its token is refused immediately.' })
  @Requires('portal:manage', 'service', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  endUserSession(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.sessions.end(actor, id);
  }
}

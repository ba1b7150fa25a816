import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { ANY_SCOPE } from '../platform/scopes.js';
import { InvitationsService } from './invitations.service.js';
import { AcceptInvitationBody, InvitationOfferView, MemberView } from './organizations.dto.js';

/** Routes for people who have the link of an invitation. */
@ApiTags('Organizations')
@Controller('invitations')
export class InvitationsController {
  constructor(private readonly invitations: InvitationsService) {}

  @Post('offer')
  @ApiOperation({
    summary: 'See what an invitation offers',
    description: 'The token is in the body, so that it is in no log.',
  })
  @Requires(ANY_SCOPE, 'user', 'service', 'admin')
  @Returns(InvitationOfferView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  getInvitationOffer(@Body() { token }: AcceptInvitationBody) {
    return this.invitations.offer(token);
  }

  @Post('accept')
  @ApiOperation({
    summary: 'Accept an invitation',
    description:
      'The caller becomes a member. Once: a second person gets 409. If the identity provider has verified the address of the caller, it must be the invited one.',
  })
  @Requires(ANY_SCOPE, 'user', 'admin')
  @Returns(MemberView)
  @Problem(402, 'seat_limit_reached')
  @Problem(403, 'invitation_for_another_address', 'account_closed')
  @Problem(404, 'not_found')
  @Problem(409, 'invitation_used', 'invitation_expired', 'already_a_member', 'too_many_budgets', 'above_admin_limit')
  @Problem(422, 'invalid_request')
  acceptInvitation(@CurrentActor() actor: Actor, @Body() body: AcceptInvitationBody) {
    return this.invitations.accept(actor, body);
  }
}

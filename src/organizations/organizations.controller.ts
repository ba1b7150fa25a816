import { Body, Controller, Delete, Get, Header, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { PageQuery } from '../platform/http/page.js';
import { RequestOrigin } from '../platform/http/request-origin.js';
import { UserIdParam } from '../platform/http/user-id-param.js';
import { CostCenters } from './cost-centers.service.js';
import { InvitationsService } from './invitations.service.js';
import { MembersService } from './members.service.js';
import {
  CostCenterBody,
  CostCenterView,
  InvitationBody,
  InvitationView,
  MemberBody,
  MemberChanges,
  MemberView,
  NewInvitationView,
  OrganizationBody,
  OrganizationChanges,
  OrganizationView,
} from './organizations.dto.js';
import { OrganizationsService } from './organizations.service.js';

const SCOPE = 'organizations:manage';
const NamesOrganization = (): MethodDecorator => ApiParam({ name: 'id', description: 'Id of the organization.' });
const NamesMember = (): MethodDecorator => ApiParam({ name: 'member_id', description: 'Id of the person.' });
const NamesInvitation = (): MethodDecorator =>
  ApiParam({ name: 'invitation_id', description: 'Id of the invitation.' });

/** Routes of organizations. For everybody but their members and admins, they do not exist. */
@ApiTags('Organizations')
@Controller('organizations')
export class OrganizationsController {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly members: MembersService,
    private readonly invitations: InvitationsService,
    private readonly cost_centers: CostCenters,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Open an organization',
    description:
      'It has an account of its own, without credits: buy or transfer some. The caller becomes its owner. Name it in the header `X-Tollgate-Account` to use its account.',
  })
  @Requires(SCOPE, 'user', 'admin')
  @Returns(OrganizationView, { status: 201 })
  @Problem(409, 'too_many_organizations')
  @Problem(422, 'invalid_request')
  createOrganization(@CurrentActor() actor: Actor, @Body() body: OrganizationBody) {
    return this.organizations.create(actor, body);
  }

  @Get()
  @ApiOperation({
    summary: 'List organizations',
    description: 'Users see those that they are members of; admins see all.',
  })
  @Requires(SCOPE, 'user', 'admin')
  @Returns(OrganizationView, { list: true })
  @Problem(422, 'invalid_request')
  listOrganizations(@CurrentActor() actor: Actor, @Query() query: PageQuery) {
    return this.organizations.list(actor, query);
  }

  @NamesOrganization()
  @Get(':id')
  @ApiOperation({ summary: 'Get an organization' })
  @Requires(SCOPE, 'user', 'admin')
  @Returns(OrganizationView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  getOrganization(@CurrentActor() actor: Actor, @UserIdParam() id: string) {
    return this.organizations.get(actor, id);
  }

  @NamesOrganization()
  @Patch(':id')
  @ApiOperation({
    summary: 'Change an organization',
    description: 'What is left out stays. Only admins change `seats`.',
  })
  @Requires(SCOPE, 'user', 'admin')
  @Returns(OrganizationView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  updateOrganization(@CurrentActor() actor: Actor, @UserIdParam() id: string, @Body() body: OrganizationChanges) {
    return this.organizations.update(actor, id, body);
  }

  @NamesOrganization()
  @Delete(':id')
  @ApiOperation({
    summary: 'Close an organization',
    description: 'For good: nobody can act for it, and its keys are paused. Its ledger stays.',
  })
  @Requires(SCOPE, 'user', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  @Problem(409, 'plan_is_paid')
  @Problem(422, 'invalid_request')
  deleteOrganization(@CurrentActor() actor: Actor, @UserIdParam() id: string) {
    return this.organizations.close(actor, id);
  }

  @NamesOrganization()
  @Get(':id/members')
  @ApiOperation({
    summary: 'List the members, oldest first',
    description: 'With their monthly limits and what is used of them. The role member sees itself.',
  })
  @Requires(SCOPE, 'user', 'admin')
  @Returns(MemberView, { list: true })
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  listMembers(@CurrentActor() actor: Actor, @UserIdParam() id: string) {
    return this.members.list(actor, id);
  }

  @NamesOrganization()
  @Post(':id/members')
  @ApiOperation({
    summary: 'Add a member without an invitation',
    description: 'Only for admins of the platform. Owners and admins of the organization invite people.',
  })
  @Requires(SCOPE, 'user', 'admin')
  @Returns(MemberView, { status: 201 })
  @Problem(402, 'seat_limit_reached')
  @Problem(403, 'account_closed')
  @Problem(404, 'not_found')
  @Problem(409, 'already_a_member', 'too_many_budgets', 'above_admin_limit')
  @Problem(422, 'invalid_request')
  createMember(@CurrentActor() actor: Actor, @UserIdParam() id: string, @Body() body: MemberBody) {
    return this.members.add(actor, id, body);
  }

  @NamesOrganization()
  @NamesMember()
  @Patch(':id/members/:member_id')
  @ApiOperation({
    summary: 'Change a member',
    description:
      'What is left out stays. Only owners give and take the roles owner and billing. Members decide on their `burn_order` themselves.',
  })
  @Requires(SCOPE, 'user', 'admin')
  @Returns(MemberView)
  @Problem(403, 'account_closed')
  @Problem(404, 'not_found')
  @Problem(409, 'last_owner', 'too_many_budgets', 'above_admin_limit')
  @Problem(422, 'invalid_request')
  updateMember(
    @CurrentActor() actor: Actor,
    @UserIdParam() id: string,
    @UserIdParam('member_id') member_id: string,
    @Body() body: MemberChanges,
  ) {
    return this.members.change(actor, id, member_id, body);
  }

  @NamesOrganization()
  @NamesMember()
  @Delete(':id/members/:member_id')
  @ApiOperation({
    summary: 'Remove a member, or leave',
    description:
      'The keys of the member for the organization are paused. Work in progress is settled by the organization, and the history stays. Every instance knows within a second.',
  })
  @Requires(SCOPE, 'user', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  @Problem(409, 'last_owner')
  @Problem(422, 'invalid_request')
  deleteMember(@CurrentActor() actor: Actor, @UserIdParam() id: string, @UserIdParam('member_id') member_id: string) {
    return this.members.remove(actor, id, member_id);
  }

  @NamesOrganization()
  @Get(':id/invitations')
  @ApiOperation({ summary: 'List invitations, newest first' })
  @Requires(SCOPE, 'user', 'admin')
  @Returns(InvitationView, { list: true })
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  listInvitations(@CurrentActor() actor: Actor, @UserIdParam() id: string, @Query() query: PageQuery) {
    return this.invitations.list(actor, id, query);
  }

  @NamesOrganization()
  @Post(':id/invitations')
  @ApiOperation({
    summary: 'Invite a person',
    description:
      'The person accepts by the link, or by the first sign-in with this address if the identity provider has verified it. An earlier invitation of the address ends.',
  })
  @Requires(SCOPE, 'user', 'admin')
  @Header('cache-control', 'no-store')
  @Returns(NewInvitationView, { status: 201 })
  @Problem(402, 'seat_limit_reached')
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  @Problem(503, 'public_url_not_configured')
  createInvitation(
    @CurrentActor() actor: Actor,
    @UserIdParam() id: string,
    @Body() body: InvitationBody,
    @RequestOrigin() origin: string,
  ) {
    return this.invitations.create(actor, id, body, origin);
  }

  @NamesOrganization()
  @NamesInvitation()
  @Post(':id/invitations/:invitation_id/resend')
  @ApiOperation({ summary: 'Send an invitation again', description: 'With a new link; the earlier one ends.' })
  @Requires(SCOPE, 'user', 'admin')
  @Header('cache-control', 'no-store')
  @Returns(NewInvitationView)
  @Problem(402, 'seat_limit_reached')
  @Problem(404, 'not_found')
  @Problem(409, 'invitation_used')
  @Problem(422, 'invalid_request')
  @Problem(503, 'public_url_not_configured')
  resendInvitation(
    @CurrentActor() actor: Actor,
    @UserIdParam() id: string,
    @Id('invitation_id') invitation_id: string,
    @RequestOrigin() origin: string,
  ) {
    return this.invitations.resend(actor, id, invitation_id, origin);
  }

  @NamesOrganization()
  @NamesInvitation()
  @Delete(':id/invitations/:invitation_id')
  @ApiOperation({ summary: 'Revoke an invitation' })
  @Requires(SCOPE, 'user', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  @Problem(409, 'invitation_used')
  @Problem(422, 'invalid_request')
  revokeInvitation(
    @CurrentActor() actor: Actor,
    @UserIdParam() id: string,
    @Id('invitation_id') invitation_id: string,
  ) {
    return this.invitations.revoke(actor, id, invitation_id);
  }

  @NamesOrganization()
  @Get(':id/cost-centers')
  @ApiOperation({ summary: 'List the cost centers' })
  @Requires(SCOPE, 'user', 'admin')
  @Returns(CostCenterView, { list: true })
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  listCostCenters(@CurrentActor() actor: Actor, @UserIdParam() id: string) {
    return this.cost_centers.list(actor, id);
  }

  @NamesOrganization()
  @Post(':id/cost-centers')
  @ApiOperation({ summary: 'Create or rename a cost center' })
  @Requires(SCOPE, 'user', 'admin')
  @Returns(CostCenterView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  createCostCenter(@CurrentActor() actor: Actor, @UserIdParam() id: string, @Body() body: CostCenterBody) {
    return this.cost_centers.put(actor, id, body);
  }

  @NamesOrganization()
  @ApiParam({ name: 'code', description: 'Code of the cost center.' })
  @Delete(':id/cost-centers/:code')
  @ApiOperation({
    summary: 'Remove a cost center',
    description: 'Members who were assigned to it are assigned to none.',
  })
  @Requires(SCOPE, 'user', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  deleteCostCenter(@CurrentActor() actor: Actor, @UserIdParam() id: string, @Param('code') code: string) {
    return this.cost_centers.remove(actor, id, code);
  }
}

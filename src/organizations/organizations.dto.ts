import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { burn_order, member_role } from '../generated/prisma/enums.js';
import { CostCenterRow, OrganizationInvitationRow, OrganizationMemberRow, OrganizationRow } from '../generated/rows.js';
import { Changes } from '../platform/http/bodies/changes.js';
import { IsTimeZone } from '../platform/http/time-zone.js';
import { IsUserId } from '../platform/values/user-id.js';
import { IsAmount, IsText, IsTimestamp } from '../platform/values/wire-decorators.js';
import { IsEnum, IsIn } from 'class-validator';

const NAME_MAX_CHARACTERS = 200;
const ID = {
  description: 'Id of the organization, and of its account.',
  type: 'string',
  example: 'org_5f0c2e9ab1d84c6e9f3a7b21',
} as const;
const BUDGET = {
  description: 'Limit of the member per calendar month, credits; null removes it. More limits: `POST /budgets`.',
  type: 'string',
  format: 'decimal',
  nullable: true,
  example: '25',
} as const;

/** An organization. */
export class OrganizationView extends OmitType(OrganizationRow, [
  'user_id',
  'created_by',
  'seats',
  'closed_at',
] as const) {
  @ApiProperty(ID)
  id!: string;

  @ApiProperty({ description: 'Maximum members; null for unlimited.', type: 'integer', nullable: true, example: 5 })
  seats!: number | null;

  @ApiProperty({ description: 'Members and open invitations.', type: 'integer', example: 3 })
  seats_taken!: number;

  @ApiProperty({
    description: 'Role of the caller; null for an admin of the platform.',
    enum: member_role,
    enumName: 'member_role',
    nullable: true,
  })
  role!: member_role | null;
}

class OrganizationName {
  @ApiProperty({ description: 'Name for people.', minLength: 1, maxLength: NAME_MAX_CHARACTERS, example: 'Acme' })
  @IsText({ min_length: 1, max_length: NAME_MAX_CHARACTERS })
  name!: string;
}

class OrganizationZone {
  @ApiPropertyOptional({
    description: "IANA name of the time zone of members' limits.",
    type: 'string',
    default: 'UTC',
    example: 'Europe/Berlin',
  })
  @IsOptional()
  @IsTimeZone()
  timezone?: string;
}

class OrganizationTerms extends Changes(
  PickType(OrganizationRow, ['billing_email', 'default_member_budget'] as const),
) {}

/** An organization to open. */
export class OrganizationBody extends IntersectionType(OrganizationName, OrganizationZone, OrganizationTerms) {
  @ApiPropertyOptional({
    description: 'Its first owner; the caller by default. Only admins name another person.',
    type: 'string',
    example: 'user-42',
  })
  @IsOptional()
  @IsUserId()
  owner_id?: string;
}

/** Changes to an organization; what is left out stays. */
export class OrganizationChanges extends IntersectionType(
  Changes(OrganizationName),
  OrganizationZone,
  OrganizationTerms,
  Changes(PickType(OrganizationRow, ['seats'] as const)),
) {}

class RoleBody {
  @ApiProperty({ description: 'Role of the member.', enum: member_role, enumName: 'member_role', example: 'member' })
  @IsEnum(member_role)
  role!: member_role;
}

class BudgetOfMember {
  @ApiPropertyOptional(BUDGET)
  @IsOptional()
  @IsAmount({ min: '0' })
  budget?: string | null;
}

class MemberTerms extends Changes(PickType(OrganizationMemberRow, ['cost_center', 'allowed_models'] as const)) {}

class BurnOrderBody {
  @ApiPropertyOptional({
    description: 'Which account pays for work that names none. Members decide it themselves.',
    enum: burn_order,
    enumName: 'burn_order',
  })
  @IsOptional()
  @IsEnum(burn_order)
  burn_order?: burn_order;
}

/** A person to add. */
export class MemberBody extends IntersectionType(RoleBody, BudgetOfMember, MemberTerms, BurnOrderBody) {
  @ApiProperty({ description: 'Id of the person.', type: 'string', example: 'user-43' })
  @IsUserId()
  user_id!: string;
}

/** Changes to a member; what is left out stays. */
export class MemberChanges extends IntersectionType(PartialType(RoleBody), BudgetOfMember, MemberTerms, BurnOrderBody) {
  @ApiPropertyOptional({ description: 'A paused member cannot act for the organization.', enum: ['active', 'paused'] })
  @IsOptional()
  @IsIn(['active', 'paused'])
  status?: 'active' | 'paused';
}

/** A member with the monthly limit and its use. */
export class MemberView extends OmitType(OrganizationMemberRow, [
  'user_id',
  'member_id',
  'created_by',
  'changed_at',
] as const) {
  @ApiProperty({ description: 'Id of the person.', type: 'string', example: 'user-43' })
  user_id!: string;

  @ApiProperty({ description: 'Id of the organization.', type: 'string', example: ID.example })
  organization_id!: string;

  @ApiProperty({ ...BUDGET, description: 'Limit of the member per calendar month, credits; null for none.' })
  budget!: string | null;

  @ApiProperty({
    description: 'Used and held of it; null without a limit.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '3.500000',
  })
  budget_used!: string | null;

  @ApiProperty({
    description: 'When the month of the limit ends; null without a limit.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  resets_at!: Date | null;
}

/** A person to invite. */
export class InvitationBody extends IntersectionType(
  PickType(OrganizationInvitationRow, ['email'] as const),
  RoleBody,
  BudgetOfMember,
  Changes(PickType(OrganizationInvitationRow, ['cost_center'] as const)),
) {
  @ApiPropertyOptional({
    description: 'When the invitation expires; after 7 days by default, after 90 at most.',
    type: 'string',
    format: 'date-time',
  })
  @IsOptional()
  @IsTimestamp()
  expires_at?: Date;
}

export const INVITATION_STATES = ['open', 'accepted', 'revoked', 'expired'] as const;

/** An invitation. */
export class InvitationView extends OmitType(OrganizationInvitationRow, ['user_id', 'token_hash'] as const) {
  @ApiProperty({ description: 'Id of the organization.', type: 'string', example: ID.example })
  organization_id!: string;

  @ApiProperty({ description: 'State of the invitation.', enum: INVITATION_STATES, example: 'open' })
  state!: (typeof INVITATION_STATES)[number];
}

/** An invitation that was just sent, with its link. */
export class NewInvitationView extends InvitationView {
  @ApiProperty({
    description: 'Link for the person who is invited. It is shown only here.',
    type: 'string',
    example: 'https://tollgate.example.com/app/invitation#token=tg_invite_AAAA',
  })
  url!: string;
}

/** The link of an invitation to accept. */
export class AcceptInvitationBody extends BurnOrderBody {
  @ApiProperty({ description: 'Token from the link.', type: 'string', example: 'tg_invite_AAAA' })
  @IsText({ min_length: 1, max_length: 200 })
  token!: string;
}

/** What an invitation offers, for the person who has its link. */
export class InvitationOfferView extends PickType(OrganizationInvitationRow, ['email', 'role', 'expires_at'] as const) {
  @ApiProperty({ description: 'Name of the organization.', type: 'string', example: 'Acme' })
  organization!: string;

  @ApiProperty({ description: 'State of the invitation.', enum: INVITATION_STATES, example: 'open' })
  state!: (typeof INVITATION_STATES)[number];
}

/** A cost center. */
export class CostCenterView extends OmitType(CostCenterRow, ['user_id'] as const) {}

/** A cost center to create or rename. */
export class CostCenterBody extends PickType(CostCenterRow, ['code'] as const) {
  @ApiProperty({ description: 'Name for people.', minLength: 1, maxLength: 100, example: 'Research' })
  @IsText({ min_length: 1, max_length: 100 })
  name!: string;
}

import { ApiProperty, PickType } from '@nestjs/swagger';
import { type Limit, LIMIT_SOURCES } from '../../credits/accounts/limits.js';
import { BalanceView } from '../../credits/credits.views.js';
import { budget_unit, burn_order, member_role } from '../../generated/prisma/enums.js';
import { ApiKeyRow, OrganizationRow, TierRow } from '../../generated/rows.js';
import { type Role, ROLES, SIGN_IN_METHODS, type SignInMethod } from '../../platform/actor.js';
import { type Scope, SCOPE_NAMES } from '../../platform/scopes.js';

/** The plan of the caller's account. */
export class MePlanView extends PickType(TierRow, [
  'tier',
  'name',
  'price_monthly',
  'credits_monthly',
  'renews',
  'features',
  'allowed_models',
] as const) {}

/** A limit and how much of it is used. */
export class LimitView implements Limit {
  @ApiProperty({ description: 'What sets the limit, as in errors.', enum: LIMIT_SOURCES, example: 'monthly_cap' })
  limit_source!: Limit['limit_source'];

  @ApiProperty({
    description: 'The budget that sets the limit; null for a limit of the plan.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  budget_id!: string | null;

  @ApiProperty({
    description: 'Unit of `used` and `limit`.',
    enum: budget_unit,
    enumName: 'budget_unit',
    example: 'credits',
  })
  unit!: Limit['unit'];

  @ApiProperty({
    description: 'How much is used: an exact decimal for credits and budgets, a whole number for calls of the plan.',
    type: 'string',
    example: '1.250000',
  })
  used!: string;

  @ApiProperty({ description: 'The limit, in the same form.', type: 'string', example: '5.000000' })
  limit!: string;

  @ApiProperty({ description: 'When `used` starts at zero again.', type: 'string', format: 'date-time' })
  resets_at!: Date;
}

/** The API key that the caller uses, and what it is limited to. Empty lists limit nothing. */
export class MeKeyView extends PickType(ApiKeyRow, [
  'id',
  'name',
  'tags',
  'allowed_models',
  'denied_models',
  'allowed_services',
  'allowed_cidrs',
  'requests_per_minute',
  'tokens_per_minute',
] as const) {}

/** An organization that the caller is a member of. */
export class OrganizationOfMeView extends PickType(OrganizationRow, ['name'] as const) {
  @ApiProperty({
    description: 'Id of the organization, for `X-Tollgate-Account`.',
    type: 'string',
    example: 'org_5f0c2e9ab1d84c6e9f3a7b21',
  })
  id!: string;

  @ApiProperty({ description: 'Role of the caller.', enum: member_role, enumName: 'member_role', example: 'member' })
  role!: member_role;

  @ApiProperty({
    description: 'Which account pays for work that names none.',
    enum: burn_order,
    enumName: 'burn_order',
    example: 'own_first',
  })
  burn_order!: burn_order;
}

/** Who the caller is, what the credential is good for, and the state of the account. */
export class MeView {
  @ApiProperty({ description: 'Id of the caller.', type: 'string', example: 'user-42' })
  user_id!: string;

  @ApiProperty({ description: 'Roles of the caller.', type: 'array', items: { type: 'string', enum: ROLES.slice() } })
  roles!: readonly Role[];

  @ApiProperty({
    description: 'Scopes that the credential is limited to; null if it is good for all that the roles allow.',
    type: 'array',
    items: { type: 'string', enum: SCOPE_NAMES },
    nullable: true,
  })
  scopes!: readonly Scope[] | null;

  @ApiProperty({ description: 'How the caller signed in.', enum: SIGN_IN_METHODS, example: 'token' })
  sign_in!: SignInMethod;

  @ApiProperty({
    description: 'When the credential expires; null for an API key that does not expire.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  expires_at!: Date | null;

  @ApiProperty({ description: 'The API key; null for other credentials.', type: MeKeyView, nullable: true })
  api_key!: MeKeyView | null;

  @ApiProperty({
    description: 'Page of the platform that a portal session links back to; null if there is none.',
    type: 'string',
    nullable: true,
    example: 'https://app.example.com/account',
  })
  return_url!: string | null;

  @ApiProperty({ description: 'The organizations that the caller is a member of.', type: [OrganizationOfMeView] })
  organizations!: OrganizationOfMeView[];

  @ApiProperty({
    description:
      'The account of the caller; null for a service or an admin without one, and without the scope balance:read.',
    type: BalanceView,
    nullable: true,
  })
  account!: BalanceView | null;

  @ApiProperty({ description: 'The plan of the account; null without an account.', type: MePlanView, nullable: true })
  plan!: MePlanView | null;

  @ApiProperty({
    description: 'Every limit that applies to the account: those of its plan, and its budgets.',
    type: [LimitView],
  })
  limits!: LimitView[];
}

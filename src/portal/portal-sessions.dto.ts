import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional } from 'class-validator';
import { PortalSessionRow } from '../generated/rows.js';
import { PageQuery } from '../platform/http/page.js';
import type { Scope } from '../platform/scopes.js';
import { IsText, IsWholeNumber } from '../platform/values/wire-decorators.js';

/** Scopes that a portal session can have: what people do in the dashboard, never charging or calling models. */
export const PORTAL_SCOPES = [
  'balance:read',
  'credits:read',
  'budgets:manage',
  'usage:read',
  'models',
  'payments',
  'coupons',
  'keys:manage',
  'notifications',
  'account:export',
] satisfies Scope[];

const DURATION_MAX_S = 3_600;
const DURATION_MIN_S = 60;

/** A portal session to create. */
export class PortalSessionBody extends PickType(PortalSessionRow, ['user_id'] as const) {
  @ApiProperty({
    description: 'What the session can be used for.',
    type: 'array',
    items: { type: 'string', enum: PORTAL_SCOPES },
    minItems: 1,
    maxItems: PORTAL_SCOPES.length,
    uniqueItems: true,
    example: ['balance:read', 'usage:read'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(PORTAL_SCOPES.length)
  @ArrayUnique()
  @IsIn(PORTAL_SCOPES, { each: true, message: `scopes must only contain ${PORTAL_SCOPES.join(', ')}` })
  scopes!: Scope[];

  @ApiPropertyOptional({
    description: 'Seconds until the session expires.',
    type: 'integer',
    minimum: DURATION_MIN_S,
    maximum: DURATION_MAX_S,
    default: DURATION_MAX_S,
  })
  @IsWholeNumber({ min: DURATION_MIN_S, max: DURATION_MAX_S })
  expires_in: number = DURATION_MAX_S;

  @ApiPropertyOptional({
    description:
      'Page to which the dashboard links back: an http or https URL on one of the origins of PORTAL_RETURN_ORIGINS.',
    type: 'string',
    maxLength: 2000,
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 2000 })
  return_url?: string;
}

/** A portal session, without its token. */
export class PortalSessionView extends OmitType(PortalSessionRow, ['token_hash'] as const) {}

/** A portal session that was just created. */
export class NewPortalSessionView extends PortalSessionView {
  @ApiProperty({
    description: 'Token of the session. It is shown only here.',
    type: 'string',
    example: 'tg_portal_AZjA3gAAcACAAAAAAAAAAMmvVYb4ZyF8o0m8WwqTQ3cN1r5uK2hE7xJdLsGtPvOi',
  })
  token!: string;

  @ApiProperty({
    description:
      'Page that is signed in already. The token is in the fragment, which browsers never send to a server. Redirect the browser of the user there and nowhere else.',
    type: 'string',
    example: 'https://credits.example.com/app/portal#token=tg_portal_...',
  })
  url!: string;
}

class PortalUserQuery extends PickType(PortalSessionRow, ['user_id'] as const) {}

/** Query of the sessions of a user. */
export class PortalSessionsQuery extends IntersectionType(PageQuery, PortalUserQuery) {}

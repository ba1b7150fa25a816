import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import { ArrayMinSize, ArrayUnique, IsArray, IsEnum, IsIn, IsOptional } from 'class-validator';
import { api_key_role } from '../generated/prisma/enums.js';
import { ApiKeyRow } from '../generated/rows.js';
import { Changes } from '../platform/http/bodies/changes.js';
import { PageQuery } from '../platform/http/page.js';
import { type Scope, SCOPE_NAMES } from '../platform/scopes.js';
import { IsText, IsWholeNumber } from '../platform/values/wire-decorators.js';
import { KEY_PREFIXES, type KeyPrefix } from './secrets/key-secret.js';
import { KEY_STATUSES, type KeyStatus } from './key-state.js';

/** Scopes that an API key can have. Administration needs the sign-in of a person. */
export const KEY_SCOPES = SCOPE_NAMES.filter((scope) => scope !== 'admin:*');

const GRACE_DEFAULT_S = 86_400;
const GRACE_MAX_S = 2_592_000;
const NAME_MAX_CHARACTERS = 100;

/** What the owner of a key decides, besides name and scopes. */
const LIMITS = [
  'allowed_models',
  'denied_models',
  'allowed_services',
  'allowed_cidrs',
  'requests_per_minute',
  'tokens_per_minute',
  'expires_at',
  'brake',
  'tags',
  'metadata',
  'member_id',
] as const;

class KeyLimits extends Changes(PickType(ApiKeyRow, LIMITS)) {}

class KeyName {
  @ApiProperty({
    description: 'Name for people.',
    type: 'string',
    minLength: 1,
    maxLength: NAME_MAX_CHARACTERS,
    example: 'Notebook',
  })
  @IsText({ min_length: 1, max_length: NAME_MAX_CHARACTERS })
  name!: string;
}

class KeyScopes {
  @ApiPropertyOptional({
    description:
      'What the key can be used for. By default what keys of its role usually need, as far as the caller has it.',
    type: 'array',
    items: { type: 'string', enum: KEY_SCOPES },
    minItems: 1,
    uniqueItems: true,
    example: ['gateway', 'models', 'balance:read'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(KEY_SCOPES, { each: true, message: `scopes must only contain ${KEY_SCOPES.join(', ')}` })
  scopes?: Scope[];
}

class KeyKind {
  @ApiPropertyOptional({
    description: 'What the key acts as. Only services and admins can create keys of role service.',
    enum: api_key_role,
    enumName: 'api_key_role',
    default: 'user',
  })
  @IsEnum(api_key_role)
  role: api_key_role = 'user';

  @ApiPropertyOptional({
    description: 'How the secret begins, to tell keys of test systems from others. Both work alike.',
    type: 'string',
    enum: KEY_PREFIXES,
    default: KEY_PREFIXES[0],
  })
  @IsIn(KEY_PREFIXES)
  prefix: KeyPrefix = 'tg_live_';
}

class KeyOwner extends Changes(PickType(ApiKeyRow, ['user_id'] as const)) {}

/** A key to create. */
export class ApiKeyBody extends IntersectionType(KeyOwner, KeyName, KeyKind, KeyScopes, KeyLimits) {}

/** Changes to a key; what is left out stays. */
export class ApiKeyChanges extends IntersectionType(Changes(KeyName), KeyScopes, KeyLimits) {}

/** How a secret is replaced. */
export class RotationBody {
  @ApiPropertyOptional({
    description: 'Seconds for which the old secret still works.',
    type: 'integer',
    minimum: 0,
    maximum: GRACE_MAX_S,
    default: GRACE_DEFAULT_S,
  })
  @IsWholeNumber({ min: 0, max: GRACE_MAX_S })
  grace_seconds: number = GRACE_DEFAULT_S;
}

/** Why a key is paused. */
export class PauseBody {
  @ApiPropertyOptional({
    description: 'Why the key is paused, for its users.',
    type: 'string',
    maxLength: 500,
    example: 'Found in a public repository',
  })
  @IsOptional()
  @IsText({ max_length: 500 })
  reason?: string;
}

/** An API key, without its secret. */
export class ApiKeyView extends OmitType(ApiKeyRow, [
  'key_hash',
  'hash_alg',
  'previous_hash',
  'previous_hash_alg',
  'changed_at',
  'expiry_told_at',
] as const) {
  @ApiProperty({ description: 'Whether the key works.', enum: KEY_STATUSES, example: 'active' })
  status!: KeyStatus;
}

/** An API key with a secret that was just generated. */
export class NewApiKeyView extends ApiKeyView {
  @ApiProperty({
    description: 'The secret of the key. It is shown only here.',
    type: 'string',
    example: 'tg_live_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA0000zz',
  })
  key!: string;
}

/** Query of the keys of an account. */
export class ApiKeysQuery extends IntersectionType(PageQuery, KeyOwner) {
  @ApiPropertyOptional({ description: 'Only keys with this status.', enum: KEY_STATUSES })
  @IsOptional()
  @IsIn(KEY_STATUSES)
  status?: KeyStatus;
}

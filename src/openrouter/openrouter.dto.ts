import { ApiProperty, IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { OpenrouterAccountRow } from '../generated/rows.js';
import { OPENROUTER_KEY } from '../platform/config/openrouter-config.js';

/** Dollar amounts are numbers, as in OpenRouter's API, because they are not credits. */
const dollars = (description: string, example = 7.5) =>
  ({
    description: `${description}, USD as a number; null is no limit.`,
    type: 'number',
    nullable: true,
    example,
  }) as const;

/** Names the user; defaults to the caller. */
export class OpenRouterUserQuery extends PartialType(PickType(OpenrouterAccountRow, ['user_id'] as const), {
  skipNullProperties: false,
}) {}

class Address extends PartialType(PickType(OpenrouterAccountRow, ['email'] as const), { skipNullProperties: false }) {}

/** The key to store. */
export class OpenRouterAccountBody extends IntersectionType(OpenRouterUserQuery, Address) {
  @ApiProperty({
    description: 'OpenRouter key. It is stored encrypted and never returned.',
    type: 'string',
    format: 'password',
    pattern: OPENROUTER_KEY.source,
    example: 'sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  })
  @Matches(OPENROUTER_KEY, { message: 'api_key must be an OpenRouter key, which starts with sk-or-v1-' })
  api_key!: string;
}

/** A user's OpenRouter account, with only the last characters of the key. */
export class OpenRouterAccountView extends PickType(OpenrouterAccountRow, [
  'user_id',
  'email',
  'account_id',
  'key_hint',
  'is_active',
  'last_synced',
  'created_at',
  'updated_at',
] as const) {
  @ApiProperty(dollars('Remaining spending limit of the key at OpenRouter'))
  free_credits_remaining!: number | null;
}

/** The spending limit of a key. */
export class OpenRouterBalanceView {
  @ApiProperty(dollars('Total spending limit of the key at OpenRouter', 10))
  free_credits!: number | null;

  @ApiProperty(dollars('Remaining spending limit'))
  free_credits_remaining!: number | null;
}

/** Confirmation of the deletion. */
export class OpenRouterDeletedView {
  @ApiProperty({
    description: 'Human-readable confirmation.',
    type: 'string',
    example: 'OpenRouter account deleted successfully',
  })
  message!: string;
}

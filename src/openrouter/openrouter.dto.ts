import { ApiProperty, IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { OpenrouterAccountRow } from '../generated/rows.js';
import { OPENROUTER_KEY } from '../platform/openrouter-config.js';

/** Names the user; without it a call is about the caller. */
export class OpenRouterUserQuery extends PartialType(PickType(OpenrouterAccountRow, ['user_id'] as const), {
  skipNullProperties: false,
}) {}

class Address extends PartialType(PickType(OpenrouterAccountRow, ['email'] as const), { skipNullProperties: false }) {}

/** A key to keep and use. */
export class OpenRouterAccountBody extends IntersectionType(OpenRouterUserQuery, Address) {
  /** Key of OpenRouter. */
  @ApiProperty({
    description: 'Key of OpenRouter. It is stored encrypted and never shown again.',
    type: 'string',
    format: 'password',
    pattern: OPENROUTER_KEY.source,
    example: 'sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  })
  @Matches(OPENROUTER_KEY, { message: 'api_key must be a key of OpenRouter, which begins with sk-or-v1-' })
  api_key!: string;
}

/** A user's own account at OpenRouter; of the key only a hint. */
export class OpenRouterAccountView extends PickType(OpenrouterAccountRow, [
  'user_id',
  'email',
  'account_id',
  'key_hint',
  'free_credits_remaining',
  'is_active',
  'last_synced',
  'created_at',
  'updated_at',
] as const) {}

/** What the key may spend and has left. */
export class OpenRouterBalanceView extends PickType(OpenrouterAccountRow, [
  'free_credits',
  'free_credits_remaining',
] as const) {}

/** That it was done. */
export class OpenRouterDeletedView {
  /** A sentence for people. */
  @ApiProperty({
    description: 'A sentence for people.',
    type: 'string',
    example: 'OpenRouter account deleted successfully',
  })
  message!: string;
}

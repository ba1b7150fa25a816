import { ApiProperty, IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { OpenrouterAccountRow } from '../generated/rows.js';
import { OPENROUTER_KEY } from '../platform/openrouter-config.js';

/** Dollars of OpenRouter are numbers there, and so here: they are none of our credits. */
const dollars = (description: string, example = 7.5) =>
  ({
    description: `${description}, USD as a number; null is no limit.`,
    type: 'number',
    nullable: true,
    example,
  }) as const;

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
  'is_active',
  'last_synced',
  'created_at',
  'updated_at',
] as const) {
  /** What is left of what OpenRouter lets the key spend. */
  @ApiProperty(dollars('What is left of what OpenRouter lets the key spend'))
  free_credits_remaining!: number | null;
}

/** What the key may spend and has left. */
export class OpenRouterBalanceView {
  /** What OpenRouter lets the key spend in all. */
  @ApiProperty(dollars('What OpenRouter lets the key spend in all', 10))
  free_credits!: number | null;

  /** What is left of it. */
  @ApiProperty(dollars('What is left of it'))
  free_credits_remaining!: number | null;
}

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

import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { UsageEventRow, UserCreditsRow } from '../generated/rows.js';
import { QueryBoolean } from '../platform/http/page.js';
import { IsAmount, IsMetadata, IsText, IsWholeNumber } from '../platform/wire-decorators.js';
import { IsMeasures } from './measures-validation.js';
import { TOKENS_MAX } from '../pricing/work.js';

const optional = { skipNullProperties: false };

/** What is said of the work itself. */
export class WorkBody extends IntersectionType(
  PickType(UsageEventRow, ['service'] as const),
  PartialType(
    PickType(UsageEventRow, [
      'model',
      'input_tokens',
      'output_tokens',
      'cache_read_tokens',
      'cache_write_tokens',
      'cache_write_1h_tokens',
      'reasoning_tokens',
      'audio_input_tokens',
      'audio_cache_read_tokens',
      'audio_output_tokens',
      'image_tokens',
      'image_output_tokens',
      'quantity',
      'unit',
      'service_tier',
      'billable',
      'succeeded',
      'session_id',
      'duration_seconds',
      'metadata',
    ] as const),
    optional,
  ),
) {
  @ApiPropertyOptional({
    description: 'Tokens in all; more than the pools together are tokens of unknown kind.',
    type: 'integer',
    minimum: 0,
    example: 1500,
  })
  @IsOptional()
  @IsWholeNumber({ min: 0, max: TOKENS_MAX })
  tokens?: number;

  @ApiPropertyOptional({
    description: 'What was counted besides tokens and quantity, by unit: searches of a completion, for example.',
    type: 'object',
    additionalProperties: { type: 'string', format: 'decimal' },
    example: { query: '2' },
  })
  @IsOptional()
  @IsMeasures()
  measures?: Record<string, string>;

  @ApiPropertyOptional({
    description: [
      'The usage object of the provider as it came, in place of token pools, tokens, quantity and measures: that of',
      'OpenAI (chat, Responses, audio, images), Anthropic, Gemini, Bedrock, OpenRouter, Cohere and others. Its `cost` is',
      'taken as what the provider charges, but not from users. Members that are not known are kept with the receipt.',
    ].join(' '),
    type: 'object',
    additionalProperties: true,
    example: { prompt_tokens: 1200, completion_tokens: 300, prompt_tokens_details: { cached_tokens: 1000 } },
  })
  @IsOptional()
  @IsMetadata()
  usage?: Record<string, unknown>;

  @ApiPropertyOptional({
    description: 'The total in credits, where the caller knows it; without it the price decides. Not for users.',
    type: 'string',
    format: 'decimal',
    example: '0.002500',
  })
  @IsOptional()
  @IsAmount({ min: '0' })
  cost?: string;

  @ApiPropertyOptional({
    description:
      'What the provider charges, where the caller knows it: the markup comes on top. Zero says that it is not known. Not with `cost`, not for users.',
    type: 'string',
    format: 'decimal',
    example: '0.002300',
  })
  @IsOptional()
  @IsAmount({ min: '0' })
  provider_cost?: string;

  @ApiPropertyOptional({ description: 'Whether the work is free whatever its price says. Not for users.' })
  @IsOptional()
  @IsBoolean()
  is_free?: boolean;

  @ApiPropertyOptional({ description: 'Charge the work with the same write; refused when it does not fit.' })
  @IsOptional()
  @IsBoolean()
  charge?: boolean;

  @ApiPropertyOptional({
    description: 'Charge finished work: always booked, what the balance cannot pay becomes debt. Not for users.',
  })
  @IsOptional()
  @IsBoolean()
  settle?: boolean;
}

class RequestId {
  @ApiProperty({
    description:
      "The caller's name of the piece of work, of any length: recorded, and charged, once. Other work under the same name is an `idempotency_conflict`.",
    minLength: 1,
    example: 'req-8f3a',
  })
  @IsText({ min_length: 1 })
  request_id!: string;
}

/** Whose work it is. */
export class UserId extends PickType(UserCreditsRow, ['user_id'] as const) {}
class Occurrence extends PartialType(PickType(UsageEventRow, ['occurred_at'] as const), optional) {}

/** One piece of work. */
export class TrackBody extends IntersectionType(
  WorkBody,
  Occurrence,
  PartialType(RequestId, optional),
  PartialType(UserId, optional),
) {}

/** One piece of work of many. */
export class TrackRecord extends IntersectionType(WorkBody, Occurrence, RequestId, UserId) {}

/** How a batch is meant. */
export class TrackBatchQuery {
  @ApiPropertyOptional({
    description:
      'true, by an admin: past usage of any age, brought over for reports. It needs `occurred_at`, is priced, never charged, and counts against no limit.',
    type: 'boolean',
    default: false,
  })
  @QueryBoolean()
  @IsBoolean()
  history: boolean = false;
}

/** A recorded piece of work. */
export class TrackedView extends PickType(UsageEventRow, [
  'id',
  'user_id',
  'service',
  'model',
  'tokens_used',
  'provider_cost',
  'platform_markup',
  'total_cost',
  'is_free_tier',
  'is_rated',
  'transaction_id',
  'created_at',
] as const) {}

/** All that is recorded of a piece of work. */
export class UsageEventView extends OmitType(UsageEventRow, [
  'content_hash',
  'price_id',
  'markup_rule_id',
  'markup_rate',
  'price_multiplier',
  'unread_usage',
  'recorded_xid',
] as const) {}

/** How one record of many ended. */
export class TrackResultView {
  @ApiProperty({ description: 'Place of the record, from 0.', type: 'integer', example: 0 })
  index!: number;

  @ApiProperty({
    description: '`duplicate`: it was recorded before, and is neither recorded nor charged again.',
    enum: ['recorded', 'duplicate', 'error'],
    example: 'recorded',
  })
  status!: 'recorded' | 'duplicate' | 'error';

  @ApiPropertyOptional({ description: 'The event as it was recorded first.', type: 'string', format: 'uuid' })
  id?: string;

  @ApiPropertyOptional({ description: 'What was wrong with it, for people.', example: 'service: must be a string' })
  error?: string;

  @ApiPropertyOptional({ description: 'The same for programs.', example: 'invalid_request' })
  code?: string;
}

import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { UsageEventRow, UserCreditsRow } from '../../generated/rows.js';
import { PayerBody } from '../../memberships/payer.dto.js';
import { RecordError, RecordIndex } from '../../platform/http/bodies/records.js';
import { QueryBoolean } from '../../platform/http/page.js';
import { IsAmount, IsMetadata, IsText, IsWholeNumber } from '../../platform/values/wire-decorators.js';
import { IsMeasures } from './measures-validation.js';
import { TOKENS_MAX } from '../../pricing/rating/work.js';

const optional = { skipNullProperties: false };

/** A piece of work, without its user, name and time. */
export class WorkBody extends IntersectionType(
  IntersectionType(PickType(UsageEventRow, ['service'] as const), PayerBody),
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
      'tags',
    ] as const),
    optional,
  ),
) {
  @ApiPropertyOptional({
    description: 'Total tokens. Tokens beyond the sum of the pools are of unknown kind.',
    type: 'integer',
    minimum: 0,
    example: 1500,
  })
  @IsOptional()
  @IsWholeNumber({ min: 0, max: TOKENS_MAX })
  tokens?: number;

  @ApiPropertyOptional({
    description:
      'Further counts by unit, in addition to tokens and quantity; for example the searches of a completion.',
    type: 'object',
    additionalProperties: { type: 'string', format: 'decimal' },
    example: { query: '2' },
  })
  @IsOptional()
  @IsMeasures()
  measures?: Record<string, string>;

  @ApiPropertyOptional({
    description: [
      "The provider's usage object, unchanged, instead of token pools, tokens, quantity and measures: the format of",
      'OpenAI (chat, Responses, audio, images), Anthropic, Gemini, Bedrock, OpenRouter, Cohere and others. Its `cost` is',
      "used as the provider's cost, except from users. Unknown members are stored with the receipt.",
    ].join(' '),
    type: 'object',
    additionalProperties: true,
    example: { prompt_tokens: 1200, completion_tokens: 300, prompt_tokens_details: { cached_tokens: 1000 } },
  })
  @IsOptional()
  @IsMetadata()
  usage?: Record<string, unknown>;

  @ApiPropertyOptional({
    description: 'The total in credits, if known. By default the price catalogue determines it. Not for users.',
    type: 'string',
    format: 'decimal',
    example: '0.002500',
  })
  @IsOptional()
  @IsAmount({ min: '0' })
  cost?: string;

  @ApiPropertyOptional({
    description:
      "The provider's cost in credits, if known; the markup is added. Zero means unknown. Not together with `cost`. Not for users.",
    type: 'string',
    format: 'decimal',
    example: '0.002300',
  })
  @IsOptional()
  @IsAmount({ min: '0' })
  provider_cost?: string;

  @ApiPropertyOptional({ description: 'Whether the work is free regardless of its price. Not for users.' })
  @IsOptional()
  @IsBoolean()
  is_free?: boolean;

  @ApiPropertyOptional({ description: 'Charge the work in the same write. Refused when the account cannot afford it.' })
  @IsOptional()
  @IsBoolean()
  charge?: boolean;

  @ApiPropertyOptional({
    description: 'Charge finished work. Always booked; what the balance cannot cover becomes debt. Not for users.',
  })
  @IsOptional()
  @IsBoolean()
  settle?: boolean;
}

class RequestId {
  @ApiProperty({
    description:
      "The caller's name for the piece of work, of any length. Work is recorded and charged once per name; different work under the same name is an `idempotency_conflict`.",
    minLength: 1,
    example: 'req-8f3a',
  })
  @IsText({ min_length: 1 })
  request_id!: string;
}

/** The user of the work. */
export class UserId extends PickType(UserCreditsRow, ['user_id'] as const) {}
class Occurrence extends PartialType(PickType(UsageEventRow, ['occurred_at'] as const), optional) {}

/** One piece of work. */
export class TrackBody extends IntersectionType(
  WorkBody,
  Occurrence,
  PartialType(RequestId, optional),
  PartialType(UserId, optional),
) {}

/** One piece of work in a batch. */
export class TrackRecord extends IntersectionType(WorkBody, Occurrence, RequestId, UserId) {}

/** Query of a batch. */
export class TrackBatchQuery {
  @ApiPropertyOptional({
    description:
      'Whether the records are past usage of any age, imported for reports. They need `occurred_at`, are priced but never charged, and count toward no limit. Only for admins.',
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

/** A recorded event in full. */
export class UsageEventView extends OmitType(UsageEventRow, [
  'content_hash',
  'price_id',
  'markup_rule_id',
  'markup_rate',
  'price_multiplier',
  'unread_usage',
  'recorded_xid',
] as const) {}

class TrackOutcome {
  @ApiProperty({
    description: '`duplicate`: the work was already recorded and is neither recorded nor charged again.',
    enum: ['recorded', 'duplicate', 'error'],
    example: 'recorded',
  })
  status!: 'recorded' | 'duplicate' | 'error';

  @ApiPropertyOptional({
    description: 'Id of the event; for a duplicate, of the original one.',
    type: 'string',
    format: 'uuid',
  })
  id?: string;
}

/** The result for one record of a batch. */
export class TrackResultView extends IntersectionType(RecordIndex, TrackOutcome, RecordError) {}

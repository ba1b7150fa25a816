import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsOptional, IsUUID, Matches } from 'class-validator';
import { EventRow } from '../generated/rows.js';
import { LIMIT_DEFAULT, LIMIT_MAX, QueryInteger } from '../platform/http/page.js';
import { IsUserId } from '../platform/values/user-id.js';
import { IsText, IsWholeNumber } from '../platform/values/wire-decorators.js';

const PATTERN = String.raw`(?:\*|[a-z_]+(?:\.[a-z_]+)*(?:\.\*)?)`;
const TYPES_FORM = new RegExp(`^${PATTERN}(?:,${PATTERN})*$`);
const TYPES_MAX_CHARACTERS = 500;

/** What an event is about. */
export class EventData {
  @ApiProperty({
    description:
      'What the event is about, as it was after the event. The webhook of the type documents its properties.',
    type: 'object',
    additionalProperties: true,
    example: { budget_id: '0198c0de-0000-7000-8000-000000000000' },
  })
  object!: object;

  @ApiPropertyOptional({
    description: 'Properties that changed, as they were before; left out for types that have none.',
    type: 'object',
    additionalProperties: true,
  })
  previous?: object;
}

/** An event about an account. */
export class EventView extends OmitType(EventRow, ['position', 'data'] as const) {
  @ApiProperty({ description: 'What it is about.', type: EventData })
  data!: EventData;
}

/** Query of events. */
export class EventLogQuery {
  @ApiPropertyOptional({ description: 'Only events of this account.', example: 'user-42' })
  @IsOptional()
  @IsUserId()
  user_id?: string;

  @ApiPropertyOptional({
    description: 'Id of an event: return those that follow it. By default, reading begins with the oldest event.',
    type: 'string',
    format: 'uuid',
  })
  @IsOptional()
  @IsUUID()
  after?: string;

  @ApiPropertyOptional({
    description: 'Types of events, separated by commas; `credits.*` stands for all types that begin with `credits.`.',
    type: 'string',
    maxLength: TYPES_MAX_CHARACTERS,
    pattern: TYPES_FORM.source,
    example: 'credits.*,payment.failed',
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: TYPES_MAX_CHARACTERS })
  @Matches(TYPES_FORM, {
    message: 'types must be types of events separated by commas, for example credits.*,payment.failed',
  })
  types?: string;

  @ApiPropertyOptional({
    description: 'Maximum number of events.',
    type: 'integer',
    minimum: 1,
    maximum: LIMIT_MAX,
    default: LIMIT_DEFAULT,
  })
  @QueryInteger()
  @IsWholeNumber({ min: 1, max: LIMIT_MAX })
  limit: number = LIMIT_DEFAULT;
}

import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { IsEnum, IsOptional } from 'class-validator';
import { hold_status } from '../../generated/prisma/enums.js';
import { CreditHoldRow, UserCreditsRow } from '../../generated/rows.js';
import { PageQuery } from '../../platform/http/page.js';
import { IsAmount, IsWholeNumber } from '../../platform/values/wire-decorators.js';
import { PayerBody } from '../../memberships/payer.dto.js';
import { AccountQuery } from '../credits.dto.js';

export const HOLD_TTL_DEFAULT_S = 600;
export const HOLD_TTL_MAX_S = 24 * 60 * 60;

/** Credits set aside for work in progress. */
export class HoldView extends OmitType(CreditHoldRow, ['work_id', 'lease_until', 'work_progress', 'actor'] as const) {}

/** Query of the list of holds. */
export class HoldsQuery extends IntersectionType(OmitType(PageQuery, ['offset', 'count'] as const), AccountQuery) {
  @ApiPropertyOptional({
    description: 'Only holds with this status.',
    enum: hold_status,
    enumName: 'hold_status',
    default: 'active',
  })
  @IsEnum(hold_status)
  status: hold_status = 'active';
}

/** A hold to create. */
export class HoldBody extends IntersectionType(
  IntersectionType(PickType(UserCreditsRow, ['user_id'] as const), PayerBody),
  PickType(CreditHoldRow, ['amount', 'service'] as const),
  PartialType(PickType(CreditHoldRow, ['model', 'metadata', 'tags'] as const), { skipNullProperties: false }),
) {
  @ApiPropertyOptional({
    description: 'Seconds after which the hold expires.',
    type: 'integer',
    minimum: 1,
    maximum: HOLD_TTL_MAX_S,
    default: HOLD_TTL_DEFAULT_S,
  })
  @IsOptional()
  @IsWholeNumber({ min: 1, max: HOLD_TTL_MAX_S })
  ttl_seconds?: number;
}

/** The cost of the work. */
export class CaptureBody {
  @ApiProperty({
    description: 'Credits to charge. An excess over the hold is settled as a separate ledger line.',
    type: 'string',
    format: 'decimal',
    example: '0.125',
  })
  @IsAmount({ min: '0' })
  amount!: string;
}

/** The new expiry of a hold. */
export class ExtendBody {
  @ApiProperty({
    description: 'Seconds from now after which the hold expires. Never shortens it.',
    type: 'integer',
    minimum: 1,
    maximum: HOLD_TTL_MAX_S,
    example: 600,
  })
  @IsWholeNumber({ min: 1, max: HOLD_TTL_MAX_S })
  ttl_seconds!: number;
}

/** The empty body of an operation that needs only an id. */
export class NoBody extends PickType(CaptureBody, [] as const) {}

import { ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { IsEnum, IsOptional } from 'class-validator';
import { litellm_rejected_status } from '../../generated/prisma/enums.js';
import { LitellmRejectedLogRow, UserCreditsRow } from '../../generated/rows.js';
import { PageQuery } from '../../platform/http/page.js';

/** A log that was not booked at first. */
export class RejectedLogView extends OmitType(LitellmRejectedLogRow, ['log_hash'] as const) {}

class RejectedFilter {
  @ApiPropertyOptional({
    description: 'Only logs of this status.',
    ...{ enum: litellm_rejected_status, enumName: 'litellm_rejected_status' },
  })
  @IsOptional()
  @IsEnum(litellm_rejected_status)
  status?: litellm_rejected_status;
}

/** Which logs are wanted. */
export class RejectedQuery extends IntersectionType(PageQuery, RejectedFilter) {}

/** Who pays for a log; left out: whom the log names. */
export class AssignBody extends PartialType(PickType(UserCreditsRow, ['user_id'] as const), {
  skipNullProperties: false,
}) {}

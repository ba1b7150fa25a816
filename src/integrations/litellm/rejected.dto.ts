import { ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { IsEnum, IsOptional } from 'class-validator';
import { litellm_rejected_status } from '../../generated/prisma/enums.js';
import { LitellmRejectedLogRow, UserCreditsRow } from '../../generated/rows.js';
import { PageQuery } from '../../platform/http/page.js';

/** A rejected log. */
export class RejectedLogView extends OmitType(LitellmRejectedLogRow, ['log_hash'] as const) {}

class RejectedFilter {
  @ApiPropertyOptional({
    description: 'Return only logs with this status.',
    enum: litellm_rejected_status,
    enumName: 'litellm_rejected_status',
  })
  @IsOptional()
  @IsEnum(litellm_rejected_status)
  status?: litellm_rejected_status;
}

/** Query of rejected logs. */
export class RejectedQuery extends IntersectionType(PageQuery, RejectedFilter) {}

/** The user who pays for a log; defaults to the user that the log names. */
export class AssignBody extends PartialType(PickType(UserCreditsRow, ['user_id'] as const), {
  skipNullProperties: false,
}) {}

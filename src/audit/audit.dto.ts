import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsEnum, IsOptional } from 'class-validator';
import { audit_result } from '../generated/prisma/enums.js';
import { AuditLogRow } from '../generated/rows.js';
import { IsDayOrTimestamp } from '../platform/http/dates.js';
import { PageQuery } from '../platform/http/page.js';
import { IsUserId } from '../platform/values/user-id.js';
import { IsText } from '../platform/values/wire-decorators.js';

/** An audit entry. */
export class AuditView extends AuditLogRow {}

class AuditFilterQuery {
  @ApiPropertyOptional({ description: 'Only actions on this account.', example: 'user-42' })
  @IsOptional()
  @IsUserId()
  user_id?: string;

  @ApiPropertyOptional({ description: 'Only this action.', example: 'credit.allocate' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  action?: string;

  @ApiPropertyOptional({ description: 'Only actions by this actor.', example: 'admin-1' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  actor?: string;

  @ApiPropertyOptional({ description: 'Only actions with this result.', enum: audit_result, enumName: 'audit_result' })
  @IsOptional()
  @IsEnum(audit_result)
  result?: audit_result;

  @ApiPropertyOptional({
    description: 'Start (inclusive): a day (UTC) or a timestamp.',
    type: 'string',
    example: '2026-11-01',
  })
  @IsOptional()
  @IsDayOrTimestamp('start')
  date_from?: Date;

  @ApiPropertyOptional({
    description: 'End: a timestamp (exclusive), or a day (UTC, inclusive).',
    type: 'string',
    example: '2026-11-30',
  })
  @IsOptional()
  @IsDayOrTimestamp('end')
  date_to?: Date;
}

/** Query of the audit log. */
export class AuditQuery extends IntersectionType(PageQuery, AuditFilterQuery) {}

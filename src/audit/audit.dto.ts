import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsEnum, IsOptional } from 'class-validator';
import { audit_result } from '../generated/prisma/enums.js';
import { AuditLogRow } from '../generated/rows.js';
import { IsDayOrTimestamp } from '../platform/http/dates.js';
import { PageQuery } from '../platform/http/page.js';
import { IsUserId } from '../platform/user-id.js';
import { IsText } from '../platform/wire-decorators.js';

/** Who did what to whom, and when. */
export class AuditView extends AuditLogRow {}

class AuditFilterQuery {
  @ApiPropertyOptional({ description: 'Only acts on this account.', example: 'user-42' })
  @IsOptional()
  @IsUserId()
  user_id?: string;

  @ApiPropertyOptional({ description: 'Only this act.', example: 'credit.allocate' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  action?: string;

  @ApiPropertyOptional({ description: 'Only acts by this actor.', example: 'admin-1' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  actor?: string;

  @ApiPropertyOptional({ description: 'Only acts that ended like this.', enum: audit_result, enumName: 'audit_result' })
  @IsOptional()
  @IsEnum(audit_result)
  result?: audit_result;

  @ApiPropertyOptional({
    description: 'Only acts from then on: a day (UTC) or a timestamp.',
    type: 'string',
    example: '2026-11-01',
  })
  @IsOptional()
  @IsDayOrTimestamp('start')
  date_from?: Date;

  @ApiPropertyOptional({
    description: 'Only acts before then: a timestamp, or a day (UTC) that counts whole.',
    type: 'string',
    example: '2026-11-30',
  })
  @IsOptional()
  @IsDayOrTimestamp('end')
  date_to?: Date;
}

/** Query of the audit log. */
export class AuditQuery extends IntersectionType(PageQuery, AuditFilterQuery) {}

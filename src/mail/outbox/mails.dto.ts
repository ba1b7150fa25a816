import { ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { message_state } from '../../generated/prisma/enums.js';
import { MailRow } from '../../generated/rows.js';
import { PageQuery } from '../../platform/http/page.js';

/** A mail, without its text. */
export class MailView extends OmitType(MailRow, ['facts', 'sealed_path', 'next_try_at'] as const) {}

class MailUserQuery extends PartialType(PickType(MailRow, ['user_id'] as const)) {}

class MailStateQuery {
  @ApiPropertyOptional({ description: 'Only mails in this state.', enum: message_state, enumName: 'message_state' })
  @IsOptional()
  @IsIn(Object.keys(message_state))
  state?: MailRow['state'];
}

/** Query of the mails. */
export class MailsQuery extends IntersectionType(PageQuery, MailUserQuery, MailStateQuery) {}

import { ApiProperty, ApiPropertyOptional, IntersectionType, PickType } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { NotificationRow } from '../../generated/rows.js';
import { INBOX_KINDS, type NoticeKind } from '../../mail/notices/kinds.js';
import { PageQuery, QueryBoolean } from '../../platform/http/page.js';

/** A line of a notification. */
export class NotificationFactView {
  @ApiProperty({ description: 'What it is.', type: 'string', example: 'Available' })
  label!: string;

  @ApiProperty({
    description: 'Its value, as people of the language write it.',
    type: 'string',
    example: '0.42 credits',
  })
  value!: string;
}

/** Where a notification leads. */
export class NotificationActionView {
  @ApiProperty({ description: 'Text of the link.', type: 'string', example: 'Buy credits' })
  label!: string;

  @ApiProperty({ description: 'Page of the dashboard, below /app/.', type: 'string', example: 'billing' })
  path!: string;
}

/** Something that a person was told, in the person's language. The mail about it says the same. */
export class NotificationView extends PickType(NotificationRow, ['id', 'read_at', 'created_at'] as const) {
  @ApiProperty({ description: 'What it is about.', enum: INBOX_KINDS, enumName: 'notification_kind' })
  kind!: NoticeKind;

  @ApiProperty({ description: 'Title.', type: 'string', example: 'Your credits are running low' })
  title!: string;

  @ApiProperty({ description: 'Text, by paragraphs.', type: [String], example: ['You have 0.42 credits left.'] })
  paragraphs!: readonly string[];

  @ApiProperty({ description: 'Amounts and dates.', type: [NotificationFactView] })
  facts!: NotificationFactView[];

  @ApiProperty({ description: 'Where to go next; null for nowhere.', type: NotificationActionView, nullable: true })
  action!: NotificationActionView | null;
}

/** How many notifications are unread. */
export class UnreadView {
  @ApiProperty({ description: 'Number of unread notifications.', type: 'integer', example: 2 })
  unread!: number;
}

class UnreadQuery {
  @ApiPropertyOptional({ description: 'Only unread notifications.', type: 'boolean', default: false })
  @QueryBoolean()
  @IsBoolean()
  unread: boolean = false;
}

/** Query of the inbox. */
export class InboxQuery extends IntersectionType(PageQuery, UnreadQuery) {}

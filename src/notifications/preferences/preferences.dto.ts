import { ApiProperty, IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsIn, ValidateNested } from 'class-validator';
import { ContactRow, UserCreditsRow } from '../../generated/rows.js';
import { INBOX_KINDS, type Language, LANGUAGES, type NoticeKind } from '../../mail/notices/kinds.js';
import { IsTimeZone } from '../../platform/http/time-zone.js';

/** Whether a person wants to be told of a kind. */
export class KindChoice {
  @ApiProperty({ description: 'What the notifications are about.', enum: INBOX_KINDS, enumName: 'notification_kind' })
  @IsIn(INBOX_KINDS)
  kind!: NoticeKind;

  @ApiProperty({ description: 'Whether mails of the kind are sent.', type: 'boolean' })
  @IsBoolean()
  mail!: boolean;

  @ApiProperty({ description: 'Whether the inbox shows them.', type: 'boolean' })
  @IsBoolean()
  inbox!: boolean;
}

/** A kind with the choice that applies. */
export class KindPreferenceView extends KindChoice {
  @ApiProperty({
    description: 'Name of the kind, in the language of the person.',
    type: 'string',
    example: 'Monthly report',
  })
  name!: string;

  @ApiProperty({ description: 'Whether `mail` can be changed: mails about security are always sent.', type: 'boolean' })
  has_mail_choice!: boolean;
}

/** What a person wants to be told, and how. */
export class PreferencesView extends IntersectionType(
  PickType(ContactRow, ['timezone'] as const),
  PickType(UserCreditsRow, ['low_balance_threshold'] as const),
) {
  @ApiProperty({ description: 'Language of notifications and mails.', enum: LANGUAGES.slice(), example: 'en' })
  language!: Language;

  @ApiProperty({ description: 'All kinds.', type: [KindPreferenceView] })
  kinds!: KindPreferenceView[];
}

/** Preferences to store. Kinds that are not named, and a threshold that is left out, keep what they are. */
export class PreferencesBody extends PartialType(PickType(UserCreditsRow, ['low_balance_threshold'] as const)) {
  @ApiProperty({ description: 'Language of notifications and mails.', enum: LANGUAGES.slice(), example: 'de' })
  @IsIn(LANGUAGES)
  language!: Language;

  @ApiProperty({
    description: 'IANA name of the time zone of times in notifications, and of the month in monthly reports.',
    type: 'string',
    example: 'Europe/Berlin',
  })
  @IsTimeZone()
  timezone!: string;

  @ApiProperty({
    description: 'Kinds to change.',
    type: [KindChoice],
    maxItems: INBOX_KINDS.length,
    example: [{ kind: 'low_balance', mail: false, inbox: true }],
  })
  @IsArray()
  @ArrayMaxSize(INBOX_KINDS.length)
  @ArrayUnique(({ kind }: KindChoice) => kind)
  @ValidateNested({ each: true })
  @Type(() => KindChoice)
  kinds!: KindChoice[];
}

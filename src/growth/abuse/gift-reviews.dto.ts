import { ApiProperty, OmitType, PickType } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { GiftCheckRow, GiftCheckSettingRow } from '../../generated/rows.js';
import { PageQuery } from '../../platform/http/page.js';
import { GIFT_REASONS, type GiftReason } from './trial-factor.js';

/** Whether gifts are checked. */
export class GiftCheckSettingsView extends PickType(GiftCheckSettingRow, ['is_on'] as const) {
  @ApiProperty({
    description: 'When it was set; null if it never was.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  updated_at!: Date | null;
}

/** Whether to check gifts. */
export class GiftCheckSettingsBody extends PickType(GiftCheckSettingRow, ['is_on'] as const) {}

const STATES = ['open', 'cleared', 'confirmed', 'none'] as const;

/** Which checked accounts to list. */
export class GiftReviewsQuery extends PickType(PageQuery, ['limit', 'offset'] as const) {
  @ApiProperty({
    description:
      'open: waits for a decision. cleared: gets whole gifts, by decision or after a payment. confirmed: gets none, by decision. none: needs no decision.',
    enum: STATES,
    enumName: 'gift_review_state',
    default: 'open',
    required: false,
  })
  @IsIn(STATES)
  state: (typeof STATES)[number] = 'open';
}

/** An account whose gifts were checked. It says nothing about the person but the id. */
export class GiftReviewView extends OmitType(GiftCheckRow, ['reasons'] as const) {
  @ApiProperty({
    description: 'Why the account gets that much.',
    enum: GIFT_REASONS,
    enumName: 'gift_reason',
    isArray: true,
    example: ['device_shared'],
  })
  reasons!: GiftReason[];

  @ApiProperty({
    description: 'The reasons in words.',
    type: 'string',
    example: 'The device is that of another account that got gifts.',
  })
  explanation!: string;

  @ApiProperty({
    description: 'Credits of gifts that were withheld.',
    type: 'string',
    format: 'decimal',
    example: '2.500000',
  })
  withheld!: string;
}

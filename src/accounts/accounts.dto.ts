import { ApiProperty, OmitType } from '@nestjs/swagger';
import { BalanceView } from '../credits/credits.views.js';
import { UserCreditsRow } from '../generated/rows.js';
import { IsUserId } from '../platform/user-id.js';
import { IsText } from '../platform/wire-decorators.js';

/** An account as an administrator sees it. */
export class AccountView extends OmitType(UserCreditsRow, [
  'capped',
  'plan_used',
  'monthly_cap_is_set',
  'due_at',
  'next_terms',
] as const) {
  @ApiProperty({
    description: 'Credits that can be spent now: balance less what is held; none while there is debt.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  available!: BalanceView['available'];
}

/** An account that took over another one. */
export class MoveView extends AccountView {
  @ApiProperty({ description: 'Account that was moved, and is closed now.', example: 'user-42' })
  moved_from!: string;

  @ApiProperty({ description: 'Credits that went over.', type: 'string', format: 'decimal', example: '25.000000' })
  credits!: string;

  @ApiProperty({ description: 'Debt that went over, credits.', type: 'string', format: 'decimal', example: '0.000000' })
  moved_debt!: string;

  @ApiProperty({
    description: 'Trial or plan credits that lapsed, since only one of both accounts may keep them.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  lapsed!: string;
}

/** Where an account is moved. */
export class MoveBody {
  @ApiProperty({
    description: 'Account that takes over; it opens, without a trial of its own, when the user was never seen.',
    maxLength: 255,
    example: 'user-43',
  })
  @IsUserId()
  to!: string;
}

/** Why an account is suspended. */
export class SuspendBody {
  @ApiProperty({
    description: 'Why, for administrators; the user is not told.',
    maxLength: 500,
    example: 'Chargeback of 2026-11-20 under review',
  })
  @IsText({ min_length: 1, max_length: 500 })
  reason!: string;
}

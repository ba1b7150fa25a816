import { ApiProperty, OmitType } from '@nestjs/swagger';
import { BalanceView } from '../credits/credits.views.js';
import { UserCreditsRow } from '../generated/rows.js';
import { IsUserId } from '../platform/values/user-id.js';
import { IsText } from '../platform/values/wire-decorators.js';

/** An account as an administrator sees it. */
export class AccountView extends OmitType(UserCreditsRow, [
  'capped',
  'has_budgets',
  'credit_level',
  'alert_below',
  'low_balance_threshold',
  'plan_used',
  'monthly_cap_is_set',
  'due_at',
  'next_terms',
] as const) {
  @ApiProperty({
    description: 'Credits that can be spent now: the balance minus held credits; zero while there is debt.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  available!: BalanceView['available'];
}

/** An account that another one was merged into. */
export class MoveView extends AccountView {
  @ApiProperty({ description: 'Account that was moved and is now closed.', example: 'user-42' })
  moved_from!: string;

  @ApiProperty({ description: 'Credits moved.', type: 'string', format: 'decimal', example: '25.000000' })
  credits!: string;

  @ApiProperty({ description: 'Debt moved, credits.', type: 'string', format: 'decimal', example: '0.000000' })
  moved_debt!: string;

  @ApiProperty({
    description: 'Trial or plan credits that lapsed, because the merged account can have only one trial or plan.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  lapsed!: string;
}

/** The target of a move. */
export class MoveBody {
  @ApiProperty({
    description: 'Target account. If the user has no account, one is opened without a trial.',
    maxLength: 255,
    example: 'user-43',
  })
  @IsUserId()
  to!: string;
}

/** Why an account is suspended. */
export class SuspendBody {
  @ApiProperty({
    description: 'Reason, for administrators. The user does not see it.',
    maxLength: 500,
    example: 'Chargeback of 2026-11-20 under review',
  })
  @IsText({ min_length: 1, max_length: 500 })
  reason!: string;
}

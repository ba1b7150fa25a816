import { ApiProperty } from '@nestjs/swagger';
import { BalanceView } from '../../credits/credits.views.js';
import { IsAmount, IsText } from '../../platform/values/wire-decorators.js';
import { IsUserId } from '../../platform/values/user-id.js';

/** Credits to move. */
export class TransferBody {
  @ApiProperty({
    description: 'Account that gives: an organization, or the caller.',
    type: 'string',
    example: 'org_5f0c2e9ab1d84c6e9f3a7b21',
  })
  @IsUserId()
  from!: string;

  @ApiProperty({
    description: 'Account that receives: a member of the organization, or an organization of the caller.',
    type: 'string',
    example: 'user-43',
  })
  @IsUserId()
  to!: string;

  @ApiProperty({ description: 'Credits to move.', type: 'string', format: 'decimal', example: '10' })
  @IsAmount({ positive: true })
  amount!: string;

  @ApiProperty({ description: 'Human-readable reason.', maxLength: 500, example: 'Hackathon' })
  @IsText({ min_length: 1, max_length: 500 })
  reason!: string;
}

/** A transfer. */
export class TransferView extends TransferBody {
  @ApiProperty({
    description: 'Id of the transfer; both ledger lines have it in their metadata.',
    type: 'string',
    format: 'uuid',
  })
  transfer_id!: string;

  @ApiProperty({ description: 'Ledger line of the account that gave.', type: 'string', format: 'uuid' })
  from_transaction_id!: string;

  @ApiProperty({ description: 'Ledger line of the account that received.', type: 'string', format: 'uuid' })
  to_transaction_id!: string;

  @ApiProperty({ description: 'The account that gave, after the transfer.', type: BalanceView })
  balance!: BalanceView;
}

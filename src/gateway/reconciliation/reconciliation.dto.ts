import { ApiProperty } from '@nestjs/swagger';

const USD = { type: 'string' as const, format: 'decimal', example: '12.500000' };

/** The booked costs of calls with the platform's key compared with the provider's figures. */
export class ReconciliationView {
  @ApiProperty({ description: 'The compared day (UTC), up to now.', type: 'string', format: 'date' })
  date!: string;

  @ApiProperty({ description: 'Provider cost of the calls booked on that day, USD.', ...USD })
  booked!: string;

  @ApiProperty({ description: "The key's usage on that day as the provider reports it, USD.", ...USD })
  provider!: string;

  @ApiProperty({ description: 'Reported usage minus booked cost, USD.', ...USD })
  difference!: string;

  @ApiProperty({
    description: 'Start of the account comparison: its last daily reading; null if it is not compared.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  account_since!: Date | null;

  @ApiProperty({ description: 'Provider cost of the calls booked since then, USD.', nullable: true, ...USD })
  account_booked!: string | null;

  @ApiProperty({ description: 'Usage of the account since then, with all of its keys, USD.', nullable: true, ...USD })
  account_provider!: string | null;

  @ApiProperty({ description: 'Account usage minus booked cost, USD.', nullable: true, ...USD })
  account_difference!: string | null;

  @ApiProperty({ description: 'Why the account is not compared; null if it is.', type: 'string', nullable: true })
  account_note!: string | null;

  @ApiProperty({ description: 'Calls that are not settled yet.', type: 'integer' })
  open_calls!: number;

  @ApiProperty({ description: 'Whether no difference exceeds one cent.', type: 'boolean' })
  agrees!: boolean;
}

/** A comparison that the daily job made. */
export class StoredReconciliationView extends ReconciliationView {
  @ApiProperty({ description: 'When the figures were compared.', type: 'string', format: 'date-time' })
  compared_at!: Date;
}

/** The daily comparisons. */
export class ReconciliationStateView {
  @ApiProperty({ description: "Whether the platform's key is set; without it nothing is compared.", type: 'boolean' })
  is_configured!: boolean;

  @ApiProperty({ description: 'Whether the whole account is compared, which needs a management key.', type: 'boolean' })
  compares_account!: boolean;

  @ApiProperty({
    description: 'Next daily comparison; null without a schedule.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  next_run_at!: Date | null;

  @ApiProperty({
    description: 'Error of the latest failed run of the last week; null if none.',
    type: 'string',
    nullable: true,
  })
  error!: string | null;

  @ApiProperty({ description: 'Comparisons, newest first.', type: [StoredReconciliationView] })
  comparisons!: StoredReconciliationView[];
}

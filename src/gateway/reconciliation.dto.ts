import { ApiProperty } from '@nestjs/swagger';

const USD = { type: 'string' as const, format: 'decimal', example: '12.500000' };

/** What was booked of calls with the platform's key, and what the provider says of it. */
export class ReconciliationView {
  /** Day of UTC. */
  @ApiProperty({ description: 'Day of UTC, until now.', type: 'string', format: 'date' })
  date!: string;

  /** Provider cost of the calls that were booked on that day. */
  @ApiProperty({ description: 'Provider cost of the calls that were booked, USD.', ...USD })
  booked!: string;

  /** What the provider says that the key used on that day. */
  @ApiProperty({ description: 'What the provider says that the key used, USD.', ...USD })
  provider!: string;

  /** What the provider says beyond what was booked. */
  @ApiProperty({ description: 'What the provider says beyond what was booked, USD.', ...USD })
  difference!: string;

  /** Since when the account is compared; null when it is not. */
  @ApiProperty({ description: 'When the account was read last.', type: 'string', format: 'date-time', nullable: true })
  account_since!: Date | null;

  /** Provider cost of the calls that were booked since then. */
  @ApiProperty({ description: 'Provider cost of the calls that were booked since then, USD.', nullable: true, ...USD })
  account_booked!: string | null;

  /** What the account used since then, by all of its keys. */
  @ApiProperty({ description: 'What the account used since then, by all of its keys, USD.', nullable: true, ...USD })
  account_provider!: string | null;

  /** What the account used beyond what was booked. */
  @ApiProperty({ description: 'What the account used beyond what was booked, USD.', nullable: true, ...USD })
  account_difference!: string | null;

  /** Why the account is not compared; null when it is. */
  @ApiProperty({ description: 'Why the account is not compared.', type: 'string', nullable: true })
  account_note!: string | null;

  /** Calls that are not settled yet. */
  @ApiProperty({ description: 'Calls that are not settled yet.', type: 'integer' })
  open_calls!: number;

  /** Whether no difference is more than a cent. */
  @ApiProperty({ description: 'Whether no difference is more than a cent.', type: 'boolean' })
  agrees!: boolean;
}

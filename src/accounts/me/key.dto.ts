import { ApiProperty } from '@nestjs/swagger';

const number = (description: string, nullable = false) =>
  ApiProperty({ description, type: 'number', nullable, example: nullable ? null : 0.125 });

/** Requests that are allowed within an interval. */
export class KeyRateLimitView {
  @ApiProperty({ description: 'Requests per interval; -1 for no limit.', type: 'integer', example: 60 })
  requests!: number;

  @ApiProperty({ description: 'The interval.', type: 'string', example: '1m' })
  interval!: string;
}

/** The API key of the caller, with the names and number formats of OpenRouter. */
export class KeyFactsView {
  @ApiProperty({ description: 'Name of the key.', type: 'string', example: 'Notebook' })
  label!: string;

  @number('Credits of the tightest budget of the key; null without one.', true)
  limit!: number | null;

  @number('Credits that are left of it for new work.', true)
  limit_remaining!: number | null;

  @ApiProperty({
    description: 'When the budget begins anew: daily, weekly, monthly, or the window of the budget.',
    type: 'string',
    nullable: true,
    example: 'monthly',
  })
  limit_reset!: string | null;

  @number('Credits that the key has spent. Refunds are not deducted.')
  usage!: number;

  @number('Credits that it has spent today, in UTC.')
  usage_daily!: number;

  @number('Credits that it has spent this week, which begins on Monday, in UTC.')
  usage_weekly!: number;

  @number('Credits that it has spent this month, in UTC.')
  usage_monthly!: number;

  @ApiProperty({ description: 'Whether the plan of the account is free.', type: 'boolean', example: false })
  is_free_tier!: boolean;

  @ApiProperty({ description: 'When the key expires.', type: 'string', format: 'date-time', nullable: true })
  expires_at!: Date | null;

  @ApiProperty({ description: 'Limit of requests.', type: KeyRateLimitView })
  rate_limit!: KeyRateLimitView;
}

/** The envelope that OpenRouter's clients expect. */
export class KeyView {
  @ApiProperty({ description: 'The key.', type: KeyFactsView })
  data!: KeyFactsView;
}

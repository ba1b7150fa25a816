import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { AccountQuery } from '../credits/credits.dto.js';
import { IsText } from '../platform/values/wire-decorators.js';

const USD = { type: 'number' as const, example: 12.5 };

/** Query as desktop clients send it. */
export class BillingQuery extends AccountQuery {
  @ApiPropertyOptional({ description: 'Accepted and ignored: the answer covers the current period.' })
  @IsOptional()
  @IsText({ max_length: 64 })
  start_date?: string;

  @ApiPropertyOptional({ description: 'Accepted and ignored: the answer covers the current period.' })
  @IsOptional()
  @IsText({ max_length: 64 })
  end_date?: string;
}

/** The credit limit in one-api's format. Amounts are numbers, because its clients read nothing else. */
export class BillingSubscriptionView {
  @ApiProperty({ description: 'Always `billing_subscription`.', type: 'string', enum: ['billing_subscription'] })
  object!: 'billing_subscription';

  @ApiProperty({ description: 'Always true: every account can make calls.', type: 'boolean' })
  has_payment_method!: boolean;

  @ApiProperty({ description: 'Same as `hard_limit_usd`.', ...USD })
  soft_limit_usd!: number;

  @ApiProperty({ description: 'Available credits plus credits spent in this period, USD.', ...USD })
  hard_limit_usd!: number;

  @ApiProperty({ description: 'Same as `hard_limit_usd`.', ...USD })
  system_hard_limit_usd!: number;

  @ApiProperty({ description: 'End of the period, Unix time in seconds.', type: 'integer' })
  access_until!: number;
}

/** The usage in one-api's format. */
export class BillingUsageView {
  @ApiProperty({ description: 'Always `list`.', type: 'string', enum: ['list'] })
  object!: 'list';

  @ApiProperty({ description: 'Credits spent in this period, US cents.', type: 'number', example: 250 })
  total_usage!: number;
}

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { AccountQuery } from '../credits/credits.dto.js';
import { IsText } from '../platform/wire-decorators.js';

const USD = { type: 'number' as const, example: 12.5 };

/** Query of desktop clients. */
export class BillingQuery extends AccountQuery {
  /** First day that the client shows. */
  @ApiPropertyOptional({ description: 'Sent by clients, and not looked at: the period that runs is told.' })
  @IsOptional()
  @IsText({ max_length: 64 })
  start_date?: string;

  /** Last day that the client shows. */
  @ApiPropertyOptional({ description: 'Sent by clients, and not looked at: the period that runs is told.' })
  @IsOptional()
  @IsText({ max_length: 64 })
  end_date?: string;
}

/** What can be spent, in the shape that clients of one-api poll: numbers, for that is all they read. */
export class BillingSubscriptionView {
  @ApiProperty({ description: 'Always `billing_subscription`.', type: 'string', enum: ['billing_subscription'] })
  object!: 'billing_subscription';

  @ApiProperty({ description: 'Always true: whoever has an account here can call.', type: 'boolean' })
  has_payment_method!: boolean;

  @ApiProperty({ description: 'The same as the hard limit.', ...USD })
  soft_limit_usd!: number;

  @ApiProperty({ description: 'What can be spent now and what was spent in this period, USD.', ...USD })
  hard_limit_usd!: number;

  @ApiProperty({ description: 'The same as the hard limit.', ...USD })
  system_hard_limit_usd!: number;

  @ApiProperty({ description: 'When the period ends, seconds since 1970.', type: 'integer' })
  access_until!: number;
}

/** What was spent, in the shape that clients of one-api poll. */
export class BillingUsageView {
  @ApiProperty({ description: 'Always `list`.', type: 'string', enum: ['list'] })
  object!: 'list';

  @ApiProperty({ description: 'What was spent in this period, US cents.', type: 'number', example: 250 })
  total_usage!: number;
}

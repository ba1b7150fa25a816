// Generated from prisma/schema.prisma by `npm run generate`. Do not edit.
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsEnum, IsUUID, Matches, ValidateIf } from 'class-validator';
import { IsUserId } from '../platform/values/user-id.js';
import { IsAmount, IsMetadata, IsText, IsTimestamp, IsWholeNumber } from '../platform/values/wire-decorators.js';
import {
  transaction_type,
  account_status,
  credit_level,
  api_key_role,
  grant_source,
  hold_status,
  audit_result,
  usage_dimension,
  usage_unit,
  service_tier,
  markup_scope,
  payment_kind,
  payment_status,
  refund_status,
  dispute_status,
  subscription_status,
  payment_event_state,
  topup_state,
  coupon_type,
  budget_unit,
  budget_window,
  budget_action,
  budget_setter,
  webhook_endpoint_status,
  webhook_disabled_reason,
  webhook_delivery_status,
  member_role,
  burn_order,
  member_status,
  contact_source,
  message_state,
  litellm_rejection,
  litellm_rejected_status,
  grant_interval,
  credit_import_mode,
  credit_import_state,
  credit_import_line_state,
  referral_state,
  welcome_event,
  gift_occasion,
  signal_kind,
  mail_class,
  experiment_metric,
  opening_layer,
  opening_result,
  gift_review_state,
} from './prisma/enums.js';

/** A plan: monthly credits, cap, flat rate and entitlements. */
export class TierRow {
  /** Code of the plan. */
  @ApiProperty({
    description: 'Code of the plan. Written as 1 to 64 lower-case letters, digits, - or _, beginning with a letter.',
    type: 'string',
    maxLength: 64,
    pattern: '^[a-z][a-z0-9_-]{0,63}$',
    example: 'starter',
  })
  @IsText({ max_length: 64 })
  @Matches(/^[a-z][a-z0-9_-]{0,63}$/, {
    message:
      '$property must be 1 to 64 lower-case letters, digits, - or _, beginning with a letter, for example starter',
  })
  tier!: string;

  /** Display name. */
  @ApiProperty({ description: 'Display name.', type: 'string', maxLength: 100, example: 'Starter' })
  @IsText({ max_length: 100 })
  name!: string;

  /** List price per month, USD. */
  @ApiProperty({ description: 'List price per month, USD.', type: 'string', format: 'decimal', example: '19.000000' })
  @IsAmount({ min: '0' })
  price_monthly!: string;

  /** Credits granted for each 30-day period. */
  @ApiProperty({
    description: 'Credits granted for each 30-day period.',
    type: 'string',
    format: 'decimal',
    example: '20.000000',
  })
  @IsAmount({ min: '0' })
  credits_monthly!: string;

  /** Maximum plan credits that can burn in one period; null means unlimited. */
  @ApiProperty({
    description: 'Maximum plan credits that can burn in one period; null means unlimited.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '20.000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  monthly_cap!: string | null;

  /** Flat price per 1,000 tokens, charged while the model has no known price. */
  @ApiProperty({
    description: 'Flat price per 1,000 tokens, charged while the model has no known price.',
    type: 'string',
    format: 'decimal',
    example: '0.002000',
  })
  @IsAmount({ min: '0' })
  cost_per_1k_tokens!: string;

  /** Maximum unspent plan credits that survive a renewal. */
  @ApiProperty({
    description: 'Maximum unspent plan credits that survive a renewal.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount({ min: '0' })
  rollover_max!: string;

  /** Whether plan credits are granted again at the start of each period. */
  @ApiProperty({
    description: 'Whether plan credits are granted again at the start of each period.',
    type: 'boolean',
    example: true,
  })
  @IsBoolean()
  renews!: boolean;

  /** Whether the plan appears in the public comparison. */
  @ApiProperty({ description: 'Whether the plan appears in the public comparison.', type: 'boolean' })
  @IsBoolean()
  is_public!: boolean;

  /** Position in lists, cheapest first. A switch to a higher position is an upgrade. */
  @ApiProperty({
    description: 'Position in lists, cheapest first. A switch to a higher position is an upgrade.',
    type: 'integer',
    minimum: 0,
    maximum: 1000,
    example: 2,
  })
  @IsWholeNumber({ min: 0, max: 1000 })
  rank!: number;

  /** Maximum metered calls per day; null means unlimited. */
  @ApiProperty({
    description: 'Maximum metered calls per day; null means unlimited.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
    nullable: true,
    example: 100,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 0, max: 2147483647 })
  calls_per_day!: number | null;

  /** Maximum metered calls per period; null means unlimited. */
  @ApiProperty({
    description: 'Maximum metered calls per period; null means unlimited.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
    nullable: true,
    example: 1000,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 0, max: 2147483647 })
  calls_per_month!: number | null;

  /** Maximum calls to free models per day; null means unlimited. They do not count as metered calls. */
  @ApiProperty({
    description: 'Maximum calls to free models per day; null means unlimited. They do not count as metered calls.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
    nullable: true,
    example: 50,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 0, max: 2147483647 })
  free_calls_per_day!: number | null;

  /** Models that calls can use: ids, id prefixes followed by *, and class:free, class:budget, class:standard or class:premium. An empty list allows every model. */
  @ApiProperty({
    description:
      'Models that calls can use: ids, id prefixes followed by *, and class:free, class:budget, class:standard or class:premium. An empty list allows every model.',
    type: 'array',
    items: { type: 'string', minLength: 1 },
  })
  @IsArray()
  @IsText({ min_length: 1 }, { each: true })
  allowed_models!: string[];

  /** Maximum members of an organization on this plan; null means unlimited. */
  @ApiProperty({
    description: 'Maximum members of an organization on this plan; null means unlimited.',
    type: 'integer',
    minimum: 1,
    maximum: 1000000,
    nullable: true,
    example: 5,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 1, max: 1000000 })
  seats!: number | null;

  /** Features of the plan, one line each. */
  @ApiProperty({
    description: 'Features of the plan, one line each.',
    type: 'array',
    items: { type: 'string', minLength: 1 },
  })
  @IsArray()
  @IsText({ min_length: 1 }, { each: true })
  features!: string[];

  /** When the plan was created. */
  @ApiProperty({ description: 'When the plan was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the plan was last edited. */
  @ApiProperty({ description: 'When the plan was last edited.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** One credit account per user. The row is the lock of everything that belongs to the account. */
export class UserCreditsRow {
  /** Id of the user on the platform. */
  @ApiProperty({
    description:
      'Id of the user on the platform. Written as 1 to 255 characters, without control characters or spaces at either end.',
    type: 'string',
    maxLength: 255,
    pattern: '^[^\\x00-\\x20\\x7F]([^\\x00-\\x1F\\x7F]*[^\\x00-\\x20\\x7F])?$',
    example: 'user-42',
  })
  @IsUserId()
  user_id!: string;

  /** Credits on the account, including held credits; never below zero. */
  @ApiProperty({
    description: 'Credits on the account, including held credits; never below zero.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  @IsAmount()
  balance!: string;

  /** Credits set aside for work in progress. */
  @ApiProperty({
    description: 'Credits set aside for work in progress.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  held!: string;

  /** Cost of finished work that the balance could not cover, credits. The next grant pays it first. */
  @ApiProperty({
    description: 'Cost of finished work that the balance could not cover, credits. The next grant pays it first.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  debt!: string;

  /** Plan credits in the balance that the monthly cap locks in this period. */
  @ApiProperty({
    description: 'Plan credits in the balance that the monthly cap locks in this period.',
    type: 'string',
    format: 'decimal',
  })
  @IsAmount()
  capped!: string;

  /** Plan credits burned in this period, counting only burns already attributed to grants. */
  @ApiProperty({
    description: 'Plan credits burned in this period, counting only burns already attributed to grants.',
    type: 'string',
    format: 'decimal',
  })
  @IsAmount()
  plan_used!: string;

  /** Credits charged in this period. */
  @ApiProperty({
    description: 'Credits charged in this period.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  used_this_period!: string;

  /** Plan or trial credits granted for this period. */
  @ApiProperty({
    description: 'Plan or trial credits granted for this period.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  @IsAmount()
  allocated_monthly!: string;

  /** Bonus, coupon and referral credits granted so far on top of the plan. */
  @ApiProperty({
    description: 'Bonus, coupon and referral credits granted so far on top of the plan.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  bonus_credits!: string;

  /** List price of the free work charged in this period, credits. Work that was only recorded does not count. */
  @ApiProperty({
    description:
      'List price of the free work charged in this period, credits. Work that was only recorded does not count.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  free_tier_used!: string;

  /** Maximum plan credits that can burn in one period; null means unlimited. */
  @ApiProperty({
    description: 'Maximum plan credits that can burn in one period; null means unlimited.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '5.000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  monthly_cap!: string | null;

  /** Whether an admin set the cap. Renewals and tier switches leave such a cap unchanged. */
  @ApiProperty({
    description: 'Whether an admin set the cap. Renewals and tier switches leave such a cap unchanged.',
    type: 'boolean',
  })
  @IsBoolean()
  monthly_cap_is_set!: boolean;

  /** Code of the plan. */
  @ApiProperty({ description: 'Code of the plan.', type: 'string', maxLength: 64, example: 'trial' })
  @IsText({ max_length: 64 })
  tier!: string;

  /** Plan that takes effect at reset_date; null when no change is scheduled. */
  @ApiProperty({
    description: 'Plan that takes effect at reset_date; null when no change is scheduled.',
    type: 'string',
    maxLength: 64,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  next_tier!: string | null;

  /** Start of the current period; null in the first period, which includes work of any age. */
  @ApiProperty({
    description: 'Start of the current period; null in the first period, which includes work of any age.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  period_start!: Date | null;

  /** End of the current 30-day period. */
  @ApiProperty({ description: 'End of the current 30-day period.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  reset_date!: Date;

  /** End of the paid period; null for plans that need no payment. */
  @ApiProperty({
    description: 'End of the paid period; null for plans that need no payment.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  paid_until!: Date | null;

  /** Terms of the next period if it was paid in advance. */
  @ApiProperty({
    description: 'Terms of the next period if it was paid in advance.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsMetadata()
  next_terms!: Record<string, unknown> | null;

  /** Earliest instant at which a renewal, the expiry of a grant or a hold, or a new window of an exceeded budget must be booked before any charge. */
  @ApiProperty({
    description:
      'Earliest instant at which a renewal, the expiry of a grant or a hold, or a new window of an exceeded budget must be booked before any charge.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  due_at!: Date;

  /** Whether the account can spend. Finished work is charged regardless of the status. */
  @ApiProperty({
    description: 'Whether the account can spend. Finished work is charged regardless of the status.',
    enum: account_status,
    enumName: 'account_status',
  })
  @IsEnum(account_status)
  status!: account_status;

  /** Why an admin suspended or closed the account. */
  @ApiProperty({
    description: 'Why an admin suspended or closed the account.',
    type: 'string',
    maxLength: 500,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  status_reason!: string | null;

  /** When the status last changed; null if it never changed. */
  @ApiProperty({
    description: 'When the status last changed; null if it never changed.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  status_changed_at!: Date | null;

  /** Account that this account was merged into; null unless it was moved. */
  @ApiProperty({
    description: 'Account that this account was merged into; null unless it was moved.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'user-43',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  moved_to!: string | null;

  /** Time of the latest change. It increases strictly; ledger ids are derived from it. */
  @ApiProperty({
    description: 'Time of the latest change. It increases strictly; ledger ids are derived from it.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  last_updated!: Date;

  /** When the account was created. */
  @ApiProperty({ description: 'When the account was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** Maximum metered calls per UTC day, fixed when the period began; null means unlimited. */
  @ApiProperty({
    description: 'Maximum metered calls per UTC day, fixed when the period began; null means unlimited.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  calls_per_day!: number | null;

  /** Maximum metered calls in this period, fixed when the period began; null means unlimited. */
  @ApiProperty({
    description: 'Maximum metered calls in this period, fixed when the period began; null means unlimited.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  calls_per_month!: number | null;

  /** Metered calls on the UTC day that ends at calls_reset_at. */
  @ApiProperty({
    description: 'Metered calls on the UTC day that ends at calls_reset_at.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  calls_today!: number;

  /** Metered calls in this period. */
  @ApiProperty({
    description: 'Metered calls in this period.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  calls_this_period!: number;

  /** Next midnight UTC, when calls_today and free_calls_today restart at zero. */
  @ApiProperty({
    description: 'Next midnight UTC, when calls_today and free_calls_today restart at zero.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  calls_reset_at!: Date;

  /** Maximum calls to free models per UTC day, fixed when the period began; null means unlimited. */
  @ApiProperty({
    description: 'Maximum calls to free models per UTC day, fixed when the period began; null means unlimited.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  free_calls_per_day!: number | null;

  /** Calls to free models on the UTC day that ends at calls_reset_at. */
  @ApiProperty({
    description: 'Calls to free models on the UTC day that ends at calls_reset_at.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  free_calls_today!: number;

  /** Whether the account has active budgets, which every charge must observe. */
  @ApiProperty({
    description: 'Whether the account has active budgets, which every charge must observe.',
    type: 'boolean',
  })
  @IsBoolean()
  has_budgets!: boolean;

  /** How far the credits went down, as the events about them told; null until the account first has credits. */
  @ApiProperty({
    description:
      'How far the credits went down, as the events about them told; null until the account first has credits.',
    enum: credit_level,
    enumName: 'credit_level',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsEnum(credit_level)
  credit_level!: credit_level | null;

  /** A charge that leaves fewer spendable credits than this is due an event; zero if none is. */
  @ApiProperty({
    description: 'A charge that leaves fewer spendable credits than this is due an event; zero if none is.',
    type: 'string',
    format: 'decimal',
  })
  @IsAmount()
  alert_below!: string;

  /** Credits below which the account counts as low, as its owner chose; null for a tenth of allocated_monthly. */
  @ApiProperty({
    description:
      'Credits below which the account counts as low, as its owner chose; null for a tenth of allocated_monthly.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '2.000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  low_balance_threshold!: string | null;
}

/** An account whose owner was erased. Its ledger continues under a pseudonym; nothing stored here leads back to the owner's id. */
export class AccountErasureRow {
  /** Pseudonym of the account. */
  @ApiProperty({ description: 'Pseudonym of the account.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Keyed digest of the former user id, so that a returning user gets no second trial; null if no key is configured. */
  @ApiProperty({
    description:
      'Keyed digest of the former user id, so that a returning user gets no second trial; null if no key is configured.',
    type: 'string',
    minLength: 64,
    maxLength: 64,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ min_length: 64, max_length: 64 })
  fingerprint!: string | null;

  /** When the account was erased. */
  @ApiProperty({ description: 'When the account was erased.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** The append-only ledger. Lines are never changed or deleted; a correction is a new line. */
export class CreditTransactionRow {
  /** UUIDv7 generated by the database under the account's lock, so the ids of an account increase in posting order. */
  @ApiProperty({
    description:
      "UUIDv7 generated by the database under the account's lock, so the ids of an account increase in posting order.",
    type: 'string',
    format: 'uuid',
  })
  @IsUUID()
  id!: string;

  /** User id of the account. */
  @ApiProperty({ description: 'User id of the account.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Signed amount, credits; negative for a charge. */
  @ApiProperty({
    description: 'Signed amount, credits; negative for a charge.',
    type: 'string',
    format: 'decimal',
    example: '-0.002500',
  })
  @IsAmount()
  amount!: string;

  /** Balance minus debt after this line, credits. */
  @ApiProperty({
    description: 'Balance minus debt after this line, credits.',
    type: 'string',
    format: 'decimal',
    example: '4.997500',
  })
  @IsAmount()
  balance_after!: string;

  /** Type of the line. */
  @ApiProperty({
    description: 'Type of the line.',
    enum: transaction_type,
    enumName: 'transaction_type',
    example: 'usage',
  })
  @IsEnum(transaction_type)
  transaction_type!: transaction_type;

  /** Service that was charged. */
  @ApiProperty({
    description:
      'Service that was charged. Written as 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit.',
    type: 'string',
    maxLength: 64,
    pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
    nullable: true,
    example: 'openrouter',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  @Matches(/^[a-z0-9][a-z0-9._-]{0,63}$/, {
    message:
      '$property must be 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit, for example openrouter',
  })
  service!: string | null;

  /** Model that was used. */
  @ApiProperty({
    description: 'Model that was used.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'openai/gpt-4o-mini',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  model!: string | null;

  /** Breakdown of the amount: provider_cost, markup, total. */
  @ApiProperty({
    description: 'Breakdown of the amount: provider_cost, markup, total.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsMetadata()
  cost_breakdown!: Record<string, unknown> | null;

  /** Human-readable description. */
  @ApiProperty({
    description: 'Human-readable description.',
    type: 'string',
    maxLength: 500,
    nullable: true,
    example: 'openrouter: openai/gpt-4o-mini',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  description!: string | null;

  /** Metadata attached by the caller, and the reason for the line. */
  @ApiProperty({
    description: 'Metadata attached by the caller, and the reason for the line.',
    type: 'object',
    additionalProperties: true,
  })
  @IsMetadata()
  metadata!: Record<string, unknown>;

  /** Id of the API key that was used; null without one. */
  @ApiProperty({
    description: 'Id of the API key that was used; null without one.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  api_key_id!: string | null;

  /** Member who acted, when an organization pays; otherwise null. */
  @ApiProperty({
    description: 'Member who acted, when an organization pays; otherwise null.',
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  member_id!: string | null;

  /** Tags that the caller attached. */
  @ApiProperty({
    description: 'Tags that the caller attached.',
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 64 },
    maxItems: 10,
    example: ['team-a'],
  })
  @IsArray()
  @ArrayMaxSize(10)
  @IsText({ min_length: 1, max_length: 64 }, { each: true })
  tags!: string[] | null;

  /** Line that this refund refunds. */
  @ApiProperty({ description: 'Line that this refund refunds.', type: 'string', format: 'uuid', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  refund_of!: string | null;

  /** Hold that this charge captured. */
  @ApiProperty({ description: 'Hold that this charge captured.', type: 'string', format: 'uuid', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  hold_id!: string | null;

  /** Actor who caused the line. */
  @ApiProperty({ description: 'Actor who caused the line.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  actor!: string;

  /** Request that caused the line. */
  @ApiProperty({ description: 'Request that caused the line.', type: 'string', maxLength: 255, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  request_id!: string | null;

  /** When the line was booked. */
  @ApiProperty({ description: 'When the line was booked.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** One addition of credits. The balance is the sum of the remaining credits of live grants, minus burns not yet attributed. */
export class CreditGrantRow {
  /** UUIDv7 of the grant. */
  @ApiProperty({ description: 'UUIDv7 of the grant.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** User id of the account. */
  @ApiProperty({ description: 'User id of the account.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Source of the credits. */
  @ApiProperty({
    description: 'Source of the credits.',
    enum: grant_source,
    enumName: 'grant_source',
    example: 'bonus',
  })
  @IsEnum(grant_source)
  source!: grant_source;

  /** Credits granted. */
  @ApiProperty({ description: 'Credits granted.', type: 'string', format: 'decimal', example: '10.000000' })
  @IsAmount({ positive: true })
  amount!: string;

  /** Credits not yet burned or expired. */
  @ApiProperty({
    description: 'Credits not yet burned or expired.',
    type: 'string',
    format: 'decimal',
    example: '10.000000',
  })
  @IsAmount()
  remaining!: string;

  /** Burn order: lower values burn first. */
  @ApiProperty({
    description: 'Burn order: lower values burn first.',
    type: 'integer',
    minimum: 0,
    maximum: 1000,
    example: 20,
  })
  @IsWholeNumber({ min: 0, max: 1000 })
  priority!: number;

  /** When the credits become available. */
  @ApiProperty({ description: 'When the credits become available.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  effective_at!: Date;

  /** When the remaining credits expire; null means never. */
  @ApiProperty({
    description: 'When the remaining credits expire; null means never.',
    type: 'string',
    format: 'date-time',
    nullable: true,
    example: '2099-12-31T00:00:00Z',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  expires_at!: Date | null;

  /** Ledger line that booked the grant. */
  @ApiProperty({ description: 'Ledger line that booked the grant.', type: 'string', format: 'uuid', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  transaction_id!: string | null;

  /** When the grant was booked. */
  @ApiProperty({ description: 'When the grant was booked.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** The expiry that the owner was told of; null if none. */
  @ApiProperty({
    description: 'The expiry that the owner was told of; null if none.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  expiry_told_for!: Date | null;
}

/** Credits set aside for work in progress. A hold is captured or released, once. */
export class CreditHoldRow {
  /** UUIDv7 of the hold. */
  @ApiProperty({ description: 'UUIDv7 of the hold.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** User id of the account. */
  @ApiProperty({ description: 'User id of the account.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Credits set aside. */
  @ApiProperty({ description: 'Credits set aside.', type: 'string', format: 'decimal', example: '0.500000' })
  @IsAmount({ positive: true })
  amount!: string;

  /** Credits charged when the hold was captured, including any excess over the held amount. */
  @ApiProperty({
    description: 'Credits charged when the hold was captured, including any excess over the held amount.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  captured_amount!: string;

  /** State of the hold. */
  @ApiProperty({ description: 'State of the hold.', enum: hold_status, enumName: 'hold_status', example: 'active' })
  @IsEnum(hold_status)
  status!: hold_status;

  /** Service that does the work. */
  @ApiProperty({
    description:
      'Service that does the work. Written as 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit.',
    type: 'string',
    maxLength: 64,
    pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
    example: 'openrouter',
  })
  @IsText({ max_length: 64 })
  @Matches(/^[a-z0-9][a-z0-9._-]{0,63}$/, {
    message:
      '$property must be 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit, for example openrouter',
  })
  service!: string;

  /** Model that does the work. */
  @ApiProperty({
    description: 'Model that does the work.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'openai/gpt-4o-mini',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  model!: string | null;

  /** Metadata attached by the caller. */
  @ApiProperty({ description: 'Metadata attached by the caller.', type: 'object', additionalProperties: true })
  @IsMetadata()
  metadata!: Record<string, unknown>;

  /** Id of the API key that was used; null without one. */
  @ApiProperty({
    description: 'Id of the API key that was used; null without one.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  api_key_id!: string | null;

  /** Member who acted, when an organization pays; otherwise null. */
  @ApiProperty({
    description: 'Member who acted, when an organization pays; otherwise null.',
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  member_id!: string | null;

  /** Tags that the caller attached. */
  @ApiProperty({
    description: 'Tags that the caller attached.',
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 64 },
    maxItems: 10,
    example: ['team-a'],
  })
  @IsArray()
  @ArrayMaxSize(10)
  @IsText({ min_length: 1, max_length: 64 }, { each: true })
  tags!: string[] | null;

  /** When the hold expires unless it is extended. */
  @ApiProperty({ description: 'When the hold expires unless it is extended.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  expires_at!: Date;

  /** When the hold was captured, released or found expired. */
  @ApiProperty({
    description: 'When the hold was captured, released or found expired.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  resolved_at!: Date | null;

  /** The provider's id of the work; null until it is known, and for work done outside the gateway. */
  @ApiProperty({
    description: "The provider's id of the work; null until it is known, and for work done outside the gateway.",
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  work_id!: string | null;

  /** State of a gateway call handed over to another process: usage, model and, encrypted, the user's own key if one was used. Null once the work has ended. */
  @ApiProperty({
    description:
      "State of a gateway call handed over to another process: usage, model and, encrypted, the user's own key if one was used. Null once the work has ended.",
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsMetadata()
  work_progress!: Record<string, unknown> | null;

  /** End of the lease of the process that handles the call. After that, any instance can end the hold. Null once the work has ended, and for work done outside the gateway. */
  @ApiProperty({
    description:
      'End of the lease of the process that handles the call. After that, any instance can end the hold. Null once the work has ended, and for work done outside the gateway.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  lease_until!: Date | null;

  /** Actor who created the hold. */
  @ApiProperty({ description: 'Actor who created the hold.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  actor!: string;

  /** When the hold was created. */
  @ApiProperty({ description: 'When the hold was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** Recorded outcomes by idempotency key, so that repeating a request has no further effect. */
export class IdempotencyKeyRow {
  /** Account that the request changed. */
  @ApiProperty({ description: 'Account that the request changed.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** The caller's key. */
  @ApiProperty({ description: "The caller's key.", type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  idempotency_key!: string;

  /** SHA-256 over operation and body. */
  @ApiProperty({ description: 'SHA-256 over operation and body.', type: 'string', minLength: 64, maxLength: 64 })
  @IsText({ min_length: 64, max_length: 64 })
  request_hash!: string;

  /** Ledger line or hold that the request created. */
  @ApiProperty({
    description: 'Ledger line or hold that the request created.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  resource_id!: string | null;

  /** Organization whose account paid for the request instead, and which resource_id belongs to; null if this account paid. */
  @ApiProperty({
    description:
      'Organization whose account paid for the request instead, and which resource_id belongs to; null if this account paid.',
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  paid_by!: string | null;

  /** When the request took effect. */
  @ApiProperty({ description: 'When the request took effect.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** Responses of gateway calls made with an Idempotency-Key, stored for one day so that repeated calls can be replayed. */
export class CallAnswerRow {
  /** User who made the call. */
  @ApiProperty({ description: 'User who made the call.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Hold of the call. */
  @ApiProperty({ description: 'Hold of the call.', type: 'string', format: 'uuid' })
  @IsUUID()
  hold_id!: string;

  /** Media type of the response. */
  @ApiProperty({ description: 'Media type of the response.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  content_type!: string;

  /** Response, encrypted for this call. */
  @ApiProperty({ description: 'Response, encrypted for this call.', type: 'string' })
  @IsText()
  sealed_answer!: string;

  /** When the response was sent. */
  @ApiProperty({ description: 'When the response was sent.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** A limit on what an account, or a part of its work, uses in a window of time. Its counters change under the account's lock. */
export class BudgetRow {
  /** UUIDv7 of the budget. */
  @ApiProperty({ description: 'UUIDv7 of the budget.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** User id of the account. */
  @ApiProperty({ description: 'User id of the account.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsUserId()
  user_id!: string;

  /** Only work with this API key; null for any. */
  @ApiProperty({
    description: 'Only work with this API key; null for any.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  api_key_id!: string | null;

  /** Only work of this member; null for any. */
  @ApiProperty({
    description: 'Only work of this member; null for any.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'user-43',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  member_id!: string | null;

  /** Only work of this service; null for any. */
  @ApiProperty({
    description:
      'Only work of this service; null for any. Written as 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit.',
    type: 'string',
    maxLength: 64,
    pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
    nullable: true,
    example: 'openrouter',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  @Matches(/^[a-z0-9][a-z0-9._-]{0,63}$/, {
    message:
      '$property must be 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit, for example openrouter',
  })
  service!: string | null;

  /** Only work of this model; null for any. */
  @ApiProperty({
    description: 'Only work of this model; null for any.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'openai/gpt-4o-mini',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  model!: string | null;

  /** Only work with this tag; null for any. */
  @ApiProperty({
    description: 'Only work with this tag; null for any.',
    type: 'string',
    maxLength: 64,
    nullable: true,
    example: 'team-a',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  tag!: string | null;

  /** Most that the window may use, in the unit of the budget. */
  @ApiProperty({
    description: 'Most that the window may use, in the unit of the budget.',
    type: 'string',
    format: 'decimal',
  })
  @IsAmount({ min: '0' })
  limit_amount!: string;

  /** What the budget counts. */
  @ApiProperty({ description: 'What the budget counts.', enum: budget_unit, enumName: 'budget_unit' })
  @IsEnum(budget_unit)
  unit!: budget_unit;

  /** Window of the budget. */
  @ApiProperty({ description: 'Window of the budget.', enum: budget_window, enumName: 'budget_window' })
  @IsEnum(budget_window)
  window_kind!: budget_window;

  /** Start of a range; null for other windows. */
  @ApiProperty({
    description: 'Start of a range; null for other windows.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  window_from!: Date | null;

  /** End of a range; null for other windows. */
  @ApiProperty({
    description: 'End of a range; null for other windows.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  window_to!: Date | null;

  /** IANA name of the time zone of calendar windows. */
  @ApiProperty({
    description: 'IANA name of the time zone of calendar windows.',
    type: 'string',
    maxLength: 64,
    example: 'Europe/Berlin',
  })
  @IsText({ max_length: 64 })
  timezone!: string;

  /** Whether the budget refuses new work beyond its limit or only reports it. */
  @ApiProperty({
    description: 'Whether the budget refuses new work beyond its limit or only reports it.',
    enum: budget_action,
    enumName: 'budget_action',
  })
  @IsEnum(budget_action)
  on_exceed!: budget_action;

  /** Percentages of the limit at which an event is written. */
  @ApiProperty({
    description: 'Percentages of the limit at which an event is written.',
    type: 'array',
    items: {},
    example: [50, 80, 100],
  })
  @IsMetadata({ array: true })
  thresholds!: unknown[];

  /** Whether the time at which the budget runs out is predicted. */
  @ApiProperty({ description: 'Whether the time at which the budget runs out is predicted.', type: 'boolean' })
  @IsBoolean()
  forecast!: boolean;

  /** Who set the budget. Only admins change one that an admin set. */
  @ApiProperty({
    description: 'Who set the budget. Only admins change one that an admin set.',
    enum: budget_setter,
    enumName: 'budget_setter',
  })
  @IsEnum(budget_setter)
  set_by!: budget_setter;

  /** Whether the budget is in force. */
  @ApiProperty({ description: 'Whether the budget is in force.', type: 'boolean' })
  @IsBoolean()
  is_active!: boolean;

  /** Used in the window so far. */
  @ApiProperty({ description: 'Used in the window so far.', type: 'string', format: 'decimal', example: '12.500000' })
  @IsAmount({ min: '0' })
  used!: string;

  /** Held by work in progress. */
  @ApiProperty({ description: 'Held by work in progress.', type: 'string', format: 'decimal', example: '0.500000' })
  @IsAmount({ min: '0' })
  held!: string;

  /** Added to the limit for this window only. */
  @ApiProperty({
    description: 'Added to the limit for this window only.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount({ min: '0' })
  boost!: string;

  /** When the boost ends: with its window, or after the length of a rolling one. Null without a boost. */
  @ApiProperty({
    description: 'When the boost ends: with its window, or after the length of a rolling one. Null without a boost.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  boosted_until!: Date | null;

  /** Start of the window. */
  @ApiProperty({ description: 'Start of the window.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  window_start!: Date;

  /** When the counters must be renewed: the end of a window, or the next full hour of a rolling one. */
  @ApiProperty({
    description: 'When the counters must be renewed: the end of a window, or the next full hour of a rolling one.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  resets_at!: Date;

  /** Use at which the next event about the budget is due; null for none. */
  @ApiProperty({
    description: 'Use at which the next event about the budget is due; null for none.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount()
  alert_at!: string | null;

  /** Highest threshold that was reported in this window, percent; 0 for none. */
  @ApiProperty({
    description: 'Highest threshold that was reported in this window, percent; 0 for none.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  reported_threshold!: number;

  /** Whether the budget was reported as exceeded in this window. */
  @ApiProperty({ description: 'Whether the budget was reported as exceeded in this window.', type: 'boolean' })
  @IsBoolean()
  is_exceeded!: boolean;

  /** Actor who created the budget. */
  @ApiProperty({ description: 'Actor who created the budget.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  created_by!: string;

  /** When the budget was created. */
  @ApiProperty({ description: 'When the budget was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** Something that happened to an account and that somebody may want to know. Kept for 30 days. */
export class EventRow {
  /** UUIDv7 of the event. The ids of an account increase with its sequence. */
  @ApiProperty({
    description: 'UUIDv7 of the event. The ids of an account increase with its sequence.',
    type: 'string',
    format: 'uuid',
  })
  @IsUUID()
  id!: string;

  /** User id of the account. */
  @ApiProperty({ description: 'User id of the account.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Number of the event among those of the account, without gaps, from 1 on. */
  @ApiProperty({
    description: 'Number of the event among those of the account, without gaps, from 1 on.',
    type: 'integer',
    minimum: 1,
    maximum: 2147483647,
    example: 7,
  })
  @IsWholeNumber({ min: 1, max: 2147483647 })
  sequence!: number;

  /** Type of the event. */
  @ApiProperty({ description: 'Type of the event.', type: 'string', maxLength: 64, example: 'credits.low' })
  @IsText({ max_length: 64 })
  type!: string;

  /** When it happened. */
  @ApiProperty({ description: 'When it happened.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  occurred_at!: Date;

  /** What it is about. */
  @ApiProperty({ description: 'What it is about.', type: 'object', additionalProperties: true })
  @IsMetadata()
  data!: Record<string, unknown>;

  /** Place in the order in which this database reads events to consumers; null until it is assigned. */
  @ApiProperty({
    description: 'Place in the order in which this database reads events to consumers; null until it is assigned.',
    type: 'integer',
    format: 'int64',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber()
  position!: number | null;
}

/** Numbers the events of an account. */
export class EventCounterRow {
  /** User id of the account. */
  @ApiProperty({ description: 'User id of the account.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Number of the latest event. */
  @ApiProperty({
    description: 'Number of the latest event.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  last_sequence!: number;

  /** Time in the id of the latest event; it increases strictly. */
  @ApiProperty({
    description: 'Time in the id of the latest event; it increases strictly.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  last_at!: Date;
}

/** How far the events of this database are: the positions assigned so far (`log`), and those that each consumer has handled. */
export class EventPositionRow {
  /** Name of the consumer, or `log`. */
  @ApiProperty({ description: 'Name of the consumer, or `log`.', type: 'string', maxLength: 64 })
  @IsText({ max_length: 64 })
  name!: string;

  /** Position of the latest event. */
  @ApiProperty({ description: 'Position of the latest event.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  position!: number;
}

/** An endpoint of the operator that receives events as webhooks. */
export class WebhookEndpointRow {
  /** UUIDv7 of the endpoint. */
  @ApiProperty({ description: 'UUIDv7 of the endpoint.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** URL that events are sent to by POST. */
  @ApiProperty({
    description: 'URL that events are sent to by POST.',
    type: 'string',
    maxLength: 2000,
    example: 'https://app.example.com/webhooks/tollgate',
  })
  @IsText({ max_length: 2000 })
  url!: string;

  /** Types of the events to send; * stands for any characters. */
  @ApiProperty({
    description: 'Types of the events to send; * stands for any characters.',
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 64 },
    maxItems: 50,
  })
  @IsArray()
  @ArrayMaxSize(50)
  @IsText({ min_length: 1, max_length: 64 }, { each: true })
  events!: string[];

  /** Description for people. */
  @ApiProperty({
    description: 'Description for people.',
    type: 'string',
    maxLength: 500,
    nullable: true,
    example: 'Billing of the web app',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  description!: string | null;

  /** Only events of these accounts are sent; an empty list means all accounts. */
  @ApiProperty({
    description: 'Only events of these accounts are sent; an empty list means all accounts.',
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 255 },
    maxItems: 1000,
  })
  @IsArray()
  @ArrayMaxSize(1000)
  @IsText({ min_length: 1, max_length: 255 }, { each: true })
  user_ids!: string[];

  /** Names of the additional headers that are sent. Their values are never shown. */
  @ApiProperty({
    description: 'Names of the additional headers that are sent. Their values are never shown.',
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 100 },
  })
  @IsArray()
  @IsText({ min_length: 1, max_length: 100 }, { each: true })
  header_names!: string[];

  /** The additional headers, encrypted; null without any. */
  @ApiProperty({ description: 'The additional headers, encrypted; null without any.', type: 'string', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText()
  encrypted_headers!: string | null;

  /** The secret that deliveries are signed with, encrypted. */
  @ApiProperty({ description: 'The secret that deliveries are signed with, encrypted.', type: 'string' })
  @IsText()
  encrypted_secret!: string;

  /** The secret before the last rotation, encrypted. */
  @ApiProperty({ description: 'The secret before the last rotation, encrypted.', type: 'string', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText()
  encrypted_previous_secret!: string | null;

  /** Until when deliveries are also signed with the secret before the last rotation; null if it was never rotated. */
  @ApiProperty({
    description:
      'Until when deliveries are also signed with the secret before the last rotation; null if it was never rotated.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  previous_expires_at!: Date | null;

  /** Whether events are sent. */
  @ApiProperty({
    description: 'Whether events are sent.',
    enum: webhook_endpoint_status,
    enumName: 'webhook_endpoint_status',
  })
  @IsEnum(webhook_endpoint_status)
  status!: webhook_endpoint_status;

  /** Why the endpoint is disabled; null while it is enabled. */
  @ApiProperty({
    description: 'Why the endpoint is disabled; null while it is enabled.',
    enum: webhook_disabled_reason,
    enumName: 'webhook_disabled_reason',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsEnum(webhook_disabled_reason)
  disabled_reason!: webhook_disabled_reason | null;

  /** Since when every attempt has failed; null if the last one succeeded. */
  @ApiProperty({
    description: 'Since when every attempt has failed; null if the last one succeeded.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  failing_since!: Date | null;

  /** When the operator was told that the endpoint is failing. */
  @ApiProperty({
    description: 'When the operator was told that the endpoint is failing.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  failing_reported_at!: Date | null;

  /** Actor who created the endpoint. */
  @ApiProperty({ description: 'Actor who created the endpoint.', type: 'string', maxLength: 255, example: 'admin-1' })
  @IsText({ max_length: 255 })
  created_by!: string;

  /** When the endpoint was created. */
  @ApiProperty({ description: 'When the endpoint was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the endpoint was last changed. */
  @ApiProperty({ description: 'When the endpoint was last changed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** An event to send to an endpoint, and the attempts so far. */
export class WebhookDeliveryRow {
  /** UUIDv7 of the delivery. */
  @ApiProperty({ description: 'UUIDv7 of the delivery.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** User id of the account that the event is about. */
  @ApiProperty({
    description: 'User id of the account that the event is about.',
    type: 'string',
    maxLength: 255,
    example: 'user-42',
  })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Endpoint that the event is sent to. */
  @ApiProperty({ description: 'Endpoint that the event is sent to.', type: 'string', format: 'uuid' })
  @IsUUID()
  endpoint_id!: string;

  /** Id of the event, also sent as webhook-id. */
  @ApiProperty({ description: 'Id of the event, also sent as webhook-id.', type: 'string', format: 'uuid' })
  @IsUUID()
  event_id!: string;

  /** Type of the event. */
  @ApiProperty({ description: 'Type of the event.', type: 'string', maxLength: 64, example: 'credits.low' })
  @IsText({ max_length: 64 })
  type!: string;

  /** Number of the event among those of the account. The events of an account are sent in this order. */
  @ApiProperty({
    description: 'Number of the event among those of the account. The events of an account are sent in this order.',
    type: 'integer',
    minimum: 1,
    maximum: 2147483647,
    example: 7,
  })
  @IsWholeNumber({ min: 1, max: 2147483647 })
  sequence!: number;

  /** State of the delivery. */
  @ApiProperty({
    description: 'State of the delivery.',
    enum: webhook_delivery_status,
    enumName: 'webhook_delivery_status',
  })
  @IsEnum(webhook_delivery_status)
  status!: webhook_delivery_status;

  /** Attempts since the delivery was queued or sent again. */
  @ApiProperty({
    description: 'Attempts since the delivery was queued or sent again.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
    example: 1,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  tries!: number;

  /** The attempts, oldest first; the last 20. */
  @ApiProperty({ description: 'The attempts, oldest first; the last 20.', type: 'array', items: {} })
  @IsMetadata({ array: true })
  attempts!: unknown[];

  /** When the next attempt is due; null if none is planned, or if the delivery waits for an earlier event of the account. */
  @ApiProperty({
    description:
      'When the next attempt is due; null if none is planned, or if the delivery waits for an earlier event of the account.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  next_attempt_at!: Date | null;

  /** When the event was delivered; null if it was not. */
  @ApiProperty({
    description: 'When the event was delivered; null if it was not.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  delivered_at!: Date | null;

  /** When the delivery was queued. */
  @ApiProperty({ description: 'When the delivery was queued.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** The pending deliveries of an account to an endpoint. One worker at a time sends them, in the order of the events. */
export class WebhookQueueRow {
  /** Endpoint that the events are sent to. */
  @ApiProperty({ description: 'Endpoint that the events are sent to.', type: 'string', format: 'uuid' })
  @IsUUID()
  endpoint_id!: string;

  /** User id of the account that the events are about. */
  @ApiProperty({ description: 'User id of the account that the events are about.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** When a worker takes the queue next: for the next attempt, or because the lease of another one has ended. */
  @ApiProperty({
    description:
      'When a worker takes the queue next: for the next attempt, or because the lease of another one has ended.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  due_at!: Date;

  /** Lease of the worker that has taken the queue; null if none has. */
  @ApiProperty({
    description: 'Lease of the worker that has taken the queue; null if none has.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  lease_id!: string | null;
}

/** A short sign-in of a user to the dashboard by a link of the platform, limited to some scopes. */
export class PortalSessionRow {
  /** UUIDv7 of the session. */
  @ApiProperty({ description: 'UUIDv7 of the session.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** User who is signed in. */
  @ApiProperty({ description: 'User who is signed in.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsUserId()
  user_id!: string;

  /** SHA-256 of the token. */
  @ApiProperty({ description: 'SHA-256 of the token.', type: 'string', minLength: 64, maxLength: 64 })
  @IsText({ min_length: 64, max_length: 64 })
  token_hash!: string;

  /** What the session can be used for. */
  @ApiProperty({
    description: 'What the session can be used for.',
    type: 'array',
    items: { type: 'string', minLength: 1 },
  })
  @IsArray()
  @IsText({ min_length: 1 }, { each: true })
  scopes!: string[];

  /** Page to which the dashboard links back; null if there is none. */
  @ApiProperty({
    description: 'Page to which the dashboard links back; null if there is none.',
    type: 'string',
    maxLength: 2000,
    nullable: true,
    example: 'https://app.example.com/account',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 2000 })
  return_url!: string | null;

  /** Actor who created the session. */
  @ApiProperty({ description: 'Actor who created the session.', type: 'string', maxLength: 255, example: 'platform' })
  @IsText({ max_length: 255 })
  created_by!: string;

  /** When the session ends. */
  @ApiProperty({ description: 'When the session ends.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  expires_at!: Date;

  /** When the session was created. */
  @ApiProperty({ description: 'When the session was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** An API key: a long-lived credential of a user or a backend, limited to scopes, models, services and addresses. */
export class ApiKeyRow {
  /** UUIDv7 of the key. It never changes, not even when the secret is rotated. */
  @ApiProperty({
    description: 'UUIDv7 of the key. It never changes, not even when the secret is rotated.',
    type: 'string',
    format: 'uuid',
  })
  @IsUUID()
  id!: string;

  /** User that the key acts as. */
  @ApiProperty({ description: 'User that the key acts as.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsUserId()
  user_id!: string;

  /** Name for people. */
  @ApiProperty({ description: 'Name for people.', type: 'string', maxLength: 100, example: 'Notebook' })
  @IsText({ max_length: 100 })
  name!: string;

  /** Prefix of the secret; null for an imported key. */
  @ApiProperty({
    description: 'Prefix of the secret; null for an imported key.',
    type: 'string',
    maxLength: 16,
    nullable: true,
    example: 'tg_live_',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 16 })
  prefix!: string | null;

  /** How the secret starts, so that people recognise it. */
  @ApiProperty({
    description: 'How the secret starts, so that people recognise it.',
    type: 'string',
    maxLength: 32,
    example: 'tg_live_4fRt',
  })
  @IsText({ max_length: 32 })
  start!: string;

  /** Digest of the secret. */
  @ApiProperty({ description: 'Digest of the secret.', type: 'string', minLength: 64, maxLength: 64 })
  @IsText({ min_length: 64, max_length: 64 })
  key_hash!: string;

  /** How key_hash was computed: sha256 for an imported key until its first use, otherwise hmac-sha256 and the encryption key. */
  @ApiProperty({
    description:
      'How key_hash was computed: sha256 for an imported key until its first use, otherwise hmac-sha256 and the encryption key.',
    type: 'string',
    maxLength: 64,
  })
  @IsText({ max_length: 64 })
  hash_alg!: string;

  /** Digest of the secret before the last rotation. */
  @ApiProperty({
    description: 'Digest of the secret before the last rotation.',
    type: 'string',
    minLength: 64,
    maxLength: 64,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ min_length: 64, max_length: 64 })
  previous_hash!: string | null;

  /** How previous_hash was computed. */
  @ApiProperty({ description: 'How previous_hash was computed.', type: 'string', maxLength: 64, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  previous_hash_alg!: string | null;

  /** When the secret before the last rotation stops working; null if the key was never rotated. */
  @ApiProperty({
    description: 'When the secret before the last rotation stops working; null if the key was never rotated.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  previous_expires_at!: Date | null;

  /** When the secret was last rotated. */
  @ApiProperty({
    description: 'When the secret was last rotated.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  rotated_at!: Date | null;

  /** What the key acts as. */
  @ApiProperty({ description: 'What the key acts as.', enum: api_key_role, enumName: 'api_key_role', example: 'user' })
  @IsEnum(api_key_role)
  role!: api_key_role;

  /** Member whose work the key does, when an organization pays; otherwise null. */
  @ApiProperty({
    description: 'Member whose work the key does, when an organization pays; otherwise null.',
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  member_id!: string | null;

  /** What the key can be used for. */
  @ApiProperty({
    description: 'What the key can be used for.',
    type: 'array',
    items: { type: 'string', minLength: 1 },
    example: ['gateway'],
  })
  @IsArray()
  @IsText({ min_length: 1 }, { each: true })
  scopes!: string[];

  /** Model ids and id prefixes (`openai/*`) that the key can call; an empty list allows every model. */
  @ApiProperty({
    description: 'Model ids and id prefixes (`openai/*`) that the key can call; an empty list allows every model.',
    type: 'array',
    items: { type: 'string', minLength: 1 },
    maxItems: 500,
    example: ['openai/*'],
  })
  @IsArray()
  @ArrayMaxSize(500)
  @IsText({ min_length: 1 }, { each: true })
  allowed_models!: string[];

  /** Model ids and id prefixes that the key cannot call, even if they are allowed. */
  @ApiProperty({
    description: 'Model ids and id prefixes that the key cannot call, even if they are allowed.',
    type: 'array',
    items: { type: 'string', minLength: 1 },
    maxItems: 500,
    example: ['openai/gpt-5-pro'],
  })
  @IsArray()
  @ArrayMaxSize(500)
  @IsText({ min_length: 1 }, { each: true })
  denied_models!: string[];

  /** Services that the key can charge and report usage for; an empty list allows every service. */
  @ApiProperty({
    description: 'Services that the key can charge and report usage for; an empty list allows every service.',
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 64 },
    maxItems: 100,
    example: ['tts'],
  })
  @IsArray()
  @ArrayMaxSize(100)
  @IsText({ min_length: 1, max_length: 64 }, { each: true })
  allowed_services!: string[];

  /** Addresses and networks from which the key works; an empty list allows every address. */
  @ApiProperty({
    description: 'Addresses and networks from which the key works; an empty list allows every address.',
    type: 'array',
    items: { type: 'string', minLength: 1 },
    maxItems: 100,
    example: ['203.0.113.0/24'],
  })
  @IsArray()
  @ArrayMaxSize(100)
  @IsText({ min_length: 1 }, { each: true })
  allowed_cidrs!: string[];

  /** Tags of everything that the key does, before those of the request. */
  @ApiProperty({
    description: 'Tags of everything that the key does, before those of the request.',
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 64 },
    maxItems: 10,
    example: ['team-a'],
  })
  @IsArray()
  @ArrayMaxSize(10)
  @IsText({ min_length: 1, max_length: 64 }, { each: true })
  tags!: string[];

  /** Metadata attached by the owner. */
  @ApiProperty({ description: 'Metadata attached by the owner.', type: 'object', additionalProperties: true })
  @IsMetadata()
  metadata!: Record<string, unknown>;

  /** Requests that the key can send per minute, counted over all instances; null for no limit. */
  @ApiProperty({
    description: 'Requests that the key can send per minute, counted over all instances; null for no limit.',
    type: 'integer',
    minimum: 1,
    maximum: 1000000,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 1, max: 1000000 })
  requests_per_minute!: number | null;

  /** Tokens that the key can use per minute, counted over all instances; null for no limit. */
  @ApiProperty({
    description: 'Tokens that the key can use per minute, counted over all instances; null for no limit.',
    type: 'integer',
    minimum: 1,
    maximum: 2000000000,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 1, max: 2000000000 })
  tokens_per_minute!: number | null;

  /** When the key expires; null for never. */
  @ApiProperty({
    description: 'When the key expires; null for never.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  expires_at!: Date | null;

  /** When the key was paused; null if it is not paused. */
  @ApiProperty({
    description: 'When the key was paused; null if it is not paused.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  paused_at!: Date | null;

  /** Why the key is paused. */
  @ApiProperty({ description: 'Why the key is paused.', type: 'string', maxLength: 500, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  paused_reason!: string | null;

  /** Whether the key is paused when it suddenly spends much on a model that it never used. */
  @ApiProperty({
    description: 'Whether the key is paused when it suddenly spends much on a model that it never used.',
    type: 'boolean',
  })
  @IsBoolean()
  brake!: boolean;

  /** The model whose cost made the brake pause the key; null if the brake did not. Work without a model has the name of its service. */
  @ApiProperty({
    description:
      'The model whose cost made the brake pause the key; null if the brake did not. Work without a model has the name of its service.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'openai/gpt-5-pro',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  braked_model!: string | null;

  /** Credits that the key had then spent on this model within five minutes. */
  @ApiProperty({
    description: 'Credits that the key had then spent on this model within five minutes.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '7.250000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount()
  braked_burn!: string | null;

  /** When the key was revoked; null if it was not. */
  @ApiProperty({
    description: 'When the key was revoked; null if it was not.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  revoked_at!: Date | null;

  /** When the key was last used, to the minute. */
  @ApiProperty({
    description: 'When the key was last used, to the minute.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  last_used_at!: Date | null;

  /** Address from which it was then used. */
  @ApiProperty({
    description: 'Address from which it was then used.',
    type: 'string',
    maxLength: 64,
    nullable: true,
    example: '203.0.113.7',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  last_used_ip!: string | null;

  /** Actor who created the key. */
  @ApiProperty({ description: 'Actor who created the key.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  created_by!: string;

  /** When the key was created. */
  @ApiProperty({ description: 'When the key was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the key was last changed, for instances that have it in memory; null if never. */
  @ApiProperty({
    description: 'When the key was last changed, for instances that have it in memory; null if never.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  changed_at!: Date | null;

  /** When its user was last told that the key is about to expire; null if never. */
  @ApiProperty({
    description: 'When its user was last told that the key is about to expire; null if never.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  expiry_told_at!: Date | null;
}

/** A model that an API key has used, as the brake knows it. */
export class ApiKeyModelRow {
  /** User of the key. */
  @ApiProperty({ description: 'User of the key.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** The key. */
  @ApiProperty({ description: 'The key.', type: 'string', format: 'uuid' })
  @IsUUID()
  api_key_id!: string;

  /** Model; for work without one, its service. */
  @ApiProperty({ description: 'Model; for work without one, its service.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  model!: string;

  /** When the key first used the model, as far as it is known. */
  @ApiProperty({
    description: 'When the key first used the model, as far as it is known.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  first_used_at!: Date;

  /** Credits within five minutes that the brake paused the key for, before somebody resumed it; null if that never happened. */
  @ApiProperty({
    description:
      'Credits within five minutes that the brake paused the key for, before somebody resumed it; null if that never happened.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount()
  allowed_burn!: string | null;
}

/** Requests and tokens of an account or an API key in the present minute, counted over all instances. */
export class RateCounterRow {
  /** SHA-256 of whose they are. */
  @ApiProperty({ description: 'SHA-256 of whose they are.', type: 'string', minLength: 43, maxLength: 43 })
  @IsText({ min_length: 43, max_length: 43 })
  subject!: string;

  /** The minute. */
  @ApiProperty({ description: 'The minute.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  minute_at!: Date;

  /** Requests that instances reserved in it. */
  @ApiProperty({
    description: 'Requests that instances reserved in it.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  requests!: number;

  /** Tokens that were used in it, as far as an integer can count them. */
  @ApiProperty({
    description: 'Tokens that were used in it, as far as an integer can count them.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  tokens!: number;
}

/** An organization: an account that several people use, each with a role. */
export class OrganizationRow {
  /** Id of the organization's account. */
  @ApiProperty({ description: "Id of the organization's account.", type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Name for people. */
  @ApiProperty({ description: 'Name for people.', type: 'string', maxLength: 200, example: 'Acme' })
  @IsText({ max_length: 200 })
  name!: string;

  /** Address for invoices and alerts; null for none. */
  @ApiProperty({
    description: 'Address for invoices and alerts; null for none. Written as an e-mail address.',
    type: 'string',
    maxLength: 320,
    pattern: '^[^\\s@]+@[^\\s@]+$',
    nullable: true,
    example: 'billing@example.com',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 320 })
  @Matches(/^[^\s@]+@[^\s@]+$/, { message: '$property must be an e-mail address, for example billing@example.com' })
  billing_email!: string | null;

  /** IANA name of the time zone of members' limits. */
  @ApiProperty({
    description: "IANA name of the time zone of members' limits.",
    type: 'string',
    maxLength: 64,
    example: 'Europe/Berlin',
  })
  @IsText({ max_length: 64 })
  timezone!: string;

  /** Maximum members, set by an administrator; null means as many as the plan allows. */
  @ApiProperty({
    description: 'Maximum members, set by an administrator; null means as many as the plan allows.',
    type: 'integer',
    minimum: 1,
    maximum: 1000000,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 1, max: 1000000 })
  seats!: number | null;

  /** Monthly limit of new members, credits; null means none. */
  @ApiProperty({
    description: 'Monthly limit of new members, credits; null means none.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '25.000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  default_member_budget!: string | null;

  /** Person who created the organization. */
  @ApiProperty({ description: 'Person who created the organization.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  created_by!: string;

  /** When the organization was created. */
  @ApiProperty({ description: 'When the organization was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the organization was closed; null while it is open. */
  @ApiProperty({
    description: 'When the organization was closed; null while it is open.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  closed_at!: Date | null;
}

/** A person who acts for an organization. A row is never deleted: charges of the past name it. */
export class OrganizationMemberRow {
  /** Id of the organization's account. */
  @ApiProperty({ description: "Id of the organization's account.", type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Person who is a member. */
  @ApiProperty({ description: 'Person who is a member.', type: 'string', maxLength: 255, example: 'user-43' })
  @IsText({ max_length: 255 })
  member_id!: string;

  /** What the member may do. */
  @ApiProperty({
    description: 'What the member may do.',
    enum: member_role,
    enumName: 'member_role',
    example: 'member',
  })
  @IsEnum(member_role)
  role!: member_role;

  /** Code of the cost center that the member's work is assigned to; null for none. */
  @ApiProperty({
    description: "Code of the cost center that the member's work is assigned to; null for none.",
    type: 'string',
    maxLength: 64,
    nullable: true,
    example: 'research',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  cost_center!: string | null;

  /** Model ids and id prefixes (`openai/*`) that the organization pays for; an empty list allows every model. */
  @ApiProperty({
    description:
      'Model ids and id prefixes (`openai/*`) that the organization pays for; an empty list allows every model.',
    type: 'array',
    items: { type: 'string', minLength: 1 },
    maxItems: 500,
    example: ['openai/*'],
  })
  @IsArray()
  @ArrayMaxSize(500)
  @IsText({ min_length: 1 }, { each: true })
  allowed_models!: string[];

  /** Which account pays for the member's work that names none. */
  @ApiProperty({
    description: "Which account pays for the member's work that names none.",
    enum: burn_order,
    enumName: 'burn_order',
  })
  @IsEnum(burn_order)
  burn_order!: burn_order;

  /** Whether the member can act for the organization. */
  @ApiProperty({
    description: 'Whether the member can act for the organization.',
    enum: member_status,
    enumName: 'member_status',
  })
  @IsEnum(member_status)
  status!: member_status;

  /** Actor who added the member. */
  @ApiProperty({ description: 'Actor who added the member.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  created_by!: string;

  /** When the person became a member. */
  @ApiProperty({ description: 'When the person became a member.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the member left or was removed; null for a member. */
  @ApiProperty({
    description: 'When the member left or was removed; null for a member.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  removed_at!: Date | null;

  /** When the membership last changed, for instances that have it in memory. */
  @ApiProperty({
    description: 'When the membership last changed, for instances that have it in memory.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  changed_at!: Date;
}

/** An invitation to an organization. It is accepted once, by link or by the first sign-in with its verified address. */
export class OrganizationInvitationRow {
  /** UUIDv7 of the invitation. */
  @ApiProperty({ description: 'UUIDv7 of the invitation.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Id of the organization's account. */
  @ApiProperty({ description: "Id of the organization's account.", type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Address of the person invited, in lower case. */
  @ApiProperty({
    description: 'Address of the person invited, in lower case. Written as an e-mail address.',
    type: 'string',
    maxLength: 320,
    pattern: '^[^\\s@]+@[^\\s@]+$',
    example: 'ann@example.com',
  })
  @IsText({ max_length: 320 })
  @Matches(/^[^\s@]+@[^\s@]+$/, { message: '$property must be an e-mail address, for example ann@example.com' })
  email!: string;

  /** Role that the person gets. */
  @ApiProperty({ description: 'Role that the person gets.', enum: member_role, enumName: 'member_role' })
  @IsEnum(member_role)
  role!: member_role;

  /** Monthly limit that the person gets, credits; null for the organization's default. */
  @ApiProperty({
    description: "Monthly limit that the person gets, credits; null for the organization's default.",
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '25.000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  budget!: string | null;

  /** Code of the cost center that the person's work is assigned to; null for none. */
  @ApiProperty({
    description: "Code of the cost center that the person's work is assigned to; null for none.",
    type: 'string',
    maxLength: 64,
    nullable: true,
    example: 'research',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  cost_center!: string | null;

  /** SHA-256 of the token in the link. */
  @ApiProperty({ description: 'SHA-256 of the token in the link.', type: 'string', minLength: 64, maxLength: 64 })
  @IsText({ min_length: 64, max_length: 64 })
  token_hash!: string;

  /** When the invitation expires. */
  @ApiProperty({ description: 'When the invitation expires.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  expires_at!: Date;

  /** When it was accepted; null if it was not. */
  @ApiProperty({
    description: 'When it was accepted; null if it was not.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  accepted_at!: Date | null;

  /** Person who accepted it; null if nobody did. */
  @ApiProperty({
    description: 'Person who accepted it; null if nobody did.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'user-43',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  accepted_by!: string | null;

  /** When it was revoked; null if it was not. */
  @ApiProperty({
    description: 'When it was revoked; null if it was not.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  revoked_at!: Date | null;

  /** Actor who invited the person. */
  @ApiProperty({ description: 'Actor who invited the person.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  created_by!: string;

  /** When the person was invited. */
  @ApiProperty({ description: 'When the person was invited.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** A cost center of an organization, to which members' work is assigned. */
export class CostCenterRow {
  /** Id of the organization's account. */
  @ApiProperty({ description: "Id of the organization's account.", type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Code of the cost center. */
  @ApiProperty({
    description:
      'Code of the cost center. Written as 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit.',
    type: 'string',
    maxLength: 64,
    pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
    example: 'research',
  })
  @IsText({ max_length: 64 })
  @Matches(/^[a-z0-9][a-z0-9._-]{0,63}$/, {
    message:
      '$property must be 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit, for example research',
  })
  code!: string;

  /** Name for people. */
  @ApiProperty({ description: 'Name for people.', type: 'string', maxLength: 100, example: 'Research' })
  @IsText({ max_length: 100 })
  name!: string;

  /** When the cost center was created. */
  @ApiProperty({ description: 'When the cost center was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** Audit log of administrative actions. An entry is written in the transaction of its action. */
export class AuditLogRow {
  /** UUIDv7 of the entry. */
  @ApiProperty({ description: 'UUIDv7 of the entry.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Account that the action affected. */
  @ApiProperty({ description: 'Account that the action affected.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Action that was performed. */
  @ApiProperty({ description: 'Action that was performed.', type: 'string', maxLength: 64, example: 'credit.allocate' })
  @IsText({ max_length: 64 })
  action!: string;

  /** Result of the action. */
  @ApiProperty({
    description: 'Result of the action.',
    enum: audit_result,
    enumName: 'audit_result',
    example: 'success',
  })
  @IsEnum(audit_result)
  result!: audit_result;

  /** Actor who performed the action. */
  @ApiProperty({ description: 'Actor who performed the action.', type: 'string', maxLength: 255, example: 'admin-1' })
  @IsText({ max_length: 255 })
  actor!: string;

  /** Type of the affected resource. */
  @ApiProperty({
    description: 'Type of the affected resource.',
    type: 'string',
    maxLength: 64,
    example: 'credit_transaction',
  })
  @IsText({ max_length: 64 })
  resource_type!: string;

  /** Id of the affected resource. */
  @ApiProperty({
    description: 'Id of the affected resource.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: '0198c0de-0000-7000-8000-000000000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  resource_id!: string | null;

  /** Details, without secrets. */
  @ApiProperty({ description: 'Details, without secrets.', type: 'object', additionalProperties: true })
  @IsMetadata()
  metadata!: Record<string, unknown>;

  /** Request that performed the action. */
  @ApiProperty({ description: 'Request that performed the action.', type: 'string', maxLength: 255, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  request_id!: string | null;

  /** IP address of the client. */
  @ApiProperty({ description: 'IP address of the client.', type: 'string', maxLength: 64, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  ip!: string | null;

  /** When the action was performed. */
  @ApiProperty({ description: 'When the action was performed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** One metered piece of work, recorded once per user, source and request. Partitioned by the month of its id, UTC. */
export class UsageEventRow {
  /** UUIDv7 of the event. A charged event has the same id as its ledger line. */
  @ApiProperty({
    description: 'UUIDv7 of the event. A charged event has the same id as its ledger line.',
    type: 'string',
    format: 'uuid',
  })
  @IsUUID()
  id!: string;

  /** User the work was done for. */
  @ApiProperty({ description: 'User the work was done for.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Service that did the work. */
  @ApiProperty({
    description:
      'Service that did the work. Written as 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit.',
    type: 'string',
    maxLength: 64,
    pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
    example: 'openrouter',
  })
  @IsText({ max_length: 64 })
  @Matches(/^[a-z0-9][a-z0-9._-]{0,63}$/, {
    message:
      '$property must be 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit, for example openrouter',
  })
  service!: string;

  /** Model that was used. */
  @ApiProperty({
    description: 'Model that was used.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'openai/gpt-4o-mini',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  model!: string | null;

  /** Total tokens: the sum of the pools, or the reported total if no pool was reported. */
  @ApiProperty({
    description: 'Total tokens: the sum of the pools, or the reported total if no pool was reported.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
    example: 1500,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  tokens_used!: number;

  /** Input tokens that are not counted in any other input pool. */
  @ApiProperty({
    description: 'Input tokens that are not counted in any other input pool.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  input_tokens!: number;

  /** Output tokens that are not counted in any other output pool. */
  @ApiProperty({
    description: 'Output tokens that are not counted in any other output pool.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  output_tokens!: number;

  /** Input tokens read from the provider's cache. */
  @ApiProperty({
    description: "Input tokens read from the provider's cache.",
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  cache_read_tokens!: number;

  /** Input tokens written to the provider's short-lived (minutes) cache. */
  @ApiProperty({
    description: "Input tokens written to the provider's short-lived (minutes) cache.",
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  cache_write_tokens!: number;

  /** Input tokens written to the provider's one-hour cache. */
  @ApiProperty({
    description: "Input tokens written to the provider's one-hour cache.",
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  cache_write_1h_tokens!: number;

  /** Hidden reasoning tokens. */
  @ApiProperty({ description: 'Hidden reasoning tokens.', type: 'integer', minimum: 0, maximum: 2147483647 })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  reasoning_tokens!: number;

  /** Audio input tokens that were not read from the cache. */
  @ApiProperty({
    description: 'Audio input tokens that were not read from the cache.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  audio_input_tokens!: number;

  /** Audio input tokens read from the provider's cache. */
  @ApiProperty({
    description: "Audio input tokens read from the provider's cache.",
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  audio_cache_read_tokens!: number;

  /** Audio output tokens. */
  @ApiProperty({ description: 'Audio output tokens.', type: 'integer', minimum: 0, maximum: 2147483647 })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  audio_output_tokens!: number;

  /** Image input tokens. */
  @ApiProperty({ description: 'Image input tokens.', type: 'integer', minimum: 0, maximum: 2147483647 })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  image_tokens!: number;

  /** Image output tokens. */
  @ApiProperty({ description: 'Image output tokens.', type: 'integer', minimum: 0, maximum: 2147483647 })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  image_output_tokens!: number;

  /** Quantity of work, in `unit`. */
  @ApiProperty({
    description: 'Quantity of work, in `unit`.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '12.500000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  quantity!: string | null;

  /** Unit of the quantity. */
  @ApiProperty({ description: 'Unit of the quantity.', enum: usage_unit, enumName: 'usage_unit', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsEnum(usage_unit)
  unit!: usage_unit | null;

  /** Further measured quantities by unit, as decimal strings; null if there are none. */
  @ApiProperty({
    description: 'Further measured quantities by unit, as decimal strings; null if there are none.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsMetadata()
  measures!: Record<string, unknown> | null;

  /** Priority at which the provider processed the work; null means standard. */
  @ApiProperty({
    description: 'Priority at which the provider processed the work; null means standard.',
    enum: service_tier,
    enumName: 'service_tier',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsEnum(service_tier)
  service_tier!: service_tier | null;

  /** Provider cost, credits. */
  @ApiProperty({ description: 'Provider cost, credits.', type: 'string', format: 'decimal', example: '0.000500' })
  @IsAmount({ min: '0' })
  provider_cost!: string;

  /** Markup of the platform, credits. */
  @ApiProperty({
    description: 'Markup of the platform, credits.',
    type: 'string',
    format: 'decimal',
    example: '0.000050',
  })
  @IsAmount({ min: '0' })
  platform_markup!: string;

  /** Provider cost plus markup, credits. */
  @ApiProperty({
    description: 'Provider cost plus markup, credits.',
    type: 'string',
    format: 'decimal',
    example: '0.000550',
  })
  @IsAmount({ min: '0' })
  total_cost!: string;

  /** Credits that the provider's cache saved, at list prices: what the work would have cost without it, minus what it cost. Negative if writing to the cache cost more than reading from it saved; null if no cache was used, or the price is unknown. */
  @ApiProperty({
    description:
      "Credits that the provider's cache saved, at list prices: what the work would have cost without it, minus what it cost. Negative if writing to the cache cost more than reading from it saved; null if no cache was used, or the price is unknown.",
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '0.000120',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount()
  cache_savings!: string | null;

  /** Whether the work was free of charge. */
  @ApiProperty({ description: 'Whether the work was free of charge.', type: 'boolean' })
  @IsBoolean()
  is_free_tier!: boolean;

  /** Whether the work can be charged to the user. */
  @ApiProperty({ description: 'Whether the work can be charged to the user.', type: 'boolean' })
  @IsBoolean()
  billable!: boolean;

  /** Whether the price is final. A provisional price is corrected once the model's price is known. */
  @ApiProperty({
    description: "Whether the price is final. A provisional price is corrected once the model's price is known.",
    type: 'boolean',
  })
  @IsBoolean()
  is_rated!: boolean;

  /** Whether the work succeeded. */
  @ApiProperty({ description: 'Whether the work succeeded.', type: 'boolean' })
  @IsBoolean()
  succeeded!: boolean;

  /** Session that the work belongs to. */
  @ApiProperty({ description: 'Session that the work belongs to.', type: 'string', maxLength: 255, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  session_id!: string | null;

  /** The caller's id for the piece of work; the event's id if the caller gave none. */
  @ApiProperty({
    description: "The caller's id for the piece of work; the event's id if the caller gave none.",
    type: 'string',
    maxLength: 255,
    example: 'req-8f3a',
  })
  @IsText({ max_length: 255 })
  request_id!: string;

  /** Digest of the usage report. It distinguishes a repeated report from different work with the same request_id; null if it is not compared. */
  @ApiProperty({
    description:
      'Digest of the usage report. It distinguishes a repeated report from different work with the same request_id; null if it is not compared.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  content_hash!: string | null;

  /** Duration of the work, seconds. */
  @ApiProperty({
    description: 'Duration of the work, seconds.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '1.250000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0', max: '1000000000' })
  duration_seconds!: string | null;

  /** System that reported the work. */
  @ApiProperty({ description: 'System that reported the work.', type: 'string', maxLength: 255, example: 'api' })
  @IsText({ max_length: 255 })
  source!: string;

  /** When the work was done. */
  @ApiProperty({ description: 'When the work was done.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  occurred_at!: Date;

  /** Ledger line that charged the work; null if the work was only recorded. */
  @ApiProperty({
    description: 'Ledger line that charged the work; null if the work was only recorded.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  transaction_id!: string | null;

  /** Price used to rate the work; null if no price was known. */
  @ApiProperty({
    description: 'Price used to rate the work; null if no price was known.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  price_id!: string | null;

  /** Markup rule that applied. */
  @ApiProperty({ description: 'Markup rule that applied.', type: 'string', format: 'uuid', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  markup_rule_id!: string | null;

  /** Markup as a share of the provider cost. */
  @ApiProperty({
    description: 'Markup as a share of the provider cost.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount()
  markup_rate!: string | null;

  /** Factor applied to token prices for the service tier; null means 1. */
  @ApiProperty({
    description: 'Factor applied to token prices for the service tier; null means 1.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount()
  price_multiplier!: string | null;

  /** Members of the provider's usage object that no price uses, unchanged; null if there were none. */
  @ApiProperty({
    description: "Members of the provider's usage object that no price uses, unchanged; null if there were none.",
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsMetadata()
  unread_usage!: Record<string, unknown> | null;

  /** Id of the API key that was used; null without one. */
  @ApiProperty({
    description: 'Id of the API key that was used; null without one.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  api_key_id!: string | null;

  /** Member who acted, when an organization pays; otherwise null. */
  @ApiProperty({
    description: 'Member who acted, when an organization pays; otherwise null.',
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  member_id!: string | null;

  /** Tags that the caller attached. */
  @ApiProperty({
    description: 'Tags that the caller attached.',
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 64 },
    maxItems: 10,
    example: ['team-a'],
  })
  @IsArray()
  @ArrayMaxSize(10)
  @IsText({ min_length: 1, max_length: 64 }, { each: true })
  tags!: string[] | null;

  /** Metadata attached by the caller; never prompts or completions. */
  @ApiProperty({
    description: 'Metadata attached by the caller; never prompts or completions.',
    type: 'object',
    additionalProperties: true,
  })
  @IsMetadata()
  metadata!: Record<string, unknown>;

  /** Id of the transaction that recorded the event. Roll-ups include events older than every transaction in progress. */
  @ApiProperty({
    description:
      'Id of the transaction that recorded the event. Roll-ups include events older than every transaction in progress.',
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  recorded_xid!: number;

  /** When the event was recorded. */
  @ApiProperty({ description: 'When the event was recorded.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** The unique names of events: source and request_id. An event and its name are recorded together. */
export class UsageEventNameRow {
  /** User of the event. */
  @ApiProperty({ description: 'User of the event.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** First 16 bytes of the SHA-256 of source and request_id: `tollgate_event_digest(source, request_id)`. */
  @ApiProperty({
    description: 'First 16 bytes of the SHA-256 of source and request_id: `tollgate_event_digest(source, request_id)`.',
    type: 'string',
    format: 'uuid',
  })
  @IsUUID()
  digest!: string;

  /** The event with this name. */
  @ApiProperty({ description: 'The event with this name.', type: 'string', format: 'uuid' })
  @IsUUID()
  event_id!: string;

  /** Organization whose account paid for the work instead, and which the event belongs to; null if this account has it. */
  @ApiProperty({
    description:
      'Organization whose account paid for the work instead, and which the event belongs to; null if this account has it.',
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  paid_by!: string | null;
}

/** A LiteLLM log that could not be booked, without messages, completions and keys. */
export class LitellmRejectedLogRow {
  /** UUIDv7 of the rejected log. */
  @ApiProperty({ description: 'UUIDv7 of the rejected log.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Digest of the log, so that a repeated log creates no second row. */
  @ApiProperty({
    description: 'Digest of the log, so that a repeated log creates no second row.',
    type: 'string',
    format: 'uuid',
  })
  @IsUUID()
  log_hash!: string;

  /** Id of the log, if it has one. */
  @ApiProperty({
    description: 'Id of the log, if it has one.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'chatcmpl-123',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  log_id!: string | null;

  /** Why the log was rejected. */
  @ApiProperty({ description: 'Why the log was rejected.', enum: litellm_rejection, enumName: 'litellm_rejection' })
  @IsEnum(litellm_rejection)
  reason!: litellm_rejection;

  /** Human-readable explanation of the rejection. */
  @ApiProperty({
    description: 'Human-readable explanation of the rejection.',
    type: 'string',
    maxLength: 500,
    example: 'metadata.user_api_key_user_id: names no payer',
  })
  @IsText({ max_length: 500 })
  detail!: string;

  /** State of the log. */
  @ApiProperty({ description: 'State of the log.', enum: litellm_rejected_status, enumName: 'litellm_rejected_status' })
  @IsEnum(litellm_rejected_status)
  status!: litellm_rejected_status;

  /** User the log names as payer; null if it names none and an admin must assign one. */
  @ApiProperty({
    description: 'User the log names as payer; null if it names none and an admin must assign one.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'user-42',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  named_user!: string | null;

  /** Reported usage: numbers and names from the log. */
  @ApiProperty({
    description: 'Reported usage: numbers and names from the log.',
    type: 'object',
    additionalProperties: true,
  })
  @IsMetadata()
  log!: Record<string, unknown>;

  /** User the log was assigned to. */
  @ApiProperty({
    description: 'User the log was assigned to.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'user-42',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  assigned_to!: string | null;

  /** Usage event created from the log. */
  @ApiProperty({ description: 'Usage event created from the log.', type: 'string', format: 'uuid', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  event_id!: string | null;

  /** Actor who booked or discarded the log. */
  @ApiProperty({
    description: 'Actor who booked or discarded the log.',
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  resolved_by!: string | null;

  /** When the log was booked or discarded. */
  @ApiProperty({
    description: 'When the log was booked or discarded.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  resolved_at!: Date | null;

  /** When the log was first received. */
  @ApiProperty({ description: 'When the log was first received.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** Usage by UTC day, service and model. It covers all events recorded before the watermark in usage_rollups. */
export class UsageDailyRow {
  /** User of the usage. */
  @ApiProperty({ description: 'User of the usage.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** UTC day. */
  @ApiProperty({ description: 'UTC day.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  day!: Date;

  /** Service. */
  @ApiProperty({ description: 'Service.', type: 'string', maxLength: 64 })
  @IsText({ max_length: 64 })
  service!: string;

  /** Model; empty for work without a model. */
  @ApiProperty({ description: 'Model; empty for work without a model.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  model!: string;

  /** Number of events. */
  @ApiProperty({ description: 'Number of events.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  event_count!: number;

  /** Number of events that were free of charge. */
  @ApiProperty({ description: 'Number of events that were free of charge.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  free_events!: number;

  /** Number of events whose work failed. */
  @ApiProperty({ description: 'Number of events whose work failed.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  failed_events!: number;

  /** Total tokens. */
  @ApiProperty({ description: 'Total tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  tokens_used!: number;

  /** Tokens of free events. */
  @ApiProperty({ description: 'Tokens of free events.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  free_tokens!: number;

  /** Input tokens of all pools. */
  @ApiProperty({ description: 'Input tokens of all pools.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  input_tokens!: number;

  /** Output tokens of all pools. */
  @ApiProperty({ description: 'Output tokens of all pools.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  output_tokens!: number;

  /** Input tokens read from the provider's cache. */
  @ApiProperty({ description: "Input tokens read from the provider's cache.", type: 'integer', format: 'int64' })
  @IsWholeNumber()
  cache_read_tokens!: number;

  /** Input tokens written to the provider's short-lived (minutes) cache. */
  @ApiProperty({
    description: "Input tokens written to the provider's short-lived (minutes) cache.",
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  cache_write_tokens!: number;

  /** Input tokens written to the provider's one-hour cache. */
  @ApiProperty({
    description: "Input tokens written to the provider's one-hour cache.",
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  cache_write_1h_tokens!: number;

  /** Hidden reasoning tokens. */
  @ApiProperty({ description: 'Hidden reasoning tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  reasoning_tokens!: number;

  /** Audio input tokens that were not read from the cache. */
  @ApiProperty({
    description: 'Audio input tokens that were not read from the cache.',
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  audio_input_tokens!: number;

  /** Audio input tokens read from the provider's cache. */
  @ApiProperty({ description: "Audio input tokens read from the provider's cache.", type: 'integer', format: 'int64' })
  @IsWholeNumber()
  audio_cache_read_tokens!: number;

  /** Audio output tokens. */
  @ApiProperty({ description: 'Audio output tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  audio_output_tokens!: number;

  /** Image input tokens. */
  @ApiProperty({ description: 'Image input tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  image_tokens!: number;

  /** Image output tokens. */
  @ApiProperty({ description: 'Image output tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  image_output_tokens!: number;

  /** Provider cost, credits. */
  @ApiProperty({ description: 'Provider cost, credits.', type: 'string', format: 'decimal' })
  @IsAmount()
  provider_cost!: string;

  /** Markup, credits. */
  @ApiProperty({ description: 'Markup, credits.', type: 'string', format: 'decimal' })
  @IsAmount()
  platform_markup!: string;

  /** Total cost, credits. */
  @ApiProperty({ description: 'Total cost, credits.', type: 'string', format: 'decimal' })
  @IsAmount()
  total_cost!: string;

  /** Total cost of charged events, credits. The other events were only recorded. */
  @ApiProperty({
    description: 'Total cost of charged events, credits. The other events were only recorded.',
    type: 'string',
    format: 'decimal',
  })
  @IsAmount()
  charged_cost!: string;

  /** Credits that the provider's cache saved. */
  @ApiProperty({ description: "Credits that the provider's cache saved.", type: 'string', format: 'decimal' })
  @IsAmount()
  cache_savings!: string;

  /** Number of events with a duration. */
  @ApiProperty({ description: 'Number of events with a duration.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  timed_events!: number;

  /** Total duration of these events, seconds. */
  @ApiProperty({ description: 'Total duration of these events, seconds.', type: 'string', format: 'decimal' })
  @IsAmount()
  duration_seconds!: string;
}

/** Usage of busy accounts by the hour in which the work was done (UTC): what usage_daily has by day. An account has rows for all of its events that are rolled up, or none. */
export class UsageByHourRow {
  /** User of the usage. */
  @ApiProperty({ description: 'User of the usage.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Start of the hour, UTC. */
  @ApiProperty({ description: 'Start of the hour, UTC.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  hour!: Date;

  /** Service. */
  @ApiProperty({ description: 'Service.', type: 'string', maxLength: 64 })
  @IsText({ max_length: 64 })
  service!: string;

  /** Model; empty for work without a model. */
  @ApiProperty({ description: 'Model; empty for work without a model.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  model!: string;

  /** Number of events. */
  @ApiProperty({ description: 'Number of events.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  event_count!: number;

  /** Number of events that were free of charge. */
  @ApiProperty({ description: 'Number of events that were free of charge.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  free_events!: number;

  /** Number of events whose work failed. */
  @ApiProperty({ description: 'Number of events whose work failed.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  failed_events!: number;

  /** Total tokens. */
  @ApiProperty({ description: 'Total tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  tokens_used!: number;

  /** Tokens of free events. */
  @ApiProperty({ description: 'Tokens of free events.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  free_tokens!: number;

  /** Input tokens of all pools. */
  @ApiProperty({ description: 'Input tokens of all pools.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  input_tokens!: number;

  /** Output tokens of all pools. */
  @ApiProperty({ description: 'Output tokens of all pools.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  output_tokens!: number;

  /** Input tokens read from the provider's cache. */
  @ApiProperty({ description: "Input tokens read from the provider's cache.", type: 'integer', format: 'int64' })
  @IsWholeNumber()
  cache_read_tokens!: number;

  /** Input tokens written to the provider's short-lived (minutes) cache. */
  @ApiProperty({
    description: "Input tokens written to the provider's short-lived (minutes) cache.",
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  cache_write_tokens!: number;

  /** Input tokens written to the provider's one-hour cache. */
  @ApiProperty({
    description: "Input tokens written to the provider's one-hour cache.",
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  cache_write_1h_tokens!: number;

  /** Hidden reasoning tokens. */
  @ApiProperty({ description: 'Hidden reasoning tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  reasoning_tokens!: number;

  /** Audio input tokens that were not read from the cache. */
  @ApiProperty({
    description: 'Audio input tokens that were not read from the cache.',
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  audio_input_tokens!: number;

  /** Audio input tokens read from the provider's cache. */
  @ApiProperty({ description: "Audio input tokens read from the provider's cache.", type: 'integer', format: 'int64' })
  @IsWholeNumber()
  audio_cache_read_tokens!: number;

  /** Audio output tokens. */
  @ApiProperty({ description: 'Audio output tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  audio_output_tokens!: number;

  /** Image input tokens. */
  @ApiProperty({ description: 'Image input tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  image_tokens!: number;

  /** Image output tokens. */
  @ApiProperty({ description: 'Image output tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  image_output_tokens!: number;

  /** Provider cost, credits. */
  @ApiProperty({ description: 'Provider cost, credits.', type: 'string', format: 'decimal' })
  @IsAmount()
  provider_cost!: string;

  /** Markup, credits. */
  @ApiProperty({ description: 'Markup, credits.', type: 'string', format: 'decimal' })
  @IsAmount()
  platform_markup!: string;

  /** Total cost, credits. */
  @ApiProperty({ description: 'Total cost, credits.', type: 'string', format: 'decimal' })
  @IsAmount()
  total_cost!: string;

  /** Total cost of charged events, credits. The other events were only recorded. */
  @ApiProperty({
    description: 'Total cost of charged events, credits. The other events were only recorded.',
    type: 'string',
    format: 'decimal',
  })
  @IsAmount()
  charged_cost!: string;

  /** Credits that the provider's cache saved. */
  @ApiProperty({ description: "Credits that the provider's cache saved.", type: 'string', format: 'decimal' })
  @IsAmount()
  cache_savings!: string;

  /** Number of events with a duration. */
  @ApiProperty({ description: 'Number of events with a duration.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  timed_events!: number;

  /** Total duration of these events, seconds. */
  @ApiProperty({ description: 'Total duration of these events, seconds.', type: 'string', format: 'decimal' })
  @IsAmount()
  duration_seconds!: string;
}

/** Sessions with usage on a UTC day. It covers all events recorded before the watermark in usage_rollups. */
export class UsageSessionRow {
  /** User of the session. */
  @ApiProperty({ description: 'User of the session.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** UTC day. */
  @ApiProperty({ description: 'UTC day.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  day!: Date;

  /** Id of the session. */
  @ApiProperty({ description: 'Id of the session.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  session_id!: string;
}

/** Progress of the roll-ups, in one row. */
export class UsageRollupRow {
  /** Name of the roll-up. */
  @ApiProperty({ description: 'Name of the roll-up.', type: 'string', maxLength: 64 })
  @IsText({ max_length: 64 })
  name!: string;

  /** Transaction id. The roll-up contains exactly the events recorded by older transactions. */
  @ApiProperty({
    description: 'Transaction id. The roll-up contains exactly the events recorded by older transactions.',
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  watermark!: number;

  /** Equals the watermark. A release that does not know the pools of tokens leaves it behind; a trigger then fills them. */
  @ApiProperty({
    description:
      'Equals the watermark. A release that does not know the pools of tokens leaves it behind; a trigger then fills them.',
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  complete_to!: number;

  /** Every event that is not rolled up has this id or a later one. */
  @ApiProperty({
    description: 'Every event that is not rolled up has this id or a later one.',
    type: 'string',
    format: 'uuid',
  })
  @IsUUID()
  tail_id!: string;

  /** The next tail_id, valid once the watermark is above noted_xid. */
  @ApiProperty({
    description: 'The next tail_id, valid once the watermark is above noted_xid.',
    type: 'string',
    format: 'uuid',
  })
  @IsUUID()
  noted_id!: string;

  /** Transaction that noted it. */
  @ApiProperty({ description: 'Transaction that noted it.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  noted_xid!: number;

  /** When the roll-up last advanced. */
  @ApiProperty({ description: 'When the roll-up last advanced.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** Spending and usage by hour, service and model: ledger lines and charged events by the time they were booked, other events by the time the work was done. */
export class UsageHourlyRow {
  /** User of the account. */
  @ApiProperty({ description: 'User of the account.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Start of the hour, UTC. */
  @ApiProperty({ description: 'Start of the hour, UTC.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  hour!: Date;

  /** Service; empty if the ledger line names none. */
  @ApiProperty({ description: 'Service; empty if the ledger line names none.', type: 'string', maxLength: 64 })
  @IsText({ max_length: 64 })
  service!: string;

  /** Model; empty if there is none. */
  @ApiProperty({ description: 'Model; empty if there is none.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  model!: string;

  /** Whether the row is about recorded work. False for charges without a usage event. */
  @ApiProperty({
    description: 'Whether the row is about recorded work. False for charges without a usage event.',
    type: 'boolean',
  })
  @IsBoolean()
  has_usage!: boolean;

  /** Number of ledger lines that charge, or correct a charge. */
  @ApiProperty({
    description: 'Number of ledger lines that charge, or correct a charge.',
    type: 'integer',
    format: 'int64',
    example: 12,
  })
  @IsWholeNumber()
  charges!: number;

  /** Credits spent: the sum of these lines. Refunds are not deducted. */
  @ApiProperty({
    description: 'Credits spent: the sum of these lines. Refunds are not deducted.',
    type: 'string',
    format: 'decimal',
    example: '0.125000',
  })
  @IsAmount()
  credits!: string;

  /** Credits that the provider's cache saved, at list prices; negative if writing to it cost more. */
  @ApiProperty({
    description: "Credits that the provider's cache saved, at list prices; negative if writing to it cost more.",
    type: 'string',
    format: 'decimal',
    example: '0.012000',
  })
  @IsAmount()
  cache_savings!: string;

  /** Number of events, charged or not. */
  @ApiProperty({ description: 'Number of events, charged or not.', type: 'integer', format: 'int64', example: 12 })
  @IsWholeNumber()
  event_count!: number;

  /** Number of events whose work failed. */
  @ApiProperty({ description: 'Number of events whose work failed.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  failed_events!: number;

  /** Total tokens. */
  @ApiProperty({ description: 'Total tokens.', type: 'integer', format: 'int64', example: 18000 })
  @IsWholeNumber()
  tokens_used!: number;

  /** Input tokens that are not counted in any other input pool. */
  @ApiProperty({
    description: 'Input tokens that are not counted in any other input pool.',
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  input_tokens!: number;

  /** Output tokens that are not counted in any other output pool. */
  @ApiProperty({
    description: 'Output tokens that are not counted in any other output pool.',
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  output_tokens!: number;

  /** Input tokens read from the provider's cache. */
  @ApiProperty({ description: "Input tokens read from the provider's cache.", type: 'integer', format: 'int64' })
  @IsWholeNumber()
  cache_read_tokens!: number;

  /** Input tokens written to the provider's short-lived (minutes) cache. */
  @ApiProperty({
    description: "Input tokens written to the provider's short-lived (minutes) cache.",
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  cache_write_tokens!: number;

  /** Input tokens written to the provider's one-hour cache. */
  @ApiProperty({
    description: "Input tokens written to the provider's one-hour cache.",
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  cache_write_1h_tokens!: number;

  /** Hidden reasoning tokens. */
  @ApiProperty({ description: 'Hidden reasoning tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  reasoning_tokens!: number;

  /** Audio input tokens that were not read from the cache. */
  @ApiProperty({
    description: 'Audio input tokens that were not read from the cache.',
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  audio_input_tokens!: number;

  /** Audio input tokens read from the provider's cache. */
  @ApiProperty({ description: "Audio input tokens read from the provider's cache.", type: 'integer', format: 'int64' })
  @IsWholeNumber()
  audio_cache_read_tokens!: number;

  /** Audio output tokens. */
  @ApiProperty({ description: 'Audio output tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  audio_output_tokens!: number;

  /** Image input tokens. */
  @ApiProperty({ description: 'Image input tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  image_tokens!: number;

  /** Image output tokens. */
  @ApiProperty({ description: 'Image output tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  image_output_tokens!: number;
}

/** Spending and usage by API key, member and tag: what usage_hourly has, for charges and events that name one. Work with several tags is in the rows of each. */
export class UsageByAttributionRow {
  /** User of the account. */
  @ApiProperty({ description: 'User of the account.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** What the row is about. */
  @ApiProperty({ description: 'What the row is about.', enum: usage_dimension, enumName: 'usage_dimension' })
  @IsEnum(usage_dimension)
  dimension!: usage_dimension;

  /** Start of the hour, UTC. */
  @ApiProperty({ description: 'Start of the hour, UTC.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  hour!: Date;

  /** Id of the API key, id of the member, or the tag. */
  @ApiProperty({ description: 'Id of the API key, id of the member, or the tag.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  value!: string;

  /** Service; empty if the ledger line names none. */
  @ApiProperty({ description: 'Service; empty if the ledger line names none.', type: 'string', maxLength: 64 })
  @IsText({ max_length: 64 })
  service!: string;

  /** Model; empty if there is none. */
  @ApiProperty({ description: 'Model; empty if there is none.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  model!: string;

  /** Whether the row is about recorded work. False for charges without a usage event. */
  @ApiProperty({
    description: 'Whether the row is about recorded work. False for charges without a usage event.',
    type: 'boolean',
  })
  @IsBoolean()
  has_usage!: boolean;

  /** Number of ledger lines that charge, or correct a charge. */
  @ApiProperty({
    description: 'Number of ledger lines that charge, or correct a charge.',
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  charges!: number;

  /** Credits spent: the sum of these lines. Refunds are not deducted. */
  @ApiProperty({
    description: 'Credits spent: the sum of these lines. Refunds are not deducted.',
    type: 'string',
    format: 'decimal',
  })
  @IsAmount()
  credits!: string;

  /** Credits that the provider's cache saved, at list prices; negative if writing to it cost more. */
  @ApiProperty({
    description: "Credits that the provider's cache saved, at list prices; negative if writing to it cost more.",
    type: 'string',
    format: 'decimal',
  })
  @IsAmount()
  cache_savings!: string;

  /** Number of events, charged or not. */
  @ApiProperty({ description: 'Number of events, charged or not.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  event_count!: number;

  /** Number of events whose work failed. */
  @ApiProperty({ description: 'Number of events whose work failed.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  failed_events!: number;

  /** Total tokens. */
  @ApiProperty({ description: 'Total tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  tokens_used!: number;

  /** Input tokens that are not counted in any other input pool. */
  @ApiProperty({
    description: 'Input tokens that are not counted in any other input pool.',
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  input_tokens!: number;

  /** Output tokens that are not counted in any other output pool. */
  @ApiProperty({
    description: 'Output tokens that are not counted in any other output pool.',
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  output_tokens!: number;

  /** Input tokens read from the provider's cache. */
  @ApiProperty({ description: "Input tokens read from the provider's cache.", type: 'integer', format: 'int64' })
  @IsWholeNumber()
  cache_read_tokens!: number;

  /** Input tokens written to the provider's short-lived (minutes) cache. */
  @ApiProperty({
    description: "Input tokens written to the provider's short-lived (minutes) cache.",
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  cache_write_tokens!: number;

  /** Input tokens written to the provider's one-hour cache. */
  @ApiProperty({
    description: "Input tokens written to the provider's one-hour cache.",
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  cache_write_1h_tokens!: number;

  /** Hidden reasoning tokens. */
  @ApiProperty({ description: 'Hidden reasoning tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  reasoning_tokens!: number;

  /** Audio input tokens that were not read from the cache. */
  @ApiProperty({
    description: 'Audio input tokens that were not read from the cache.',
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  audio_input_tokens!: number;

  /** Audio input tokens read from the provider's cache. */
  @ApiProperty({ description: "Audio input tokens read from the provider's cache.", type: 'integer', format: 'int64' })
  @IsWholeNumber()
  audio_cache_read_tokens!: number;

  /** Audio output tokens. */
  @ApiProperty({ description: 'Audio output tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  audio_output_tokens!: number;

  /** Image input tokens. */
  @ApiProperty({ description: 'Image input tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  image_tokens!: number;

  /** Image output tokens. */
  @ApiProperty({ description: 'Image output tokens.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  image_output_tokens!: number;
}

/** Progress of the hourly roll-ups, usage_hourly and usage_by_attribution, in one row. */
export class HourlyRollupRow {
  /** Name of the roll-up. */
  @ApiProperty({ description: 'Name of the roll-up.', type: 'string', maxLength: 64 })
  @IsText({ max_length: 64 })
  name!: string;

  /** Transaction id. The roll-up contains exactly the events recorded by older transactions. */
  @ApiProperty({
    description: 'Transaction id. The roll-up contains exactly the events recorded by older transactions.',
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  event_watermark!: number;

  /** Every event that is not rolled up has this id or a later one. */
  @ApiProperty({
    description: 'Every event that is not rolled up has this id or a later one.',
    type: 'string',
    format: 'uuid',
  })
  @IsUUID()
  tail_id!: string;

  /** The next tail_id, valid once the watermark is above noted_xid. */
  @ApiProperty({
    description: 'The next tail_id, valid once the watermark is above noted_xid.',
    type: 'string',
    format: 'uuid',
  })
  @IsUUID()
  noted_id!: string;

  /** Transaction that noted it. */
  @ApiProperty({ description: 'Transaction that noted it.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  noted_xid!: number;

  /** The roll-up contains exactly the ledger lines booked before this instant. */
  @ApiProperty({
    description: 'The roll-up contains exactly the ledger lines booked before this instant.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  ledger_until!: Date;

  /** Every ledger line booked before this instant is visible once no transaction older than horizon_xid is open. */
  @ApiProperty({
    description:
      'Every ledger line booked before this instant is visible once no transaction older than horizon_xid is open.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  horizon_at!: Date;

  /** The next transaction id when horizon_at was noted. */
  @ApiProperty({ description: 'The next transaction id when horizon_at was noted.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  horizon_xid!: number;

  /** When the roll-up last advanced. */
  @ApiProperty({ description: 'When the roll-up last advanced.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** A price that takes effect at an instant. Prices are never edited; a new price is a new row. The latest one in effect applies. */
export class ModelPriceRow {
  /** UUIDv7 of the price. */
  @ApiProperty({ description: 'UUIDv7 of the price.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Service that the price applies to; * means every service. */
  @ApiProperty({
    description:
      'Service that the price applies to; * means every service. Written as * or 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit.',
    type: 'string',
    maxLength: 64,
    pattern: '^(\\*|[a-z0-9][a-z0-9._-]{0,63})$',
    example: '*',
  })
  @IsText({ max_length: 64 })
  @Matches(/^(\*|[a-z0-9][a-z0-9._-]{0,63})$/, {
    message:
      '$property must be * or 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit, for example *',
  })
  service!: string;

  /** Model that the price applies to; * means every model of the service, and work without a model. */
  @ApiProperty({
    description:
      'Model that the price applies to; * means every model of the service, and work without a model. Written as a name without spaces.',
    type: 'string',
    maxLength: 255,
    pattern: '^\\S+$',
    example: 'acme/writer-1',
  })
  @IsText({ max_length: 255 })
  @Matches(/^\S+$/, { message: '$property must be a name without spaces, for example acme/writer-1' })
  model!: string;

  /** Display name. */
  @ApiProperty({
    description: 'Display name.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'Acme: Writer 1',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  name!: string | null;

  /** USD per million input tokens; null if the pool has no separate price. */
  @ApiProperty({
    description: 'USD per million input tokens; null if the pool has no separate price.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '0.150000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  input_per_million!: string | null;

  /** USD per million output tokens; null if the pool has no separate price. */
  @ApiProperty({
    description: 'USD per million output tokens; null if the pool has no separate price.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '0.600000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  output_per_million!: string | null;

  /** USD per million input tokens read from the cache; null if the pool has no separate price. */
  @ApiProperty({
    description: 'USD per million input tokens read from the cache; null if the pool has no separate price.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  cache_read_per_million!: string | null;

  /** USD per million input tokens written to the cache; null if the pool has no separate price. */
  @ApiProperty({
    description: 'USD per million input tokens written to the cache; null if the pool has no separate price.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  cache_write_per_million!: string | null;

  /** USD per million input tokens written to the one-hour cache; null if the pool has no separate price. */
  @ApiProperty({
    description: 'USD per million input tokens written to the one-hour cache; null if the pool has no separate price.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  cache_write_1h_per_million!: string | null;

  /** USD per million hidden reasoning tokens; null if the pool has no separate price. */
  @ApiProperty({
    description: 'USD per million hidden reasoning tokens; null if the pool has no separate price.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  reasoning_per_million!: string | null;

  /** USD per million audio input tokens; null if the pool has no separate price. */
  @ApiProperty({
    description: 'USD per million audio input tokens; null if the pool has no separate price.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  audio_input_per_million!: string | null;

  /** USD per million audio input tokens read from the cache; null if the pool has no separate price. */
  @ApiProperty({
    description: 'USD per million audio input tokens read from the cache; null if the pool has no separate price.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  audio_cache_read_per_million!: string | null;

  /** USD per million audio output tokens; null if the pool has no separate price. */
  @ApiProperty({
    description: 'USD per million audio output tokens; null if the pool has no separate price.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  audio_output_per_million!: string | null;

  /** USD per million image input tokens; null if the pool has no separate price. */
  @ApiProperty({
    description: 'USD per million image input tokens; null if the pool has no separate price.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  image_per_million!: string | null;

  /** USD per million image output tokens; null if the pool has no separate price. */
  @ApiProperty({
    description: 'USD per million image output tokens; null if the pool has no separate price.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  image_output_per_million!: string | null;

  /** USD per request; null if requests are not priced. */
  @ApiProperty({
    description: 'USD per request; null if requests are not priced.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_request!: string | null;

  /** USD per character; null if characters are not priced. */
  @ApiProperty({
    description: 'USD per character; null if characters are not priced.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_character!: string | null;

  /** USD per second; null if seconds are not priced. */
  @ApiProperty({
    description: 'USD per second; null if seconds are not priced.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_second!: string | null;

  /** USD per query; null if queries are not priced. */
  @ApiProperty({
    description: 'USD per query; null if queries are not priced.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_query!: string | null;

  /** USD per execution; null if executions are not priced. */
  @ApiProperty({
    description: 'USD per execution; null if executions are not priced.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_execution!: string | null;

  /** USD per image; null if images are not priced. */
  @ApiProperty({
    description: 'USD per image; null if images are not priced.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_image!: string | null;

  /** USD per page; null if pages are not priced. */
  @ApiProperty({
    description: 'USD per page; null if pages are not priced.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_page!: string | null;

  /** USD per second of video; null if video seconds are not priced. */
  @ApiProperty({
    description: 'USD per second of video; null if video seconds are not priced.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_video_second!: string | null;

  /** Prices that replace these under conditions. If several apply, the last one wins. */
  @ApiProperty({
    description: 'Prices that replace these under conditions. If several apply, the last one wins.',
    type: 'array',
    items: {},
  })
  @IsMetadata({ array: true })
  overrides!: unknown[];

  /** Whether the model is declared free. Zero prices alone do not make it free. */
  @ApiProperty({
    description: 'Whether the model is declared free. Zero prices alone do not make it free.',
    type: 'boolean',
  })
  @IsBoolean()
  is_free!: boolean;

  /** Maximum input and output tokens together; null if unknown. */
  @ApiProperty({
    description: 'Maximum input and output tokens together; null if unknown.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
    nullable: true,
    example: 128000,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 0, max: 2147483647 })
  context_length!: number | null;

  /** Maximum output tokens; null if unknown. */
  @ApiProperty({
    description: 'Maximum output tokens; null if unknown.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
    nullable: true,
    example: 16384,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 0, max: 2147483647 })
  max_output_tokens!: number | null;

  /** Source of the price. */
  @ApiProperty({ description: 'Source of the price.', type: 'string', maxLength: 64, example: 'openrouter' })
  @IsText({ max_length: 64 })
  source!: string;

  /** When the price takes effect. */
  @ApiProperty({ description: 'When the price takes effect.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  effective_from!: Date;

  /** When the price was created. */
  @ApiProperty({ description: 'When the price was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** A withdrawn price. It no longer applies, but is preserved for the receipts that refer to it. */
export class PriceWithdrawalRow {
  /** Price that was withdrawn. */
  @ApiProperty({ description: 'Price that was withdrawn.', type: 'string', format: 'uuid' })
  @IsUUID()
  price_id!: string;

  /** When the price was withdrawn. */
  @ApiProperty({ description: 'When the price was withdrawn.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  withdrawn_at!: Date;
}

/** Factor applied to a model's token prices for a service tier, from an instant on. Multipliers are never edited; a new one is a new row. */
export class ServiceTierMultiplierRow {
  /** UUIDv7 of the multiplier. */
  @ApiProperty({ description: 'UUIDv7 of the multiplier.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Priority at which the provider processes the work. */
  @ApiProperty({
    description: 'Priority at which the provider processes the work.',
    enum: service_tier,
    enumName: 'service_tier',
  })
  @IsEnum(service_tier)
  service_tier!: service_tier;

  /** Model or provider that the multiplier applies to; * means every model. */
  @ApiProperty({
    description:
      'Model or provider that the multiplier applies to; * means every model. Written as a name without spaces.',
    type: 'string',
    maxLength: 255,
    pattern: '^\\S+$',
    example: 'openai',
  })
  @IsText({ max_length: 255 })
  @Matches(/^\S+$/, { message: '$property must be a name without spaces, for example openai' })
  match!: string;

  /** Factor applied to token prices. */
  @ApiProperty({
    description: 'Factor applied to token prices.',
    type: 'string',
    format: 'decimal',
    example: '0.500000',
  })
  @IsAmount({ positive: true, max: '100' })
  multiplier!: string;

  /** When the multiplier takes effect. */
  @ApiProperty({ description: 'When the multiplier takes effect.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  effective_from!: Date;

  /** When the multiplier was created. */
  @ApiProperty({ description: 'When the multiplier was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** The statement of an operator that one model can replace another for most work. Advice claims equal quality only then. */
export class ModelEquivalentRow {
  /** UUIDv7 of the equivalent. */
  @ApiProperty({ description: 'UUIDv7 of the equivalent.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Model that can be replaced. */
  @ApiProperty({
    description: 'Model that can be replaced. Written as a name without spaces.',
    type: 'string',
    maxLength: 255,
    pattern: '^\\S+$',
    example: 'openai/gpt-4o',
  })
  @IsText({ max_length: 255 })
  @Matches(/^\S+$/, { message: '$property must be a name without spaces, for example openai/gpt-4o' })
  from!: string;

  /** Model that replaces it. */
  @ApiProperty({
    description: 'Model that replaces it. Written as a name without spaces.',
    type: 'string',
    maxLength: 255,
    pattern: '^\\S+$',
    example: 'openai/gpt-4o-mini',
  })
  @IsText({ max_length: 255 })
  @Matches(/^\S+$/, { message: '$property must be a name without spaces, for example openai/gpt-4o-mini' })
  to!: string;

  /** Why, and for which work; users read it with the advice. */
  @ApiProperty({
    description: 'Why, and for which work; users read it with the advice.',
    type: 'string',
    maxLength: 500,
    nullable: true,
    example: 'Equal in our tests of summaries',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  note!: string | null;

  /** When the equivalent was created. */
  @ApiProperty({ description: 'When the equivalent was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** A recommendation that a user does not want to see again. */
export class DismissedRecommendationRow {
  /** User whom the recommendation was for. */
  @ApiProperty({ description: 'User whom the recommendation was for.', type: 'string', maxLength: 255 })
  @IsUserId()
  user_id!: string;

  /** Id of the recommendation. */
  @ApiProperty({
    description: 'Id of the recommendation. Written as 16 hexadecimal digits.',
    type: 'string',
    minLength: 16,
    maxLength: 16,
    pattern: '^[0-9a-f]{16}$',
    example: '5f0c1a9be2d47738',
  })
  @IsText({ min_length: 16, max_length: 16 })
  @Matches(/^[0-9a-f]{16}$/, { message: '$property must be 16 hexadecimal digits, for example 5f0c1a9be2d47738' })
  recommendation_id!: string;

  /** When it was dismissed. */
  @ApiProperty({ description: 'When it was dismissed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  dismissed_at!: Date;
}

/** A revision of the plans, prices, markup rules and tier multipliers, which changes in every transaction that changes one of them. */
export class CatalogueRevisionRow {
  /** Always 1: there is a single row. */
  @ApiProperty({
    description: 'Always 1: there is a single row.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  id!: number;

  /** The current revision. */
  @ApiProperty({ description: 'The current revision.', type: 'string', format: 'uuid' })
  @IsUUID()
  revision!: string;
}

/** A markup that the platform adds to the provider's cost. */
export class MarkupRuleRow {
  /** UUIDv7 of the rule. */
  @ApiProperty({ description: 'UUIDv7 of the rule.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** What the rule applies to. */
  @ApiProperty({
    description: 'What the rule applies to.',
    enum: markup_scope,
    enumName: 'markup_scope',
    example: 'provider',
  })
  @IsEnum(markup_scope)
  scope!: markup_scope;

  /** Model, provider, tier or price class (free, budget, standard, premium) that the rule applies to. */
  @ApiProperty({
    description:
      'Model, provider, tier or price class (free, budget, standard, premium) that the rule applies to. Written as a name without spaces.',
    type: 'string',
    maxLength: 255,
    pattern: '^\\S+$',
    example: 'openai',
  })
  @IsText({ max_length: 255 })
  @Matches(/^\S+$/, { message: '$property must be a name without spaces, for example openai' })
  match!: string;

  /** Markup as a share of the provider cost: 0.1 is 10 %. */
  @ApiProperty({
    description: 'Markup as a share of the provider cost: 0.1 is 10 %.',
    type: 'string',
    format: 'decimal',
    example: '0.100000',
  })
  @IsAmount({ min: '0', max: '100' })
  rate!: string;

  /** When the rule was created. */
  @ApiProperty({ description: 'When the rule was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the rule was last edited. */
  @ApiProperty({ description: 'When the rule was last edited.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** A number of credits sold at a fixed price. */
export class CreditPackageRow {
  /** Code of the package. */
  @ApiProperty({
    description:
      'Code of the package. Written as 1 to 64 lower-case letters, digits, - or _, beginning with a letter or digit.',
    type: 'string',
    maxLength: 64,
    pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
    example: 'credits-50',
  })
  @IsText({ max_length: 64 })
  @Matches(/^[a-z0-9][a-z0-9_-]{0,63}$/, {
    message:
      '$property must be 1 to 64 lower-case letters, digits, - or _, beginning with a letter or digit, for example credits-50',
  })
  package_code!: string;

  /** Display name. */
  @ApiProperty({ description: 'Display name.', type: 'string', maxLength: 100, example: '50 credits' })
  @IsText({ max_length: 100 })
  name!: string;

  /** Human-readable description. */
  @ApiProperty({
    description: 'Human-readable description.',
    type: 'string',
    maxLength: 500,
    nullable: true,
    example: 'Enough for a busy month',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  description!: string | null;

  /** Credits in the package. */
  @ApiProperty({ description: 'Credits in the package.', type: 'string', format: 'decimal', example: '50.000000' })
  @IsAmount({ positive: true })
  credits!: string;

  /** Price in USD, whole cents. */
  @ApiProperty({ description: 'Price in USD, whole cents.', type: 'string', format: 'decimal', example: '45.000000' })
  @IsAmount({ min: '0.50', max: '999999.99' })
  price!: string;

  /** Whether the package is for sale. */
  @ApiProperty({ description: 'Whether the package is for sale.', type: 'boolean' })
  @IsBoolean()
  is_active!: boolean;

  /** Position in lists. */
  @ApiProperty({ description: 'Position in lists.', type: 'integer', minimum: 0, maximum: 1000, example: 1 })
  @IsWholeNumber({ min: 0, max: 1000 })
  rank!: number;

  /** When the package was created. */
  @ApiProperty({ description: 'When the package was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the package was last edited. */
  @ApiProperty({ description: 'When the package was last edited.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** The payment provider's customer record for a user. */
export class PaymentCustomerRow {
  /** User that the customer record belongs to. */
  @ApiProperty({ description: 'User that the customer record belongs to.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** The provider's id of the customer. */
  @ApiProperty({ description: "The provider's id of the customer.", type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  customer_id!: string;

  /** When the customer was created. */
  @ApiProperty({ description: 'When the customer was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** A payment: the goods offered, the price and the outcome. */
export class PaymentRow {
  /** UUIDv7 of the payment. */
  @ApiProperty({ description: 'UUIDv7 of the payment.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** User who pays. */
  @ApiProperty({ description: 'User who pays.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Purpose of the payment. */
  @ApiProperty({ description: 'Purpose of the payment.', enum: payment_kind, enumName: 'payment_kind' })
  @IsEnum(payment_kind)
  kind!: payment_kind;

  /** State of the payment. */
  @ApiProperty({ description: 'State of the payment.', enum: payment_status, enumName: 'payment_status' })
  @IsEnum(payment_status)
  status!: payment_status;

  /** Package being bought; null for a plan. */
  @ApiProperty({
    description: 'Package being bought; null for a plan.',
    type: 'string',
    maxLength: 64,
    nullable: true,
    example: 'credits-50',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  package_code!: string | null;

  /** Plan being paid for; null for a package. */
  @ApiProperty({
    description: 'Plan being paid for; null for a package.',
    type: 'string',
    maxLength: 64,
    nullable: true,
    example: 'starter',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  tier!: string | null;

  /** Plan before an upgrade. */
  @ApiProperty({
    description: 'Plan before an upgrade.',
    type: 'string',
    maxLength: 64,
    nullable: true,
    example: 'trial',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  from_tier!: string | null;

  /** Credits that the payment grants; for an upgrade, the credits actually granted. */
  @ApiProperty({
    description: 'Credits that the payment grants; for an upgrade, the credits actually granted.',
    type: 'string',
    format: 'decimal',
    example: '50.000000',
  })
  @IsAmount({ min: '0' })
  credits!: string;

  /** Offered price after the discount, in `currency`. */
  @ApiProperty({
    description: 'Offered price after the discount, in `currency`.',
    type: 'string',
    format: 'decimal',
    example: '45.000000',
  })
  @IsAmount({ min: '0' })
  amount!: string;

  /** Discount deducted from the price, in `currency`. */
  @ApiProperty({
    description: 'Discount deducted from the price, in `currency`.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount({ min: '0' })
  discount!: string;

  /** Currency, ISO 4217. */
  @ApiProperty({ description: 'Currency, ISO 4217.', type: 'string', maxLength: 3, example: 'usd' })
  @IsText({ max_length: 3 })
  currency!: string;

  /** Total money settled, including tax, in `currency`; null until it is known. */
  @ApiProperty({
    description: 'Total money settled, including tax, in `currency`; null until it is known.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '45.000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount()
  settled!: string | null;

  /** Amount charged to the payer's card in another currency. */
  @ApiProperty({
    description: "Amount charged to the payer's card in another currency.",
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount()
  charged!: string | null;

  /** Currency of `charged`, ISO 4217. */
  @ApiProperty({ description: 'Currency of `charged`, ISO 4217.', type: 'string', maxLength: 3, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 3 })
  charged_currency!: string | null;

  /** Part of the price that was refunded, in `currency`. */
  @ApiProperty({
    description: 'Part of the price that was refunded, in `currency`.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  refunded!: string;

  /** State of a dispute of the payment. */
  @ApiProperty({ description: 'State of a dispute of the payment.', enum: dispute_status, enumName: 'dispute_status' })
  @IsEnum(dispute_status)
  dispute!: dispute_status;

  /** Part of the price that is disputed or was lost in a dispute, in `currency`. */
  @ApiProperty({
    description: 'Part of the price that is disputed or was lost in a dispute, in `currency`.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  disputed!: string;

  /** Credits clawed back because of refunds and disputes. */
  @ApiProperty({
    description: 'Credits clawed back because of refunds and disputes.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  taken_back!: string;

  /** Why the payment failed, is held or was refused. */
  @ApiProperty({
    description: 'Why the payment failed, is held or was refused.',
    type: 'string',
    maxLength: 500,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  detail!: string | null;

  /** End of the period that the payment covers; null if it covers none. */
  @ApiProperty({
    description: 'End of the period that the payment covers; null if it covers none.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  covers_until!: Date | null;

  /** Terms of the plan as offered. */
  @ApiProperty({
    description: 'Terms of the plan as offered.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsMetadata()
  terms!: Record<string, unknown> | null;

  /** URL of the checkout page while it is open. */
  @ApiProperty({
    description: 'URL of the checkout page while it is open.',
    type: 'string',
    maxLength: 4000,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 4000 })
  checkout_url!: string | null;

  /** When the checkout page closes. */
  @ApiProperty({ description: 'When the checkout page closes.', type: 'string', format: 'date-time', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  expires_at!: Date | null;

  /** Ledger line that booked the credits. */
  @ApiProperty({ description: 'Ledger line that booked the credits.', type: 'string', format: 'uuid', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  transaction_id!: string | null;

  /** The provider's id of the checkout session. */
  @ApiProperty({
    description: "The provider's id of the checkout session.",
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  session_id!: string | null;

  /** The provider's id of the payment intent. */
  @ApiProperty({
    description: "The provider's id of the payment intent.",
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  payment_intent_id!: string | null;

  /** The provider's id of the invoice for a period. */
  @ApiProperty({
    description: "The provider's id of the invoice for a period.",
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  invoice_id!: string | null;

  /** The provider's id of the subscription. */
  @ApiProperty({
    description: "The provider's id of the subscription.",
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  subscription_id!: string | null;

  /** Admin who accepted or refused the payment; null if it was not reviewed. */
  @ApiProperty({
    description: 'Admin who accepted or refused the payment; null if it was not reviewed.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'admin-1',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  reviewed_by!: string | null;

  /** When the payment was received. */
  @ApiProperty({ description: 'When the payment was received.', type: 'string', format: 'date-time', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  paid_at!: Date | null;

  /** When the payment was offered. */
  @ApiProperty({ description: 'When the payment was offered.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the payment last changed. */
  @ApiProperty({ description: 'When the payment last changed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** A refund of a payment, completed or in progress. */
export class PaymentRefundRow {
  /** User who paid. */
  @ApiProperty({ description: 'User who paid.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Payment that is refunded. */
  @ApiProperty({ description: 'Payment that is refunded.', type: 'string', format: 'uuid' })
  @IsUUID()
  payment_id!: string;

  /** The provider's id of the refund. */
  @ApiProperty({
    description: "The provider's id of the refund.",
    type: 'string',
    maxLength: 255,
    example: 're_1Nv0FGQ9RKHgCVdK',
  })
  @IsText({ max_length: 255 })
  refund_id!: string;

  /** State of the refund. */
  @ApiProperty({ description: 'State of the refund.', enum: refund_status, enumName: 'refund_status' })
  @IsEnum(refund_status)
  status!: refund_status;

  /** Amount, in `currency`. */
  @ApiProperty({ description: 'Amount, in `currency`.', type: 'string', format: 'decimal', example: '9.000000' })
  @IsAmount()
  amount!: string;

  /** Currency, ISO 4217. */
  @ApiProperty({ description: 'Currency, ISO 4217.', type: 'string', maxLength: 3, example: 'usd' })
  @IsText({ max_length: 3 })
  currency!: string;

  /** When the provider first reported the refund. */
  @ApiProperty({ description: 'When the provider first reported the refund.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the refund last changed. */
  @ApiProperty({ description: 'When the refund last changed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** A dispute of a payment with the payer's bank. */
export class PaymentDisputeRow {
  /** User who paid. */
  @ApiProperty({ description: 'User who paid.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Payment that is disputed. */
  @ApiProperty({ description: 'Payment that is disputed.', type: 'string', format: 'uuid' })
  @IsUUID()
  payment_id!: string;

  /** The provider's id of the dispute. */
  @ApiProperty({
    description: "The provider's id of the dispute.",
    type: 'string',
    maxLength: 255,
    example: 'dp_1Nv0FGQ9RKHgCVdK',
  })
  @IsText({ max_length: 255 })
  dispute_id!: string;

  /** State of the dispute. */
  @ApiProperty({ description: 'State of the dispute.', enum: dispute_status, enumName: 'dispute_status' })
  @IsEnum(dispute_status)
  status!: dispute_status;

  /** Amount, in `currency`. */
  @ApiProperty({ description: 'Amount, in `currency`.', type: 'string', format: 'decimal', example: '9.000000' })
  @IsAmount()
  amount!: string;

  /** Currency, ISO 4217. */
  @ApiProperty({ description: 'Currency, ISO 4217.', type: 'string', maxLength: 3, example: 'usd' })
  @IsText({ max_length: 3 })
  currency!: string;

  /** When the provider reported this state. */
  @ApiProperty({ description: 'When the provider reported this state.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  told_at!: Date;

  /** When the provider first reported the dispute. */
  @ApiProperty({ description: 'When the provider first reported the dispute.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the dispute last changed. */
  @ApiProperty({ description: 'When the dispute last changed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** A subscription to a plan that is paid every 30 days. */
export class SubscriptionRow {
  /** User who pays. */
  @ApiProperty({ description: 'User who pays.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** The provider's id of the subscription. */
  @ApiProperty({ description: "The provider's id of the subscription.", type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  subscription_id!: string;

  /** Plan that the next payment is for. */
  @ApiProperty({ description: 'Plan that the next payment is for.', type: 'string', maxLength: 64, example: 'starter' })
  @IsText({ max_length: 64 })
  tier!: string;

  /** Plan that the current period was paid for. */
  @ApiProperty({
    description: 'Plan that the current period was paid for.',
    type: 'string',
    maxLength: 64,
    example: 'starter',
  })
  @IsText({ max_length: 64 })
  paid_tier!: string;

  /** Price of a period, in `currency`. */
  @ApiProperty({
    description: 'Price of a period, in `currency`.',
    type: 'string',
    format: 'decimal',
    example: '19.000000',
  })
  @IsAmount({ min: '0' })
  amount!: string;

  /** Terms that the next payment buys, as sold. */
  @ApiProperty({
    description: 'Terms that the next payment buys, as sold.',
    type: 'object',
    additionalProperties: true,
  })
  @IsMetadata()
  terms!: Record<string, unknown>;

  /** Terms of the current period, as sold. */
  @ApiProperty({ description: 'Terms of the current period, as sold.', type: 'object', additionalProperties: true })
  @IsMetadata()
  paid_terms!: Record<string, unknown>;

  /** Currency, ISO 4217. */
  @ApiProperty({ description: 'Currency, ISO 4217.', type: 'string', maxLength: 3, example: 'usd' })
  @IsText({ max_length: 3 })
  currency!: string;

  /** State of the subscription. */
  @ApiProperty({
    description: 'State of the subscription.',
    enum: subscription_status,
    enumName: 'subscription_status',
  })
  @IsEnum(subscription_status)
  status!: subscription_status;

  /** Whether the subscription ends with the paid period. */
  @ApiProperty({ description: 'Whether the subscription ends with the paid period.', type: 'boolean' })
  @IsBoolean()
  cancel_at_period_end!: boolean;

  /** End of the paid period. */
  @ApiProperty({ description: 'End of the paid period.', type: 'string', format: 'date-time', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  paid_until!: Date | null;

  /** When the plan ends unless the overdue payment arrives; null if no payment is overdue. */
  @ApiProperty({
    description: 'When the plan ends unless the overdue payment arrives; null if no payment is overdue.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  grace_until!: Date | null;

  /** Time of the latest provider event that was applied. */
  @ApiProperty({
    description: 'Time of the latest provider event that was applied.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  told_at!: Date | null;

  /** When a pending change is next sent to the provider; null if nothing is pending. */
  @ApiProperty({
    description: 'When a pending change is next sent to the provider; null if nothing is pending.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  sync_at!: Date | null;

  /** Version number, incremented by each change to send to the provider. */
  @ApiProperty({
    description: 'Version number, incremented by each change to send to the provider.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  version!: number;

  /** When the subscription was created. */
  @ApiProperty({ description: 'When the subscription was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the subscription last changed. */
  @ApiProperty({ description: 'When the subscription last changed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** Events from the payment provider, each applied once. The key is the provider's id, because an event is stored before its account is known. */
export class PaymentEventRow {
  /** The provider's id of the event. */
  @ApiProperty({
    description: "The provider's id of the event.",
    type: 'string',
    maxLength: 255,
    example: 'evt_1Nv0FGQ9RKHgCVdK',
  })
  @IsText({ max_length: 255 })
  event_id!: string;

  /** The provider's event type. */
  @ApiProperty({
    description: "The provider's event type.",
    type: 'string',
    maxLength: 100,
    example: 'checkout.session.completed',
  })
  @IsText({ max_length: 100 })
  type!: string;

  /** State of the event. */
  @ApiProperty({ description: 'State of the event.', enum: payment_event_state, enumName: 'payment_event_state' })
  @IsEnum(payment_event_state)
  state!: payment_event_state;

  /** Checkout session, subscription or payment intent that the event concerns. */
  @ApiProperty({
    description: 'Checkout session, subscription or payment intent that the event concerns.',
    type: 'string',
    maxLength: 255,
    example: 'cs_a1',
  })
  @IsText({ max_length: 255 })
  reference!: string;

  /** Account that the event concerns; null until it is known. */
  @ApiProperty({
    description: 'Account that the event concerns; null until it is known.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'user-42',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  user_id!: string | null;

  /** Facts taken from the event, without personal or card data. */
  @ApiProperty({
    description: 'Facts taken from the event, without personal or card data.',
    type: 'object',
    additionalProperties: true,
  })
  @IsMetadata()
  facts!: Record<string, unknown>;

  /** Number of attempts to apply the event. */
  @ApiProperty({
    description: 'Number of attempts to apply the event.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  attempts!: number;

  /** Why the event is waiting or failed. */
  @ApiProperty({ description: 'Why the event is waiting or failed.', type: 'string', maxLength: 500, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  detail!: string | null;

  /** When the event is retried; null if no retry is scheduled. */
  @ApiProperty({
    description: 'When the event is retried; null if no retry is scheduled.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  next_try_at!: Date | null;

  /** When the provider created the event. */
  @ApiProperty({ description: 'When the provider created the event.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  occurred_at!: Date;

  /** When the event was received. */
  @ApiProperty({ description: 'When the event was received.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the event was applied. */
  @ApiProperty({ description: 'When the event was applied.', type: 'string', format: 'date-time', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  applied_at!: Date | null;
}

/** Settings for buying credits automatically when an account runs low. */
export class AutoTopupRow {
  /** User id of the account. */
  @ApiProperty({ description: 'User id of the account.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** The package is bought when the available credits fall below this threshold. */
  @ApiProperty({
    description: 'The package is bought when the available credits fall below this threshold.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  @IsAmount({ positive: true })
  threshold!: string;

  /** Package to buy. */
  @ApiProperty({ description: 'Package to buy.', type: 'string', maxLength: 64, example: 'credits-50' })
  @IsText({ max_length: 64 })
  package_code!: string;

  /** Maximum spending per calendar month (UTC), USD. */
  @ApiProperty({
    description: 'Maximum spending per calendar month (UTC), USD.',
    type: 'string',
    format: 'decimal',
    example: '100.000000',
  })
  @IsAmount({ positive: true })
  monthly_limit!: string;

  /** Whether credits are bought automatically. After two declined cards, top-ups stop until the settings are sent again. */
  @ApiProperty({
    description:
      'Whether credits are bought automatically. After two declined cards, top-ups stop until the settings are sent again.',
    enum: topup_state,
    enumName: 'topup_state',
  })
  @IsEnum(topup_state)
  state!: topup_state;

  /** Number of consecutive declined cards. */
  @ApiProperty({
    description: 'Number of consecutive declined cards.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  declines!: number;

  /** Why nothing is bought at present. */
  @ApiProperty({ description: 'Why nothing is bought at present.', type: 'string', maxLength: 500, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  detail!: string | null;

  /** Payment in progress or waiting for the payer's confirmation; null if there is none. */
  @ApiProperty({
    description: "Payment in progress or waiting for the payer's confirmation; null if there is none.",
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  payment_id!: string | null;

  /** Earliest time of the next attempt. */
  @ApiProperty({ description: 'Earliest time of the next attempt.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  next_try_at!: Date;

  /** When the top-up was set up. */
  @ApiProperty({ description: 'When the top-up was set up.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the settings last changed. */
  @ApiProperty({ description: 'When the settings last changed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** A coupon code and its terms. The terms never change; a coupon can only be deactivated. */
export class CouponCodeRow {
  /** UUIDv7 of the coupon; it orders lists. */
  @ApiProperty({ description: 'UUIDv7 of the coupon; it orders lists.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Code that users enter; not case-sensitive. */
  @ApiProperty({
    description:
      'Code that users enter; not case-sensitive. Written as 3 to 64 letters, digits, - or _, beginning with a letter or digit.',
    type: 'string',
    maxLength: 64,
    pattern: '^[A-Z0-9][A-Z0-9_-]{2,63}$',
    example: 'WELCOME-10',
  })
  @IsText({ max_length: 64 })
  @Matches(/^[A-Z0-9][A-Z0-9_-]{2,63}$/, {
    message:
      '$property must be 3 to 64 letters, digits, - or _, beginning with a letter or digit, for example WELCOME-10',
  })
  code!: string;

  /** Type of the coupon. */
  @ApiProperty({
    description: 'Type of the coupon.',
    enum: coupon_type,
    enumName: 'coupon_type',
    example: 'credit_bonus',
  })
  @IsEnum(coupon_type)
  coupon_type!: coupon_type;

  /** Value of the coupon: credits for a credit_bonus, percent (1 to 100) or USD off the next payment for a discount, 1 for a free_month. */
  @ApiProperty({
    description:
      'Value of the coupon: credits for a credit_bonus, percent (1 to 100) or USD off the next payment for a discount, 1 for a free_month.',
    type: 'string',
    format: 'decimal',
    example: '10.000000',
  })
  @IsAmount({ positive: true })
  value!: string;

  /** Human-readable purpose of the coupon. */
  @ApiProperty({
    description: 'Human-readable purpose of the coupon.',
    type: 'string',
    maxLength: 500,
    nullable: true,
    example: 'Welcome gift',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  description!: string | null;

  /** Maximum number of redemptions; null means unlimited. */
  @ApiProperty({
    description: 'Maximum number of redemptions; null means unlimited.',
    type: 'integer',
    minimum: 1,
    maximum: 2147483647,
    nullable: true,
    example: 100,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 1, max: 2147483647 })
  max_uses!: number | null;

  /** Redemptions so far. */
  @ApiProperty({ description: 'Redemptions so far.', type: 'integer', minimum: 0, maximum: 2147483647, example: 3 })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  used_count!: number;

  /** When the coupon becomes redeemable. */
  @ApiProperty({ description: 'When the coupon becomes redeemable.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  valid_from!: Date;

  /** When the coupon, and any discount it gave, expires; null means never. */
  @ApiProperty({
    description: 'When the coupon, and any discount it gave, expires; null means never.',
    type: 'string',
    format: 'date-time',
    nullable: true,
    example: '2099-12-31T00:00:00Z',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  expires_at!: Date | null;

  /** Whether the coupon is active; false once an admin has deactivated it. */
  @ApiProperty({
    description: 'Whether the coupon is active; false once an admin has deactivated it.',
    type: 'boolean',
  })
  @IsBoolean()
  is_active!: boolean;

  /** Tiers whose accounts can redeem the coupon; an empty list allows all. */
  @ApiProperty({
    description: 'Tiers whose accounts can redeem the coupon; an empty list allows all.',
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 64 },
  })
  @IsArray()
  @IsText({ min_length: 1, max_length: 64 }, { each: true })
  tiers!: string[];

  /** Whether only accounts without any purchase can redeem the coupon. */
  @ApiProperty({ description: 'Whether only accounts without any purchase can redeem the coupon.', type: 'boolean' })
  @IsBoolean()
  first_purchase_only!: boolean;

  /** Whether only accounts created in the last 30 days can redeem the coupon. */
  @ApiProperty({
    description: 'Whether only accounts created in the last 30 days can redeem the coupon.',
    type: 'boolean',
  })
  @IsBoolean()
  new_accounts_only!: boolean;

  /** Actor who created the coupon. */
  @ApiProperty({ description: 'Actor who created the coupon.', type: 'string', maxLength: 255, example: 'admin-1' })
  @IsText({ max_length: 255 })
  created_by!: string;

  /** When the coupon was created. */
  @ApiProperty({ description: 'When the coupon was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the coupon was last redeemed or deactivated. */
  @ApiProperty({
    description: 'When the coupon was last redeemed or deactivated.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  updated_at!: Date;
}

/** A redemption of a coupon and its effect. Each user can redeem a code once. */
export class CouponRedemptionRow {
  /** User who redeemed the coupon. */
  @ApiProperty({ description: 'User who redeemed the coupon.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Code that was redeemed. */
  @ApiProperty({ description: 'Code that was redeemed.', type: 'string', maxLength: 64, example: 'WELCOME-10' })
  @IsText({ max_length: 64 })
  code!: string;

  /** Credits granted; zero for a discount. */
  @ApiProperty({
    description: 'Credits granted; zero for a discount.',
    type: 'string',
    format: 'decimal',
    example: '10.000000',
  })
  @IsAmount()
  credits_awarded!: string;

  /** Credits added to the balance after paying any debt. */
  @ApiProperty({
    description: 'Credits added to the balance after paying any debt.',
    type: 'string',
    format: 'decimal',
    example: '10.000000',
  })
  @IsAmount()
  credits_added!: string;

  /** Balance after the redemption, credits. */
  @ApiProperty({
    description: 'Balance after the redemption, credits.',
    type: 'string',
    format: 'decimal',
    example: '15.000000',
  })
  @IsAmount()
  new_balance!: string;

  /** Ledger line that booked the credits; null for a discount. */
  @ApiProperty({
    description: 'Ledger line that booked the credits; null for a discount.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  transaction_id!: string | null;

  /** Metadata attached by the caller. */
  @ApiProperty({ description: 'Metadata attached by the caller.', type: 'object', additionalProperties: true })
  @IsMetadata()
  metadata!: Record<string, unknown>;

  /** When the coupon was redeemed. */
  @ApiProperty({ description: 'When the coupon was redeemed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  redeemed_at!: Date;
}

/** An attempt to redeem a coupon code, stored for the hour in which it counts towards the rate limit. */
export class CouponAttemptRow {
  /** User who made the attempt. */
  @ApiProperty({ description: 'User who made the attempt.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** UUIDv7 of the attempt. */
  @ApiProperty({ description: 'UUIDv7 of the attempt.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Time of the attempt. */
  @ApiProperty({ description: 'Time of the attempt.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  attempted_at!: Date;
}

/** An attempt to store an OpenRouter key, stored for the hour in which it counts towards the rate limit. */
export class OpenrouterKeyTryRow {
  /** User who made the attempt. */
  @ApiProperty({ description: 'User who made the attempt.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** UUIDv7 of the attempt. */
  @ApiProperty({ description: 'UUIDv7 of the attempt.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Time of the attempt. */
  @ApiProperty({ description: 'Time of the attempt.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  attempted_at!: Date;
}

/** A discount that applies once, to the account's next payment. */
export class AccountDiscountRow {
  /** UUIDv7 of the discount. */
  @ApiProperty({ description: 'UUIDv7 of the discount.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** User id of the account. */
  @ApiProperty({ description: 'User id of the account.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Coupon that gave the discount. */
  @ApiProperty({ description: 'Coupon that gave the discount.', type: 'string', maxLength: 64, example: 'WELCOME-10' })
  @IsText({ max_length: 64 })
  code!: string;

  /** Type of the discount: a percentage or an amount. */
  @ApiProperty({
    description: 'Type of the discount: a percentage or an amount.',
    enum: coupon_type,
    enumName: 'coupon_type',
    example: 'percentage_discount',
  })
  @IsEnum(coupon_type)
  coupon_type!: coupon_type;

  /** Percent (1 to 100) or USD. */
  @ApiProperty({ description: 'Percent (1 to 100) or USD.', type: 'string', format: 'decimal', example: '20.000000' })
  @IsAmount({ positive: true })
  value!: string;

  /** When the discount expires; null means never. */
  @ApiProperty({
    description: 'When the discount expires; null means never.',
    type: 'string',
    format: 'date-time',
    nullable: true,
    example: '2099-12-31T00:00:00Z',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  expires_at!: Date | null;

  /** When a payment used the discount; null while it is unused. */
  @ApiProperty({
    description: 'When a payment used the discount; null while it is unused.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  used_at!: Date | null;

  /** Payment that used the discount; null while it is unused. */
  @ApiProperty({
    description: 'Payment that used the discount; null while it is unused.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: '0198c0de-0000-7000-8000-000000000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  used_for!: string | null;

  /** When the discount was granted. */
  @ApiProperty({ description: 'When the discount was granted.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** The expiry that the owner was told of; null if none. */
  @ApiProperty({
    description: 'The expiry that the owner was told of; null if none.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  expiry_told_for!: Date | null;
}

/** A user's own OpenRouter account. Calls use its key, and OpenRouter bills the user. */
export class OpenrouterAccountRow {
  /** User id of the account. */
  @ApiProperty({
    description:
      'User id of the account. Written as 1 to 255 characters, without control characters or spaces at either end.',
    type: 'string',
    maxLength: 255,
    pattern: '^[^\\x00-\\x20\\x7F]([^\\x00-\\x1F\\x7F]*[^\\x00-\\x20\\x7F])?$',
    example: 'user-42',
  })
  @IsUserId()
  user_id!: string;

  /** UUIDv7 of the connection. */
  @ApiProperty({ description: 'UUIDv7 of the connection.', type: 'string', format: 'uuid' })
  @IsUUID()
  account_id!: string;

  /** E-mail address of the OpenRouter account, as entered by the user. */
  @ApiProperty({
    description: 'E-mail address of the OpenRouter account, as entered by the user. Written as an e-mail address.',
    type: 'string',
    maxLength: 320,
    pattern: '^[^\\s@]+@[^\\s@]+$',
    nullable: true,
    example: 'ann@example.com',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 320 })
  @Matches(/^[^\s@]+@[^\s@]+$/, { message: '$property must be an e-mail address, for example ann@example.com' })
  email!: string | null;

  /** The key, encrypted for this user. It starts with the id of the encryption key. */
  @ApiProperty({
    description: 'The key, encrypted for this user. It starts with the id of the encryption key.',
    type: 'string',
    maxLength: 1024,
  })
  @IsText({ max_length: 1024 })
  encrypted_key!: string;

  /** Masked key, long enough to recognise it. */
  @ApiProperty({
    description: 'Masked key, long enough to recognise it.',
    type: 'string',
    maxLength: 32,
    example: 'sk-or-v1-...c0de',
  })
  @IsText({ max_length: 32 })
  key_hint!: string;

  /** Spending limit of the key at OpenRouter, USD; null means no limit. */
  @ApiProperty({
    description: 'Spending limit of the key at OpenRouter, USD; null means no limit.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '10.000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  free_credits!: string | null;

  /** Remaining spending limit of the key at OpenRouter, USD; null means no limit. */
  @ApiProperty({
    description: 'Remaining spending limit of the key at OpenRouter, USD; null means no limit.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '7.500000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  free_credits_remaining!: string | null;

  /** Whether the key is used; false once OpenRouter has refused it. */
  @ApiProperty({ description: 'Whether the key is used; false once OpenRouter has refused it.', type: 'boolean' })
  @IsBoolean()
  is_active!: boolean;

  /** When the key was last checked with OpenRouter; null if never. */
  @ApiProperty({
    description: 'When the key was last checked with OpenRouter; null if never.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  last_synced!: Date | null;

  /** When the account was connected. */
  @ApiProperty({ description: 'When the account was connected.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the key or its details last changed. */
  @ApiProperty({ description: 'When the key or its details last changed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** A reading of the usage total of the platform's OpenRouter account. The difference between two readings is compared with the usage booked in between. */
export class OpenrouterReadingRow {
  /** UUIDv7 of the reading. */
  @ApiProperty({ description: 'UUIDv7 of the reading.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Usage since the account was opened, USD. */
  @ApiProperty({ description: 'Usage since the account was opened, USD.', type: 'string', format: 'decimal' })
  @IsAmount()
  total_usage!: string;

  /** When the reading was taken. */
  @ApiProperty({ description: 'When the reading was taken.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  read_at!: Date;
}

/** How a person is reached: e-mail address, language and time zone, and what the person does not want to be told. */
export class ContactRow {
  /** User id of the person. */
  @ApiProperty({ description: 'User id of the person.', type: 'string', maxLength: 255 })
  @IsUserId()
  user_id!: string;

  /** Address that mails are sent to: one that is known to be the person's. Null until there is one. */
  @ApiProperty({
    description: "Address that mails are sent to: one that is known to be the person's. Null until there is one.",
    type: 'string',
    maxLength: 254,
    nullable: true,
    example: 'ann@example.com',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 254 })
  email!: string | null;

  /** Who said that the address is the person's; null without an address. */
  @ApiProperty({
    description: "Who said that the address is the person's; null without an address.",
    enum: contact_source,
    enumName: 'contact_source',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsEnum(contact_source)
  source!: contact_source | null;

  /** Since when the address is known to be the person's; null without an address. */
  @ApiProperty({
    description: "Since when the address is known to be the person's; null without an address.",
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  verified_at!: Date | null;

  /** Address that the person must still confirm by the link sent to it; null if there is none. */
  @ApiProperty({
    description: 'Address that the person must still confirm by the link sent to it; null if there is none.',
    type: 'string',
    maxLength: 254,
    nullable: true,
    example: 'ann@example.org',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 254 })
  pending_email!: string | null;

  /** When the link expires. */
  @ApiProperty({ description: 'When the link expires.', type: 'string', format: 'date-time', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  pending_expires_at!: Date | null;

  /** SHA-256 of the secret in the link. A new link replaces it. */
  @ApiProperty({
    description: 'SHA-256 of the secret in the link. A new link replaces it.',
    type: 'string',
    minLength: 64,
    maxLength: 64,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ min_length: 64, max_length: 64 })
  pending_hash!: string | null;

  /** Language in which the person is told; null for the default, English. */
  @ApiProperty({
    description: 'Language in which the person is told; null for the default, English.',
    type: 'string',
    maxLength: 2,
    nullable: true,
    example: 'de',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 2 })
  language!: string | null;

  /** IANA name of the person's time zone. */
  @ApiProperty({
    description: "IANA name of the person's time zone.",
    type: 'string',
    maxLength: 64,
    example: 'Europe/Berlin',
  })
  @IsText({ max_length: 64 })
  timezone!: string;

  /** Kinds of notifications of which no mail is sent. */
  @ApiProperty({
    description: 'Kinds of notifications of which no mail is sent.',
    type: 'array',
    items: { type: 'string', minLength: 1 },
  })
  @IsArray()
  @IsText({ min_length: 1 }, { each: true })
  muted_mails!: string[];

  /** Kinds of notifications that are not in the inbox. */
  @ApiProperty({
    description: 'Kinds of notifications that are not in the inbox.',
    type: 'array',
    items: { type: 'string', minLength: 1 },
  })
  @IsArray()
  @IsText({ min_length: 1 }, { each: true })
  muted_inbox!: string[];

  /** When the row last changed. */
  @ApiProperty({ description: 'When the row last changed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  changed_at!: Date;
}

/** Something that a person was told, as the inbox shows it. Kept for 180 days. */
export class NotificationRow {
  /** UUIDv7 of the notification. */
  @ApiProperty({ description: 'UUIDv7 of the notification.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** User id of the account. */
  @ApiProperty({ description: 'User id of the account.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** What it is about. */
  @ApiProperty({ description: 'What it is about.', type: 'string', maxLength: 40 })
  @IsText({ max_length: 40 })
  kind!: string;

  /** What caused it, such as the id of an event. Nothing is told twice. */
  @ApiProperty({
    description: 'What caused it, such as the id of an event. Nothing is told twice.',
    type: 'string',
    maxLength: 200,
  })
  @IsText({ max_length: 200 })
  cause!: string;

  /** Amounts, dates and names in its text. */
  @ApiProperty({ description: 'Amounts, dates and names in its text.', type: 'object', additionalProperties: true })
  @IsMetadata()
  facts!: Record<string, unknown>;

  /** Whether the inbox shows it. */
  @ApiProperty({ description: 'Whether the inbox shows it.', type: 'boolean' })
  @IsBoolean()
  in_inbox!: boolean;

  /** When it was read; null for an unread one. */
  @ApiProperty({
    description: 'When it was read; null for an unread one.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  read_at!: Date | null;

  /** When the person was told. */
  @ApiProperty({ description: 'When the person was told.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** A condition that a person was told of, and when it ended. The person is told again once it has ended, and at most once a day. */
export class NotificationAlertRow {
  /** User id of the account. */
  @ApiProperty({ description: 'User id of the account.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** The condition, such as low_balance. */
  @ApiProperty({ description: 'The condition, such as low_balance.', type: 'string', maxLength: 120 })
  @IsText({ max_length: 120 })
  name!: string;

  /** When the person was told of it. */
  @ApiProperty({ description: 'When the person was told of it.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  told_at!: Date;

  /** When it ended; null while it lasts. */
  @ApiProperty({
    description: 'When it ended; null while it lasts.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  ended_at!: Date | null;
}

/** A mail to be sent, or that was sent. Sent ones are kept for 30 days, failed ones for 90. */
export class MailRow {
  /** UUIDv7 of the mail; its Message-ID contains it, so that a mail server recognises a repetition. */
  @ApiProperty({
    description: 'UUIDv7 of the mail; its Message-ID contains it, so that a mail server recognises a repetition.',
    type: 'string',
    format: 'uuid',
  })
  @IsUUID()
  id!: string;

  /** User id of the account that it is about. */
  @ApiProperty({
    description: 'User id of the account that it is about.',
    type: 'string',
    maxLength: 255,
    example: 'user-42',
  })
  @IsUserId()
  user_id!: string;

  /** What it is about. */
  @ApiProperty({ description: 'What it is about.', type: 'string', maxLength: 40, example: 'low_balance' })
  @IsText({ max_length: 40 })
  kind!: string;

  /** Address that it is sent to. */
  @ApiProperty({
    description: 'Address that it is sent to.',
    type: 'string',
    maxLength: 254,
    example: 'ann@example.com',
  })
  @IsText({ max_length: 254 })
  email!: string;

  /** Language of the mail. */
  @ApiProperty({ description: 'Language of the mail.', type: 'string', maxLength: 2, example: 'en' })
  @IsText({ max_length: 2 })
  language!: string;

  /** Time zone of the times in it. */
  @ApiProperty({
    description: 'Time zone of the times in it.',
    type: 'string',
    maxLength: 64,
    example: 'Europe/Berlin',
  })
  @IsText({ max_length: 64 })
  timezone!: string;

  /** Amounts, dates and names in its text. */
  @ApiProperty({ description: 'Amounts, dates and names in its text.', type: 'object', additionalProperties: true })
  @IsMetadata()
  facts!: Record<string, unknown>;

  /** Page that the button leads to, with a secret, encrypted; null for the usual page. Deleted once the mail is sent. */
  @ApiProperty({
    description:
      'Page that the button leads to, with a secret, encrypted; null for the usual page. Deleted once the mail is sent.',
    type: 'string',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText()
  sealed_path!: string | null;

  /** What became of it. */
  @ApiProperty({ description: 'What became of it.', enum: message_state, enumName: 'message_state' })
  @IsEnum(message_state)
  state!: message_state;

  /** How often sending was tried. */
  @ApiProperty({
    description: 'How often sending was tried.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  attempts!: number;

  /** When it is sent or tried again. */
  @ApiProperty({ description: 'When it is sent or tried again.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  next_try_at!: Date;

  /** Why the last try failed; null if it did not. */
  @ApiProperty({
    description: 'Why the last try failed; null if it did not.',
    type: 'string',
    maxLength: 500,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  error!: string | null;

  /** When the mail server accepted it; null until then. */
  @ApiProperty({
    description: 'When the mail server accepted it; null until then.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  sent_at!: Date | null;

  /** When it was written. */
  @ApiProperty({ description: 'When it was written.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** A message to the operator's chat, to be sent or sent. Kept for 30 days. */
export class OperatorMessageRow {
  /** UUIDv7 of the message. */
  @ApiProperty({ description: 'UUIDv7 of the message.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** What caused it, such as the id of an event. Nothing is told twice. */
  @ApiProperty({
    description: 'What caused it, such as the id of an event. Nothing is told twice.',
    type: 'string',
    maxLength: 200,
  })
  @IsText({ max_length: 200 })
  cause!: string;

  /** What it says. */
  @ApiProperty({ description: 'What it says.', type: 'string', maxLength: 2000 })
  @IsText({ max_length: 2000 })
  text!: string;

  /** What became of it. */
  @ApiProperty({ description: 'What became of it.', enum: message_state, enumName: 'message_state' })
  @IsEnum(message_state)
  state!: message_state;

  /** How often sending was tried. */
  @ApiProperty({
    description: 'How often sending was tried.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  attempts!: number;

  /** When it is sent or tried again. */
  @ApiProperty({ description: 'When it is sent or tried again.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  next_try_at!: Date;

  /** Why the last try failed; null if it did not. */
  @ApiProperty({
    description: 'Why the last try failed; null if it did not.',
    type: 'string',
    maxLength: 500,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  error!: string | null;

  /** When it was written. */
  @ApiProperty({ description: 'When it was written.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** Credits that an account, or every account of a plan, gets regularly. Rule and receiver never change. */
export class ScheduledGrantRow {
  /** UUIDv7 of the scheduled grant. */
  @ApiProperty({ description: 'UUIDv7 of the scheduled grant.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Name for operators. */
  @ApiProperty({
    description: 'Name for operators.',
    type: 'string',
    maxLength: 100,
    example: 'Research group, weekly',
  })
  @IsText({ max_length: 100 })
  name!: string;

  /** Account that gets the credits: a person's or an organization's; null if a plan does. */
  @ApiProperty({
    description: "Account that gets the credits: a person's or an organization's; null if a plan does.",
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'user-42',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUserId()
  user_id!: string | null;

  /** Plan whose accounts get the credits; null if one account does. */
  @ApiProperty({
    description: 'Plan whose accounts get the credits; null if one account does.',
    type: 'string',
    maxLength: 64,
    nullable: true,
    example: 'starter',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  tier!: string | null;

  /** Credits per occurrence and account. */
  @ApiProperty({
    description: 'Credits per occurrence and account.',
    type: 'string',
    format: 'decimal',
    example: '10.000000',
  })
  @IsAmount({ positive: true })
  amount!: string;

  /** Source of the credits. It decides their priority, as for other grants. */
  @ApiProperty({
    description: 'Source of the credits. It decides their priority, as for other grants.',
    enum: grant_source,
    enumName: 'grant_source',
  })
  @IsEnum(grant_source)
  source!: grant_source;

  /** Reason, which the account's ledger shows. */
  @ApiProperty({
    description: "Reason, which the account's ledger shows.",
    type: 'string',
    maxLength: 500,
    nullable: true,
    example: 'Weekly research credits',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  reason!: string | null;

  /** How often the credits are given. */
  @ApiProperty({ description: 'How often the credits are given.', enum: grant_interval, enumName: 'grant_interval' })
  @IsEnum(grant_interval)
  every!: grant_interval;

  /** Day of the first occurrence; it sets the weekday or the day of the month. A month without that day uses its last one. */
  @ApiProperty({
    description:
      'Day of the first occurrence; it sets the weekday or the day of the month. A month without that day uses its last one. Written as a day such as 2027-01-31.',
    type: 'string',
    maxLength: 10,
    pattern: '^\\d{4}-\\d{2}-\\d{2}$',
    example: '2027-01-31',
  })
  @IsText({ max_length: 10 })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a day such as 2027-01-31, for example 2027-01-31' })
  starts_on!: string;

  /** Last day on which credits are given; null for no end. */
  @ApiProperty({
    description: 'Last day on which credits are given; null for no end. Written as a day such as 2027-01-31.',
    type: 'string',
    maxLength: 10,
    pattern: '^\\d{4}-\\d{2}-\\d{2}$',
    nullable: true,
    example: '2027-12-31',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 10 })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a day such as 2027-01-31, for example 2027-12-31' })
  ends_on!: string | null;

  /** Time of day, in the time zone. */
  @ApiProperty({
    description: 'Time of day, in the time zone. Written as a time such as 09:30.',
    type: 'string',
    maxLength: 5,
    pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
    example: '09:30',
  })
  @IsText({ max_length: 5 })
  @Matches(/^([01]\d|2[0-3]):[0-5]\d$/, { message: '$property must be a time such as 09:30, for example 09:30' })
  time_of_day!: string;

  /** IANA name of the time zone. */
  @ApiProperty({ description: 'IANA name of the time zone.', type: 'string', maxLength: 64, example: 'Europe/Berlin' })
  @IsText({ max_length: 64 })
  timezone!: string;

  /** Days of 24 hours after which the credits expire, from the time of the occurrence on; null if they do not. Plan credits then expire with the period. */
  @ApiProperty({
    description:
      'Days of 24 hours after which the credits expire, from the time of the occurrence on; null if they do not. Plan credits then expire with the period.',
    type: 'integer',
    minimum: 1,
    maximum: 3650,
    nullable: true,
    example: 30,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 1, max: 3650 })
  expires_after_days!: number | null;

  /** When it was paused; null while it runs. */
  @ApiProperty({
    description: 'When it was paused; null while it runs.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  paused_at!: Date | null;

  /** Occurrences before this time are not booked: when it was created or last resumed. */
  @ApiProperty({
    description: 'Occurrences before this time are not booked: when it was created or last resumed.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  active_since!: Date;

  /** Actor who created it. */
  @ApiProperty({ description: 'Actor who created it.', type: 'string', maxLength: 255, example: 'admin-1' })
  @IsText({ max_length: 255 })
  created_by!: string;

  /** Idempotency key of the request that created it; null without one. */
  @ApiProperty({
    description: 'Idempotency key of the request that created it; null without one.',
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  idempotency_key!: string | null;

  /** SHA-256 of that request; null without a key. */
  @ApiProperty({
    description: 'SHA-256 of that request; null without a key.',
    type: 'string',
    minLength: 64,
    maxLength: 64,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ min_length: 64, max_length: 64 })
  request_hash!: string | null;

  /** When it was created. */
  @ApiProperty({ description: 'When it was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** One occurrence of a scheduled grant. An account's grant and the new cursor are one transaction, so each account gets it once. */
export class ScheduledGrantRunRow {
  /** Scheduled grant. */
  @ApiProperty({ description: 'Scheduled grant.', type: 'string', format: 'uuid' })
  @IsUUID()
  schedule_id!: string;

  /** Day of the occurrence in the time zone of the schedule. */
  @ApiProperty({
    description: 'Day of the occurrence in the time zone of the schedule. Written as a day such as 2027-01-31.',
    type: 'string',
    maxLength: 10,
    pattern: '^\\d{4}-\\d{2}-\\d{2}$',
    example: '2027-01-31',
  })
  @IsText({ max_length: 10 })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a day such as 2027-01-31, for example 2027-01-31' })
  occurrence!: string;

  /** When the occurrence was due. */
  @ApiProperty({ description: 'When the occurrence was due.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  due_at!: Date;

  /** Credits per account. */
  @ApiProperty({ description: 'Credits per account.', type: 'string', format: 'decimal', example: '10.000000' })
  @IsAmount({ positive: true })
  amount!: string;

  /** When the credits expire; null if they do not. */
  @ApiProperty({
    description: 'When the credits expire; null if they do not.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  expires_at!: Date | null;

  /** Number of accounts that were to get the credits when the run began. */
  @ApiProperty({
    description: 'Number of accounts that were to get the credits when the run began.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  accounts!: number;

  /** Number of accounts that got the credits. */
  @ApiProperty({
    description: 'Number of accounts that got the credits.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  granted!: number;

  /** Number of accounts that could not get them, such as closed ones. */
  @ApiProperty({
    description: 'Number of accounts that could not get them, such as closed ones.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  skipped!: number;

  /** Why the latest account was skipped; null if none was. */
  @ApiProperty({
    description: 'Why the latest account was skipped; null if none was.',
    type: 'string',
    maxLength: 500,
    nullable: true,
    example: 'The account is closed.',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  error!: string | null;

  /** User id of the latest account that was dealt with; null before the first and after the last one. */
  @ApiProperty({
    description: 'User id of the latest account that was dealt with; null before the first and after the last one.',
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  cursor!: string | null;

  /** When the run began. */
  @ApiProperty({ description: 'When the run began.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  started_at!: Date;

  /** When all accounts were dealt with; null while some are left. */
  @ApiProperty({
    description: 'When all accounts were dealt with; null while some are left.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  completed_at!: Date | null;
}

/** A file of credits for many accounts. A file is known by its digest, so that it is booked once. */
export class CreditImportRow {
  /** UUIDv7 of the import. */
  @ApiProperty({ description: 'UUIDv7 of the import.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Name of the file. */
  @ApiProperty({ description: 'Name of the file.', type: 'string', maxLength: 255, example: 'june.csv' })
  @IsText({ max_length: 255 })
  name!: string;

  /** SHA-256 of the file, hex. */
  @ApiProperty({
    description: 'SHA-256 of the file, hex.',
    type: 'string',
    minLength: 64,
    maxLength: 64,
    example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  })
  @IsText({ min_length: 64, max_length: 64 })
  digest!: string;

  /** State of the import. */
  @ApiProperty({ description: 'State of the import.', enum: credit_import_state, enumName: 'credit_import_state' })
  @IsEnum(credit_import_state)
  state!: credit_import_state;

  /** Whether all lines are booked or none, or every line that can be; null until the import is confirmed. */
  @ApiProperty({
    description: 'Whether all lines are booked or none, or every line that can be; null until the import is confirmed.',
    enum: credit_import_mode,
    enumName: 'credit_import_mode',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsEnum(credit_import_mode)
  mode!: credit_import_mode | null;

  /** Why nothing was booked; null unless the import failed. */
  @ApiProperty({
    description: 'Why nothing was booked; null unless the import failed.',
    type: 'string',
    maxLength: 500,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  error!: string | null;

  /** Actor who uploaded the file. */
  @ApiProperty({ description: 'Actor who uploaded the file.', type: 'string', maxLength: 255, example: 'admin-1' })
  @IsText({ max_length: 255 })
  created_by!: string;

  /** When the file was uploaded. */
  @ApiProperty({ description: 'When the file was uploaded.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the import was confirmed. */
  @ApiProperty({ description: 'When the import was confirmed.', type: 'string', format: 'date-time', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  confirmed_at!: Date | null;

  /** When all lines were dealt with. */
  @ApiProperty({ description: 'When all lines were dealt with.', type: 'string', format: 'date-time', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  completed_at!: Date | null;
}

/** A line of an import. Its state changes in the transaction that books its credits, so each line is booked once. */
export class CreditImportLineRow {
  /** Import of the line. */
  @ApiProperty({ description: 'Import of the line.', type: 'string', format: 'uuid' })
  @IsUUID()
  import_id!: string;

  /** Number of the line in the file, from 1. */
  @ApiProperty({
    description: 'Number of the line in the file, from 1.',
    type: 'integer',
    minimum: 1,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 1, max: 2147483647 })
  line!: number;

  /** Account that gets the credits; null if the line names none. */
  @ApiProperty({
    description: 'Account that gets the credits; null if the line names none.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'user-42',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  user_id!: string | null;

  /** Credits; null if the line has no valid amount. */
  @ApiProperty({
    description: 'Credits; null if the line has no valid amount.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '10.000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount()
  amount!: string | null;

  /** Reason, which the account's ledger shows. */
  @ApiProperty({
    description: "Reason, which the account's ledger shows.",
    type: 'string',
    maxLength: 500,
    nullable: true,
    example: 'June',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  reason!: string | null;

  /** Source of the credits; null if the line is invalid. */
  @ApiProperty({
    description: 'Source of the credits; null if the line is invalid.',
    enum: grant_source,
    enumName: 'grant_source',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsEnum(grant_source)
  source!: grant_source | null;

  /** When the credits expire; null if they do not. */
  @ApiProperty({
    description: 'When the credits expire; null if they do not.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  expires_at!: Date | null;

  /** State of the line. */
  @ApiProperty({
    description: 'State of the line.',
    enum: credit_import_line_state,
    enumName: 'credit_import_line_state',
  })
  @IsEnum(credit_import_line_state)
  state!: credit_import_line_state;

  /** Why the line cannot be booked, or was not; null if it can be, or was. */
  @ApiProperty({
    description: 'Why the line cannot be booked, or was not; null if it can be, or was.',
    type: 'string',
    maxLength: 500,
    nullable: true,
    example: 'No account has this user id.',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  error!: string | null;

  /** Something to look at before the import is confirmed; null if there is nothing. */
  @ApiProperty({
    description: 'Something to look at before the import is confirmed; null if there is nothing.',
    type: 'string',
    maxLength: 500,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  warning!: string | null;

  /** Ledger line that booked the credits. */
  @ApiProperty({ description: 'Ledger line that booked the credits.', type: 'string', format: 'uuid', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  transaction_id!: string | null;
}

/** Credits that new users of a source get for a step. Each account gets those of a step once. */
export class WelcomeStepRow {
  /** Source that registration names, such as a campaign; * is every source without steps of its own. */
  @ApiProperty({
    description:
      'Source that registration names, such as a campaign; * is every source without steps of its own. Written as * or 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit.',
    type: 'string',
    maxLength: 64,
    pattern: '^(\\*|[a-z0-9][a-z0-9._-]{0,63})$',
    example: 'newsletter',
  })
  @IsText({ max_length: 64 })
  @Matches(/^(\*|[a-z0-9][a-z0-9._-]{0,63})$/, {
    message:
      '$property must be * or 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit, for example newsletter',
  })
  source!: string;

  /** What the user does. */
  @ApiProperty({
    description: 'What the user does.',
    enum: welcome_event,
    enumName: 'welcome_event',
    example: 'email_verified',
  })
  @IsEnum(welcome_event)
  on!: welcome_event;

  /** Credits of the step. */
  @ApiProperty({ description: 'Credits of the step.', type: 'string', format: 'decimal', example: '5.000000' })
  @IsAmount({ positive: true })
  credits!: string;

  /** Days after which the credits expire. */
  @ApiProperty({
    description: 'Days after which the credits expire.',
    type: 'integer',
    minimum: 1,
    maximum: 3650,
    example: 30,
  })
  @IsWholeNumber({ min: 1, max: 3650 })
  expires_days!: number;

  /** When the step was set. */
  @ApiProperty({ description: 'When the step was set.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** A new user who can still get the credits of steps. */
export class WelcomeRow {
  /** The user. */
  @ApiProperty({ description: 'The user.', type: 'string', maxLength: 255 })
  @IsUserId()
  user_id!: string;

  /** Source that the registration named; * if it named none. */
  @ApiProperty({
    description: 'Source that the registration named; * if it named none.',
    type: 'string',
    maxLength: 64,
    example: 'newsletter',
  })
  @IsText({ max_length: 64 })
  source!: string;

  /** When the user was registered. */
  @ApiProperty({ description: 'When the user was registered.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  started_at!: Date;

  /** When nothing more could be got: all steps are done, or 30 days have passed. Null before. */
  @ApiProperty({
    description: 'When nothing more could be got: all steps are done, or 30 days have passed. Null before.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  ended_at!: Date | null;

  /** When the platform said that the user's profile is complete; null before. */
  @ApiProperty({
    description: "When the platform said that the user's profile is complete; null before.",
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  profile_completed_at!: Date | null;
}

/** A gift to a new user. Of what gift checks withheld, the rest is given as soon as they allow it. */
export class WelcomeGiftRow {
  /** The user; the pseudonym after an erasure. */
  @ApiProperty({ description: 'The user; the pseudonym after an erasure.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** What the gift is for. */
  @ApiProperty({ description: 'What the gift is for.', enum: gift_occasion, enumName: 'gift_occasion' })
  @IsEnum(gift_occasion)
  on!: gift_occasion;

  /** Credits of the whole gift. */
  @ApiProperty({ description: 'Credits of the whole gift.', type: 'string', format: 'decimal' })
  @IsAmount({ min: '0' })
  credits!: string;

  /** Credits of it that were given. */
  @ApiProperty({ description: 'Credits of it that were given.', type: 'string', format: 'decimal' })
  @IsAmount({ min: '0' })
  given!: string;

  /** Days after which credits of the gift expire; null if they do not. */
  @ApiProperty({
    description: 'Days after which credits of the gift expire; null if they do not.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  expires_days!: number | null;

  /** Ledger line that gave the latest credits; null if the opening of the account gave them, or if nothing was given. */
  @ApiProperty({
    description:
      'Ledger line that gave the latest credits; null if the opening of the account gave them, or if nothing was given.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  transaction_id!: string | null;

  /** When the gift was decided. */
  @ApiProperty({ description: 'When the gift was decided.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  given_at!: Date;
}

/** Something that tells whether several accounts belong to one person, as a keyed digest. The value itself is not stored. */
export class AbuseSignalRow {
  /** What it is. */
  @ApiProperty({ description: 'What it is.', enum: signal_kind, enumName: 'signal_kind' })
  @IsEnum(signal_kind)
  kind!: signal_kind;

  /** HMAC-SHA256 of the value under a key of ENCRYPTION_KEYS; one row for each key. */
  @ApiProperty({
    description: 'HMAC-SHA256 of the value under a key of ENCRYPTION_KEYS; one row for each key.',
    type: 'string',
    minLength: 64,
    maxLength: 64,
  })
  @IsText({ min_length: 64, max_length: 64 })
  digest!: string;

  /** Account that it belongs to; the pseudonym after an erasure. */
  @ApiProperty({
    description: 'Account that it belongs to; the pseudonym after an erasure.',
    type: 'string',
    maxLength: 255,
  })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Whether it is known to be the user's own: an address that was verified. */
  @ApiProperty({
    description: "Whether it is known to be the user's own: an address that was verified.",
    type: 'boolean',
  })
  @IsBoolean()
  is_verified!: boolean;

  /** Class of the domain of an e-mail address; null for other kinds. */
  @ApiProperty({
    description: 'Class of the domain of an e-mail address; null for other kinds.',
    enum: mail_class,
    enumName: 'mail_class',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsEnum(mail_class)
  mail_class!: mail_class | null;

  /** When it was seen first. */
  @ApiProperty({ description: 'When it was seen first.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  seen_at!: Date;
}

/** Terms on which users get credits for inviting others. Without the row nobody does. */
export class ReferralProgramRow {
  /** Always 1: there is one program. */
  @ApiProperty({
    description: 'Always 1: there is one program.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  id!: number;

  /** Credits for the user who invited. */
  @ApiProperty({
    description: 'Credits for the user who invited.',
    type: 'string',
    format: 'decimal',
    example: '10.000000',
  })
  @IsAmount({ positive: true })
  reward!: string;

  /** Credits for the invited user, given together with the reward. */
  @ApiProperty({
    description: 'Credits for the invited user, given together with the reward.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  @IsAmount({ min: '0' })
  referred_credits!: string;

  /** What the invited user must have paid, USD, less refunds and disputes. */
  @ApiProperty({
    description: 'What the invited user must have paid, USD, less refunds and disputes.',
    type: 'string',
    format: 'decimal',
    example: '10.000000',
  })
  @IsAmount({ positive: true })
  min_paid!: string;

  /** Days that a payment must be old to count. */
  @ApiProperty({
    description: 'Days that a payment must be old to count.',
    type: 'integer',
    minimum: 0,
    maximum: 180,
    example: 14,
  })
  @IsWholeNumber({ min: 0, max: 180 })
  refund_days!: number;

  /** Days after opening in which an account can redeem a code; 0 ends the invitations, and pending rewards are still given. */
  @ApiProperty({
    description:
      'Days after opening in which an account can redeem a code; 0 ends the invitations, and pending rewards are still given.',
    type: 'integer',
    minimum: 0,
    maximum: 365,
    example: 30,
  })
  @IsWholeNumber({ min: 0, max: 365 })
  redeem_days!: number;

  /** Rewards that a user can get in 30 days; further ones wait. */
  @ApiProperty({
    description: 'Rewards that a user can get in 30 days; further ones wait.',
    type: 'integer',
    minimum: 1,
    maximum: 10000,
    example: 10,
  })
  @IsWholeNumber({ min: 1, max: 10000 })
  max_rewards_per_30_days!: number;

  /** Rewards that a user can get in all; further ones are refused. */
  @ApiProperty({
    description: 'Rewards that a user can get in all; further ones are refused.',
    type: 'integer',
    minimum: 1,
    maximum: 100000,
    example: 100,
  })
  @IsWholeNumber({ min: 1, max: 100000 })
  max_rewards!: number;

  /** Days after which the credits expire. */
  @ApiProperty({
    description: 'Days after which the credits expire.',
    type: 'integer',
    minimum: 1,
    maximum: 3650,
    example: 365,
  })
  @IsWholeNumber({ min: 1, max: 3650 })
  expires_days!: number;

  /** Page of the platform where new users sign up, with {code} in it; null for the dashboard. */
  @ApiProperty({
    description:
      'Page of the platform where new users sign up, with {code} in it; null for the dashboard. Written as a URL that contains {code}.',
    type: 'string',
    maxLength: 500,
    pattern: '^https?://[^\\s]{1,400}\\{code\\}[^\\s]{0,80}$',
    nullable: true,
    example: 'https://app.example.com/sign-up?ref={code}',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  @Matches(/^https?:\/\/[^\s]{1,400}\{code\}[^\s]{0,80}$/, {
    message: '$property must be a URL that contains {code}, for example https://app.example.com/sign-up?ref={code}',
  })
  sign_up_url!: string | null;

  /** When the terms were set. */
  @ApiProperty({ description: 'When the terms were set.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** Code with which a user invites others. */
export class ReferralCodeRow {
  /** The code. */
  @ApiProperty({
    description: 'The code. Written as 10 capital letters and digits, without 0, 1, I, L and O.',
    type: 'string',
    maxLength: 10,
    pattern: '^[A-HJKMNP-Z2-9]{10}$',
    example: 'K7MWXQ3HTB',
  })
  @IsText({ max_length: 10 })
  @Matches(/^[A-HJKMNP-Z2-9]{10}$/, {
    message: '$property must be 10 capital letters and digits, without 0, 1, I, L and O, for example K7MWXQ3HTB',
  })
  code!: string;

  /** User who invites with it. */
  @ApiProperty({ description: 'User who invites with it.', type: 'string', maxLength: 255 })
  @IsUserId()
  user_id!: string;

  /** When the code was made. */
  @ApiProperty({ description: 'When the code was made.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** An account that redeemed the code of another user. An account redeems one code. */
export class ReferralRow {
  /** UUIDv7 of the referral. */
  @ApiProperty({ description: 'UUIDv7 of the referral.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** User who redeemed the code. */
  @ApiProperty({ description: 'User who redeemed the code.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsUserId()
  user_id!: string;

  /** User whose code it was. */
  @ApiProperty({ description: 'User whose code it was.', type: 'string', maxLength: 255, example: 'user-7' })
  @IsUserId()
  referrer_id!: string;

  /** State of the referral. */
  @ApiProperty({ description: 'State of the referral.', enum: referral_state, enumName: 'referral_state' })
  @IsEnum(referral_state)
  state!: referral_state;

  /** Why it was refused or taken back; null otherwise. */
  @ApiProperty({
    description: 'Why it was refused or taken back; null otherwise.',
    type: 'string',
    maxLength: 64,
    nullable: true,
    example: 'shared_card',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  reason!: string | null;

  /** Credits promised to the user who invited. */
  @ApiProperty({
    description: 'Credits promised to the user who invited.',
    type: 'string',
    format: 'decimal',
    example: '10.000000',
  })
  @IsAmount({ positive: true })
  reward!: string;

  /** Credits promised to the invited user. */
  @ApiProperty({
    description: 'Credits promised to the invited user.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  @IsAmount({ min: '0' })
  referred_credits!: string;

  /** What the invited user must have paid, USD. */
  @ApiProperty({
    description: 'What the invited user must have paid, USD.',
    type: 'string',
    format: 'decimal',
    example: '10.000000',
  })
  @IsAmount({ positive: true })
  min_paid!: string;

  /** Ledger line of the reward; null before it is given. */
  @ApiProperty({
    description: 'Ledger line of the reward; null before it is given.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  transaction_id!: string | null;

  /** Ledger line of the credits of the invited user; null if there is none. */
  @ApiProperty({
    description: 'Ledger line of the credits of the invited user; null if there is none.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  referred_transaction_id!: string | null;

  /** When the code was redeemed. */
  @ApiProperty({ description: 'When the code was redeemed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the reward was given; null before. */
  @ApiProperty({
    description: 'When the reward was given; null before.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  rewarded_at!: Date | null;

  /** When it was refused or taken back; null otherwise. */
  @ApiProperty({
    description: 'When it was refused or taken back; null otherwise.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  closed_at!: Date | null;
}

/** A comparison of what new users get. Its terms never change once it has begun; it can only be stopped. */
export class ExperimentRow {
  /** Key of the experiment. It decides who gets which arm. */
  @ApiProperty({
    description:
      'Key of the experiment. It decides who gets which arm. Written as 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit.',
    type: 'string',
    maxLength: 64,
    pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
    example: 'trial-size-2027',
  })
  @IsText({ max_length: 64 })
  @Matches(/^[a-z0-9][a-z0-9._-]{0,63}$/, {
    message:
      '$property must be 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit, for example trial-size-2027',
  })
  key!: string;

  /** What is compared: `activated` (a successful call), `converted` (a payment), or `revenue` (USD paid, less what was refunded or disputed). */
  @ApiProperty({
    description:
      'What is compared: `activated` (a successful call), `converted` (a payment), or `revenue` (USD paid, less what was refunded or disputed).',
    enum: experiment_metric,
    enumName: 'experiment_metric',
  })
  @IsEnum(experiment_metric)
  metric!: experiment_metric;

  /** The arms; the others are compared with the first. */
  @ApiProperty({ description: 'The arms; the others are compared with the first.', type: 'array', items: {} })
  @IsMetadata({ array: true })
  arms!: unknown[];

  /** From when on new accounts take part. */
  @ApiProperty({
    description: 'From when on new accounts take part.',
    type: 'string',
    format: 'date-time',
    example: '2027-01-01T00:00:00Z',
  })
  @IsTimestamp()
  from!: Date;

  /** Until when new accounts take part. */
  @ApiProperty({
    description: 'Until when new accounts take part.',
    type: 'string',
    format: 'date-time',
    example: '2027-03-01T00:00:00Z',
  })
  @IsTimestamp()
  to!: Date;

  /** Days after the opening of an account in which its calls and payments count. */
  @ApiProperty({
    description: 'Days after the opening of an account in which its calls and payments count.',
    type: 'integer',
    minimum: 1,
    maximum: 90,
    example: 14,
  })
  @IsWholeNumber({ min: 1, max: 90 })
  window_days!: number;

  /** Accounts of each arm that are compared: the first ones, once their windows are over. */
  @ApiProperty({
    description: 'Accounts of each arm that are compared: the first ones, once their windows are over.',
    type: 'integer',
    minimum: 30,
    maximum: 1000000,
  })
  @IsWholeNumber({ min: 30, max: 1000000 })
  arm_size!: number;

  /** Expected share of the first arm, percent; null if `arm_size` was given. */
  @ApiProperty({
    description: 'Expected share of the first arm, percent; null if `arm_size` was given.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '10',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0.1', max: '99.9' })
  baseline!: string | null;

  /** Smallest difference to be found, percentage points; null if `arm_size` was given. */
  @ApiProperty({
    description: 'Smallest difference to be found, percentage points; null if `arm_size` was given.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '5',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0.1', max: '99.9' })
  smallest_difference!: string | null;

  /** When an admin stopped the experiment; null if nobody did. */
  @ApiProperty({
    description: 'When an admin stopped the experiment; null if nobody did.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  stopped_at!: Date | null;

  /** Who created the experiment. */
  @ApiProperty({ description: 'Who created the experiment.', type: 'string', maxLength: 255, example: 'admin-1' })
  @IsText({ max_length: 255 })
  created_by!: string;

  /** When the experiment was created. */
  @ApiProperty({ description: 'When the experiment was created.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** The arm of an account, fixed when the account is opened. */
export class ExperimentAssignmentRow {
  /** The user. */
  @ApiProperty({ description: 'The user.', type: 'string', maxLength: 255 })
  @IsUserId()
  user_id!: string;

  /** Key of the experiment. */
  @ApiProperty({ description: 'Key of the experiment.', type: 'string', maxLength: 64 })
  @IsText({ max_length: 64 })
  experiment!: string;

  /** Name of the arm. */
  @ApiProperty({ description: 'Name of the arm.', type: 'string', maxLength: 64 })
  @IsText({ max_length: 64 })
  arm!: string;

  /** When the account was opened. */
  @ApiProperty({ description: 'When the account was opened.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  assigned_at!: Date;
}

/** How the service learned of a new user. Accounts without a row were opened by their first use. */
export class OpeningRow {
  /** The user. */
  @ApiProperty({ description: 'The user.', type: 'string', maxLength: 255 })
  @IsUserId()
  user_id!: string;

  /** Who told. */
  @ApiProperty({ description: 'Who told.', enum: opening_layer, enumName: 'opening_layer' })
  @IsEnum(opening_layer)
  layer!: opening_layer;

  /** Source that the registration named; * if it named none. */
  @ApiProperty({
    description: 'Source that the registration named; * if it named none.',
    type: 'string',
    maxLength: 64,
  })
  @IsText({ max_length: 64 })
  source!: string;

  /** What came of it. */
  @ApiProperty({ description: 'What came of it.', enum: opening_result, enumName: 'opening_result' })
  @IsEnum(opening_result)
  result!: opening_result;

  /** When it was told. */
  @ApiProperty({ description: 'When it was told.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  recorded_at!: Date;
}

/** How much of gifts an account gets. Only accounts that were checked have a row. */
export class GiftCheckRow {
  /** The account. */
  @ApiProperty({ description: 'The account.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsUserId()
  user_id!: string;

  /** Part of gifts that the account gets: 1, 0.5, 0.1 or 0. */
  @ApiProperty({
    description: 'Part of gifts that the account gets: 1, 0.5, 0.1 or 0.',
    type: 'string',
    format: 'decimal',
    example: '0.500000',
  })
  @IsAmount({ min: '0', max: '1' })
  trial_factor!: string;

  /** Whether an administrator should look at it, or has decided. */
  @ApiProperty({
    description: 'Whether an administrator should look at it, or has decided.',
    enum: gift_review_state,
    enumName: 'gift_review_state',
  })
  @IsEnum(gift_review_state)
  state!: gift_review_state;

  /** Why the account gets that much. */
  @ApiProperty({
    description: 'Why the account gets that much.',
    type: 'array',
    items: { type: 'string', minLength: 1 },
    maxItems: 12,
    example: ['email_unverified'],
  })
  @IsArray()
  @ArrayMaxSize(12)
  @IsText({ min_length: 1 }, { each: true })
  reasons!: string[];

  /** When an administrator decided, or a payment cleared the account for good; null before. */
  @ApiProperty({
    description: 'When an administrator decided, or a payment cleared the account for good; null before.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  decided_at!: Date | null;

  /** Administrator who decided; null if nobody did. */
  @ApiProperty({
    description: 'Administrator who decided; null if nobody did.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'admin-1',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  decided_by!: string | null;

  /** When the account was checked last. */
  @ApiProperty({ description: 'When the account was checked last.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  checked_at!: Date;
}

/** Whether gifts to new users are checked. There is at most one row. */
export class GiftCheckSettingRow {
  /** Always true. */
  @ApiProperty({ description: 'Always true.', type: 'boolean' })
  @IsBoolean()
  id!: boolean;

  /** Whether gifts to new users are checked. */
  @ApiProperty({ description: 'Whether gifts to new users are checked.', type: 'boolean', example: true })
  @IsBoolean()
  is_on!: boolean;

  /** When it was set. */
  @ApiProperty({ description: 'When it was set.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** Row class of each table. */
export const ROWS = {
  tiers: TierRow,
  user_credits: UserCreditsRow,
  account_erasures: AccountErasureRow,
  credit_transactions: CreditTransactionRow,
  credit_grants: CreditGrantRow,
  credit_holds: CreditHoldRow,
  idempotency_keys: IdempotencyKeyRow,
  call_answers: CallAnswerRow,
  budgets: BudgetRow,
  events: EventRow,
  event_counters: EventCounterRow,
  event_positions: EventPositionRow,
  webhook_endpoints: WebhookEndpointRow,
  webhook_deliveries: WebhookDeliveryRow,
  webhook_queues: WebhookQueueRow,
  portal_sessions: PortalSessionRow,
  api_keys: ApiKeyRow,
  api_key_models: ApiKeyModelRow,
  rate_counters: RateCounterRow,
  organizations: OrganizationRow,
  organization_members: OrganizationMemberRow,
  organization_invitations: OrganizationInvitationRow,
  cost_centers: CostCenterRow,
  audit_logs: AuditLogRow,
  usage_events: UsageEventRow,
  usage_event_names: UsageEventNameRow,
  litellm_rejected_logs: LitellmRejectedLogRow,
  usage_daily: UsageDailyRow,
  usage_by_hour: UsageByHourRow,
  usage_sessions: UsageSessionRow,
  usage_rollups: UsageRollupRow,
  usage_hourly: UsageHourlyRow,
  usage_by_attribution: UsageByAttributionRow,
  hourly_rollups: HourlyRollupRow,
  model_prices: ModelPriceRow,
  price_withdrawals: PriceWithdrawalRow,
  service_tier_multipliers: ServiceTierMultiplierRow,
  model_equivalents: ModelEquivalentRow,
  dismissed_recommendations: DismissedRecommendationRow,
  catalogue_revisions: CatalogueRevisionRow,
  markup_rules: MarkupRuleRow,
  credit_packages: CreditPackageRow,
  payment_customers: PaymentCustomerRow,
  payments: PaymentRow,
  payment_refunds: PaymentRefundRow,
  payment_disputes: PaymentDisputeRow,
  subscriptions: SubscriptionRow,
  payment_events: PaymentEventRow,
  auto_topups: AutoTopupRow,
  coupon_codes: CouponCodeRow,
  coupon_redemptions: CouponRedemptionRow,
  coupon_attempts: CouponAttemptRow,
  openrouter_key_tries: OpenrouterKeyTryRow,
  account_discounts: AccountDiscountRow,
  openrouter_accounts: OpenrouterAccountRow,
  openrouter_readings: OpenrouterReadingRow,
  contacts: ContactRow,
  notifications: NotificationRow,
  notification_alerts: NotificationAlertRow,
  mails: MailRow,
  operator_messages: OperatorMessageRow,
  scheduled_grants: ScheduledGrantRow,
  scheduled_grant_runs: ScheduledGrantRunRow,
  credit_imports: CreditImportRow,
  credit_import_lines: CreditImportLineRow,
  welcome_steps: WelcomeStepRow,
  welcomes: WelcomeRow,
  welcome_gifts: WelcomeGiftRow,
  abuse_signals: AbuseSignalRow,
  referral_programs: ReferralProgramRow,
  referral_codes: ReferralCodeRow,
  referrals: ReferralRow,
  experiments: ExperimentRow,
  experiment_assignments: ExperimentAssignmentRow,
  openings: OpeningRow,
  gift_checks: GiftCheckRow,
  gift_check_settings: GiftCheckSettingRow,
} as const;

/** Columns that are in no answer (`@private` in the schema). */
export const PRIVATE_COLUMNS: Readonly<Record<keyof typeof ROWS, readonly string[]>> = {
  tiers: [],
  user_credits: [
    'capped',
    'plan_used',
    'monthly_cap_is_set',
    'next_terms',
    'due_at',
    'has_budgets',
    'credit_level',
    'alert_below',
  ],
  account_erasures: ['user_id', 'fingerprint', 'created_at'],
  credit_transactions: ['refund_of', 'hold_id', 'actor', 'request_id'],
  credit_grants: ['expiry_told_for'],
  credit_holds: ['work_id', 'work_progress', 'lease_until', 'actor'],
  idempotency_keys: ['user_id', 'idempotency_key', 'request_hash', 'resource_id', 'paid_by', 'created_at'],
  call_answers: ['user_id', 'hold_id', 'content_type', 'sealed_answer', 'created_at'],
  budgets: ['limit_amount', 'window_kind', 'alert_at', 'reported_threshold', 'is_exceeded', 'created_by'],
  events: ['position'],
  event_counters: ['user_id', 'last_sequence', 'last_at'],
  event_positions: ['name', 'position'],
  webhook_endpoints: ['encrypted_headers', 'encrypted_secret', 'encrypted_previous_secret', 'failing_reported_at'],
  webhook_deliveries: [],
  webhook_queues: ['endpoint_id', 'user_id', 'due_at', 'lease_id'],
  portal_sessions: ['token_hash'],
  api_keys: ['key_hash', 'hash_alg', 'previous_hash', 'previous_hash_alg', 'changed_at', 'expiry_told_at'],
  api_key_models: ['user_id', 'api_key_id', 'model', 'first_used_at', 'allowed_burn'],
  rate_counters: ['subject', 'minute_at', 'requests', 'tokens'],
  organizations: ['user_id', 'created_by', 'closed_at'],
  organization_members: ['member_id', 'created_by', 'changed_at'],
  organization_invitations: ['user_id', 'token_hash'],
  cost_centers: ['user_id'],
  audit_logs: [],
  usage_events: [
    'content_hash',
    'price_id',
    'markup_rule_id',
    'markup_rate',
    'price_multiplier',
    'unread_usage',
    'recorded_xid',
  ],
  usage_event_names: ['user_id', 'digest', 'event_id', 'paid_by'],
  litellm_rejected_logs: ['log_hash'],
  usage_daily: [
    'user_id',
    'day',
    'service',
    'model',
    'event_count',
    'free_events',
    'failed_events',
    'tokens_used',
    'free_tokens',
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_write_tokens',
    'cache_write_1h_tokens',
    'reasoning_tokens',
    'audio_input_tokens',
    'audio_cache_read_tokens',
    'audio_output_tokens',
    'image_tokens',
    'image_output_tokens',
    'provider_cost',
    'platform_markup',
    'total_cost',
    'charged_cost',
    'cache_savings',
    'timed_events',
    'duration_seconds',
  ],
  usage_by_hour: [
    'user_id',
    'hour',
    'service',
    'model',
    'event_count',
    'free_events',
    'failed_events',
    'tokens_used',
    'free_tokens',
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_write_tokens',
    'cache_write_1h_tokens',
    'reasoning_tokens',
    'audio_input_tokens',
    'audio_cache_read_tokens',
    'audio_output_tokens',
    'image_tokens',
    'image_output_tokens',
    'provider_cost',
    'platform_markup',
    'total_cost',
    'charged_cost',
    'cache_savings',
    'timed_events',
    'duration_seconds',
  ],
  usage_sessions: ['user_id', 'day', 'session_id'],
  usage_rollups: ['name', 'watermark', 'complete_to', 'tail_id', 'noted_id', 'noted_xid', 'updated_at'],
  usage_hourly: ['user_id', 'hour', 'service', 'model', 'has_usage'],
  usage_by_attribution: [
    'user_id',
    'dimension',
    'hour',
    'value',
    'service',
    'model',
    'has_usage',
    'charges',
    'credits',
    'cache_savings',
    'event_count',
    'failed_events',
    'tokens_used',
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_write_tokens',
    'cache_write_1h_tokens',
    'reasoning_tokens',
    'audio_input_tokens',
    'audio_cache_read_tokens',
    'audio_output_tokens',
    'image_tokens',
    'image_output_tokens',
  ],
  hourly_rollups: [
    'name',
    'event_watermark',
    'tail_id',
    'noted_id',
    'noted_xid',
    'ledger_until',
    'horizon_at',
    'horizon_xid',
    'updated_at',
  ],
  model_prices: [],
  price_withdrawals: ['price_id'],
  service_tier_multipliers: [],
  model_equivalents: [],
  dismissed_recommendations: ['user_id', 'recommendation_id', 'dismissed_at'],
  catalogue_revisions: ['id', 'revision'],
  markup_rules: [],
  credit_packages: [],
  payment_customers: ['user_id', 'customer_id', 'created_at'],
  payments: [
    'charged',
    'charged_currency',
    'terms',
    'session_id',
    'payment_intent_id',
    'invoice_id',
    'subscription_id',
  ],
  payment_refunds: ['user_id', 'payment_id'],
  payment_disputes: ['user_id', 'payment_id', 'told_at'],
  subscriptions: ['subscription_id', 'terms', 'paid_terms', 'told_at', 'sync_at', 'version'],
  payment_events: ['facts'],
  auto_topups: ['next_try_at'],
  coupon_codes: ['id'],
  coupon_redemptions: ['user_id', 'transaction_id', 'metadata'],
  coupon_attempts: ['user_id', 'id', 'attempted_at'],
  openrouter_key_tries: ['user_id', 'id', 'attempted_at'],
  account_discounts: ['expiry_told_for'],
  openrouter_accounts: ['encrypted_key'],
  openrouter_readings: ['id', 'total_usage', 'read_at'],
  contacts: ['user_id', 'pending_hash', 'muted_mails', 'muted_inbox', 'changed_at'],
  notifications: ['user_id', 'cause', 'in_inbox'],
  notification_alerts: ['user_id', 'name', 'told_at', 'ended_at'],
  mails: ['facts', 'sealed_path', 'next_try_at'],
  operator_messages: ['id', 'cause', 'text', 'state', 'attempts', 'next_try_at', 'error', 'created_at'],
  scheduled_grants: ['idempotency_key', 'request_hash'],
  scheduled_grant_runs: ['cursor'],
  credit_imports: [],
  credit_import_lines: ['import_id'],
  welcome_steps: [],
  welcomes: ['user_id', 'ended_at', 'profile_completed_at'],
  welcome_gifts: ['user_id', 'on', 'credits', 'given', 'expires_days', 'transaction_id', 'given_at'],
  abuse_signals: ['kind', 'digest', 'user_id', 'is_verified', 'mail_class', 'seen_at'],
  referral_programs: ['id'],
  referral_codes: ['user_id', 'created_at'],
  referrals: [],
  experiments: [],
  experiment_assignments: ['user_id', 'experiment', 'arm', 'assigned_at'],
  openings: ['user_id', 'layer', 'source', 'result', 'recorded_at'],
  gift_checks: [],
  gift_check_settings: ['id'],
};

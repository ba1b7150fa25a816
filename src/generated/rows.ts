// Generated from prisma/schema.prisma by `npm run generate`. Do not edit.
import { ApiProperty } from '@nestjs/swagger';
import { IsArray, IsBoolean, IsEnum, IsUUID, Matches, ValidateIf } from 'class-validator';
import { IsUserId } from '../platform/user-id.js';
import { IsAmount, IsMetadata, IsText, IsTimestamp, IsWholeNumber } from '../platform/wire-decorators.js';
import {
  transaction_type,
  account_status,
  grant_source,
  hold_status,
  audit_result,
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
  litellm_rejection,
  litellm_rejected_status,
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

  /** Name shown to people. */
  @ApiProperty({ description: 'Name shown to people.', type: 'string', maxLength: 100, example: 'Starter' })
  @IsText({ max_length: 100 })
  name!: string;

  /** List price of one month, USD. */
  @ApiProperty({
    description: 'List price of one month, USD.',
    type: 'string',
    format: 'decimal',
    example: '19.000000',
  })
  @IsAmount({ min: '0' })
  price_monthly!: string;

  /** Credits granted for each period of 30 days. */
  @ApiProperty({
    description: 'Credits granted for each period of 30 days.',
    type: 'string',
    format: 'decimal',
    example: '20.000000',
  })
  @IsAmount({ min: '0' })
  credits_monthly!: string;

  /** Most plan credits that may burn in one period; null is unlimited. */
  @ApiProperty({
    description: 'Most plan credits that may burn in one period; null is unlimited.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '20.000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  monthly_cap!: string | null;

  /** Flat price of 1,000 tokens, charged while a model's own price is unknown. */
  @ApiProperty({
    description: "Flat price of 1,000 tokens, charged while a model's own price is unknown.",
    type: 'string',
    format: 'decimal',
    example: '0.002000',
  })
  @IsAmount({ min: '0' })
  cost_per_1k_tokens!: string;

  /** Most unspent plan credits that survive a renewal. */
  @ApiProperty({
    description: 'Most unspent plan credits that survive a renewal.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount({ min: '0' })
  rollover_max!: string;

  /** Whether a new plan grant is booked every period. */
  @ApiProperty({ description: 'Whether a new plan grant is booked every period.', type: 'boolean', example: true })
  @IsBoolean()
  renews!: boolean;

  /** Whether the plan is shown in the public comparison. */
  @ApiProperty({ description: 'Whether the plan is shown in the public comparison.', type: 'boolean' })
  @IsBoolean()
  is_public!: boolean;

  /** Place in lists, cheapest first; a switch to a higher place is an upgrade. */
  @ApiProperty({
    description: 'Place in lists, cheapest first; a switch to a higher place is an upgrade.',
    type: 'integer',
    minimum: 0,
    maximum: 1000,
    example: 2,
  })
  @IsWholeNumber({ min: 0, max: 1000 })
  rank!: number;

  /** Most metered calls a day; null is unlimited. */
  @ApiProperty({
    description: 'Most metered calls a day; null is unlimited.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
    nullable: true,
    example: 100,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 0, max: 2147483647 })
  calls_per_day!: number | null;

  /** Most metered calls a period; null is unlimited. */
  @ApiProperty({
    description: 'Most metered calls a period; null is unlimited.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
    nullable: true,
    example: 1000,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 0, max: 2147483647 })
  calls_per_month!: number | null;

  /** Most calls of free models a day; null is unlimited. They do not count as metered calls. */
  @ApiProperty({
    description: 'Most calls of free models a day; null is unlimited. They do not count as metered calls.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
    nullable: true,
    example: 50,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 0, max: 2147483647 })
  free_calls_per_day!: number | null;

  /** Models that calls may name: ids, beginnings of ids that end in *, and class:free, class:budget, class:standard or class:premium; empty is every model. */
  @ApiProperty({
    description:
      'Models that calls may name: ids, beginnings of ids that end in *, and class:free, class:budget, class:standard or class:premium; empty is every model.',
    type: 'array',
    items: { type: 'string' },
  })
  @IsArray()
  @IsText({}, { each: true })
  allowed_models!: string[];

  /** What the plan offers, one line each. */
  @ApiProperty({ description: 'What the plan offers, one line each.', type: 'array', items: { type: 'string' } })
  @IsArray()
  @IsText({}, { each: true })
  features!: string[];

  /** When the plan was made. */
  @ApiProperty({ description: 'When the plan was made.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the plan was last edited. */
  @ApiProperty({ description: 'When the plan was last edited.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** One credit account per user. The row is the lock of everything that belongs to the account. */
export class UserCreditsRow {
  /** The platform's id of the user. */
  @ApiProperty({
    description:
      "The platform's id of the user. Written as 1 to 255 characters, without control characters or spaces at either end.",
    type: 'string',
    maxLength: 255,
    pattern: '^[^\\x00-\\x20\\x7F]([^\\x00-\\x1F\\x7F]*[^\\x00-\\x20\\x7F])?$',
    example: 'user-42',
  })
  @IsUserId()
  user_id!: string;

  /** Credits on the account, held ones included; never below zero. */
  @ApiProperty({
    description: 'Credits on the account, held ones included; never below zero.',
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

  /** Credits that finished work cost beyond the balance; the next grant pays them first. */
  @ApiProperty({
    description: 'Credits that finished work cost beyond the balance; the next grant pays them first.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  debt!: string;

  /** Plan credits in the balance that the monthly cap keeps from burning in this period. */
  @ApiProperty({
    description: 'Plan credits in the balance that the monthly cap keeps from burning in this period.',
    type: 'string',
    format: 'decimal',
  })
  @IsAmount()
  capped!: string;

  /** Plan credits burned in this period, as far as burns are attributed to grants. */
  @ApiProperty({
    description: 'Plan credits burned in this period, as far as burns are attributed to grants.',
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

  /** Plan or trial credits given for this period. */
  @ApiProperty({
    description: 'Plan or trial credits given for this period.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  @IsAmount()
  allocated_monthly!: string;

  /** Credits given on top of the plan so far as bonus, coupon or referral. */
  @ApiProperty({
    description: 'Credits given on top of the plan so far as bonus, coupon or referral.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  bonus_credits!: string;

  /** What the charged free work of this period would have cost at list price; work that was only recorded is left out. */
  @ApiProperty({
    description:
      'What the charged free work of this period would have cost at list price; work that was only recorded is left out.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  free_tier_used!: string;

  /** Most plan credits that may burn in a period; null is unlimited. */
  @ApiProperty({
    description: 'Most plan credits that may burn in a period; null is unlimited.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '5.000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  monthly_cap!: string | null;

  /** Whether an admin set the cap; then renewals and switches leave it. */
  @ApiProperty({ description: 'Whether an admin set the cap; then renewals and switches leave it.', type: 'boolean' })
  @IsBoolean()
  monthly_cap_is_set!: boolean;

  /** Code of the plan. */
  @ApiProperty({ description: 'Code of the plan.', type: 'string', maxLength: 64, example: 'trial' })
  @IsText({ max_length: 64 })
  tier!: string;

  /** Plan that takes over at reset_date; null when none is scheduled. */
  @ApiProperty({
    description: 'Plan that takes over at reset_date; null when none is scheduled.',
    type: 'string',
    maxLength: 64,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  next_tier!: string | null;

  /** When the running period began; null in the first one, which work of any age counts to. */
  @ApiProperty({
    description: 'When the running period began; null in the first one, which work of any age counts to.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  period_start!: Date | null;

  /** End of the current period of 30 days. */
  @ApiProperty({ description: 'End of the current period of 30 days.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  reset_date!: Date;

  /** Until when the plan is paid; null: it renews, or stays, without a payment. */
  @ApiProperty({
    description: 'Until when the plan is paid; null: it renews, or stays, without a payment.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  paid_until!: Date | null;

  /** What the next period gives, when it was paid before it begins. */
  @ApiProperty({
    description: 'What the next period gives, when it was paid before it begins.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsMetadata()
  next_terms!: Record<string, unknown> | null;

  /** Soonest instant at which a renewal, a grant's expiry or a hold's expiry must be booked before any charge. */
  @ApiProperty({
    description:
      "Soonest instant at which a renewal, a grant's expiry or a hold's expiry must be booked before any charge.",
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  due_at!: Date;

  /** Whether the account may spend. Finished work is charged whatever it is. */
  @ApiProperty({
    description: 'Whether the account may spend. Finished work is charged whatever it is.',
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

  /** When the status last changed; null while it never did. */
  @ApiProperty({
    description: 'When the status last changed; null while it never did.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  status_changed_at!: Date | null;

  /** Account that took over everything of this one; null unless it was moved. */
  @ApiProperty({
    description: 'Account that took over everything of this one; null unless it was moved.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'user-43',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  moved_to!: string | null;

  /** Instant of the newest change; strictly rising, ledger ids are made from it. */
  @ApiProperty({
    description: 'Instant of the newest change; strictly rising, ledger ids are made from it.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  last_updated!: Date;

  /** When the account was opened. */
  @ApiProperty({ description: 'When the account was opened.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** Most metered calls a day of UTC, as the plan had it when the period began; null is unlimited. */
  @ApiProperty({
    description: 'Most metered calls a day of UTC, as the plan had it when the period began; null is unlimited.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  calls_per_day!: number | null;

  /** Most metered calls of this period, as the plan had it when the period began; null is unlimited. */
  @ApiProperty({
    description: 'Most metered calls of this period, as the plan had it when the period began; null is unlimited.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  calls_per_month!: number | null;

  /** Metered calls of the day of UTC that ends at calls_reset_at. */
  @ApiProperty({
    description: 'Metered calls of the day of UTC that ends at calls_reset_at.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  calls_today!: number;

  /** Metered calls of this period. */
  @ApiProperty({
    description: 'Metered calls of this period.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  calls_this_period!: number;

  /** Midnight of UTC at which calls_today and free_calls_today begin anew. */
  @ApiProperty({
    description: 'Midnight of UTC at which calls_today and free_calls_today begin anew.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  calls_reset_at!: Date;

  /** Most calls of free models a day of UTC, as the plan had it when the period began; null is unlimited. */
  @ApiProperty({
    description: 'Most calls of free models a day of UTC, as the plan had it when the period began; null is unlimited.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  free_calls_per_day!: number | null;

  /** Calls of free models on the day of UTC that ends at calls_reset_at. */
  @ApiProperty({
    description: 'Calls of free models on the day of UTC that ends at calls_reset_at.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  free_calls_today!: number;
}

/** An account whose owner was erased. Its ledger goes on under a pseudonym; nothing here leads back to the owner's id. */
export class AccountErasureRow {
  /** Pseudonym of the account. */
  @ApiProperty({ description: 'Pseudonym of the account.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Keyed digest of the id that it had, so that a user who comes back gets no second trial; null without a key. */
  @ApiProperty({
    description:
      'Keyed digest of the id that it had, so that a user who comes back gets no second trial; null without a key.',
    type: 'string',
    minLength: 64,
    maxLength: 64,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ min_length: 64, max_length: 64 })
  fingerprint!: string | null;

  /** When it was erased. */
  @ApiProperty({ description: 'When it was erased.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** The append-only ledger: a correction is a new line, no line is ever changed or deleted. */
export class CreditTransactionRow {
  /** UUIDv7 made by the database under the account's lock: ids of an account rise in posting order. */
  @ApiProperty({
    description: "UUIDv7 made by the database under the account's lock: ids of an account rise in posting order.",
    type: 'string',
    format: 'uuid',
  })
  @IsUUID()
  id!: string;

  /** Whose account. */
  @ApiProperty({ description: 'Whose account.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Signed credits: negative is a charge. */
  @ApiProperty({
    description: 'Signed credits: negative is a charge.',
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

  /** What the line is. */
  @ApiProperty({
    description: 'What the line is.',
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

  /** How the amount splits: provider_cost, markup, total. */
  @ApiProperty({
    description: 'How the amount splits: provider_cost, markup, total.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsMetadata()
  cost_breakdown!: Record<string, unknown> | null;

  /** A sentence for people. */
  @ApiProperty({
    description: 'A sentence for people.',
    type: 'string',
    maxLength: 500,
    nullable: true,
    example: 'openrouter: openai/gpt-4o-mini',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  description!: string | null;

  /** What the caller attached, and why the line was booked. */
  @ApiProperty({
    description: 'What the caller attached, and why the line was booked.',
    type: 'object',
    additionalProperties: true,
  })
  @IsMetadata()
  metadata!: Record<string, unknown>;

  /** Line that this refund gives back. */
  @ApiProperty({ description: 'Line that this refund gives back.', type: 'string', format: 'uuid', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  refund_of!: string | null;

  /** Hold that this charge captured. */
  @ApiProperty({ description: 'Hold that this charge captured.', type: 'string', format: 'uuid', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  hold_id!: string | null;

  /** Who caused the line. */
  @ApiProperty({ description: 'Who caused the line.', type: 'string', maxLength: 255 })
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

/** One addition of credits. The sum of what remains in live grants, less burns not yet attributed, is the balance. */
export class CreditGrantRow {
  /** UUIDv7 of the grant. */
  @ApiProperty({ description: 'UUIDv7 of the grant.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Whose account. */
  @ApiProperty({ description: 'Whose account.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Where the credits came from. */
  @ApiProperty({
    description: 'Where the credits came from.',
    enum: grant_source,
    enumName: 'grant_source',
    example: 'bonus',
  })
  @IsEnum(grant_source)
  source!: grant_source;

  /** Credits given. */
  @ApiProperty({ description: 'Credits given.', type: 'string', format: 'decimal', example: '10.000000' })
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

  /** Burn order: lower burns first. */
  @ApiProperty({
    description: 'Burn order: lower burns first.',
    type: 'integer',
    minimum: 0,
    maximum: 1000,
    example: 20,
  })
  @IsWholeNumber({ min: 0, max: 1000 })
  priority!: number;

  /** From when the credits may burn. */
  @ApiProperty({ description: 'From when the credits may burn.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  effective_at!: Date;

  /** When what remains expires; null never. */
  @ApiProperty({
    description: 'When what remains expires; null never.',
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
}

/** Credits set aside for work in progress; captured or released, once. */
export class CreditHoldRow {
  /** UUIDv7 of the hold. */
  @ApiProperty({ description: 'UUIDv7 of the hold.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Whose account. */
  @ApiProperty({ description: 'Whose account.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Credits set aside. */
  @ApiProperty({ description: 'Credits set aside.', type: 'string', format: 'decimal', example: '0.500000' })
  @IsAmount({ positive: true })
  amount!: string;

  /** Credits charged when the hold was captured, the excess over its size included. */
  @ApiProperty({
    description: 'Credits charged when the hold was captured, the excess over its size included.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  captured_amount!: string;

  /** Where the hold stands. */
  @ApiProperty({ description: 'Where the hold stands.', enum: hold_status, enumName: 'hold_status', example: 'active' })
  @IsEnum(hold_status)
  status!: hold_status;

  /** Service the work belongs to. */
  @ApiProperty({
    description:
      'Service the work belongs to. Written as 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit.',
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

  /** Model the work belongs to. */
  @ApiProperty({
    description: 'Model the work belongs to.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'openai/gpt-4o-mini',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  model!: string | null;

  /** What the caller attached. */
  @ApiProperty({ description: 'What the caller attached.', type: 'object', additionalProperties: true })
  @IsMetadata()
  metadata!: Record<string, unknown>;

  /** When the hold counts as released unless it is extended. */
  @ApiProperty({
    description: 'When the hold counts as released unless it is extended.',
    type: 'string',
    format: 'date-time',
  })
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

  /** Id of the work where it is done; null until it is known, and for work that is done by others. */
  @ApiProperty({
    description: 'Id of the work where it is done; null until it is known, and for work that is done by others.',
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  work_id!: string | null;

  /** What was known of the work when the process that did it left it to others: usage and model, and the own key that it was done with, encrypted. Null when the work is over. */
  @ApiProperty({
    description:
      'What was known of the work when the process that did it left it to others: usage and model, and the own key that it was done with, encrypted. Null when the work is over.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsMetadata()
  work_progress!: Record<string, unknown> | null;

  /** Until then the process that does the work keeps the hold; afterwards any instance may end it. Null when the work is over or done by others. */
  @ApiProperty({
    description:
      'Until then the process that does the work keeps the hold; afterwards any instance may end it. Null when the work is over or done by others.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  lease_until!: Date | null;

  /** Who set the credits aside. */
  @ApiProperty({ description: 'Who set the credits aside.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  actor!: string;

  /** When the hold was made. */
  @ApiProperty({ description: 'When the hold was made.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** Outcomes by idempotency key, so that a repeated request has no further effect. */
export class IdempotencyKeyRow {
  /** Account that the request touched. */
  @ApiProperty({ description: 'Account that the request touched.', type: 'string', maxLength: 255 })
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

  /** What was recorded: the ledger line or hold the request made. */
  @ApiProperty({
    description: 'What was recorded: the ledger line or hold the request made.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  resource_id!: string | null;

  /** When the request took effect. */
  @ApiProperty({ description: 'When the request took effect.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** Answers of calls that were made with an Idempotency-Key, for those who repeat them within a day. */
export class CallAnswerRow {
  /** Whose call. */
  @ApiProperty({ description: 'Whose call.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** The hold of the call. */
  @ApiProperty({ description: 'The hold of the call.', type: 'string', format: 'uuid' })
  @IsUUID()
  hold_id!: string;

  /** Media type of the answer. */
  @ApiProperty({ description: 'Media type of the answer.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  content_type!: string;

  /** The answer, encrypted for its call. */
  @ApiProperty({ description: 'The answer, encrypted for its call.', type: 'string' })
  @IsText()
  sealed_answer!: string;

  /** When it was given. */
  @ApiProperty({ description: 'When it was given.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** Who did what to whom, written in the transaction that did it. */
export class AuditLogRow {
  /** UUIDv7 of the entry. */
  @ApiProperty({ description: 'UUIDv7 of the entry.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Account that was acted on. */
  @ApiProperty({ description: 'Account that was acted on.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** What was done. */
  @ApiProperty({ description: 'What was done.', type: 'string', maxLength: 64, example: 'credit.allocate' })
  @IsText({ max_length: 64 })
  action!: string;

  /** How it ended. */
  @ApiProperty({ description: 'How it ended.', enum: audit_result, enumName: 'audit_result', example: 'success' })
  @IsEnum(audit_result)
  result!: audit_result;

  /** Who did it. */
  @ApiProperty({ description: 'Who did it.', type: 'string', maxLength: 255, example: 'admin-1' })
  @IsText({ max_length: 255 })
  actor!: string;

  /** Kind of the thing acted on. */
  @ApiProperty({
    description: 'Kind of the thing acted on.',
    type: 'string',
    maxLength: 64,
    example: 'credit_transaction',
  })
  @IsText({ max_length: 64 })
  resource_type!: string;

  /** Which thing. */
  @ApiProperty({
    description: 'Which thing.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: '0198c0de-0000-7000-8000-000000000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  resource_id!: string | null;

  /** Particulars, without secrets. */
  @ApiProperty({ description: 'Particulars, without secrets.', type: 'object', additionalProperties: true })
  @IsMetadata()
  metadata!: Record<string, unknown>;

  /** Request that did it. */
  @ApiProperty({ description: 'Request that did it.', type: 'string', maxLength: 255, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  request_id!: string | null;

  /** Address the request came from. */
  @ApiProperty({ description: 'Address the request came from.', type: 'string', maxLength: 64, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  ip!: string | null;

  /** When it was done. */
  @ApiProperty({ description: 'When it was done.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** One metered piece of work. Recorded once per user, source and request. */
export class UsageEventRow {
  /** UUIDv7 of the event; of a charged one, the id of its ledger line. */
  @ApiProperty({
    description: 'UUIDv7 of the event; of a charged one, the id of its ledger line.',
    type: 'string',
    format: 'uuid',
  })
  @IsUUID()
  id!: string;

  /** Whose work. */
  @ApiProperty({ description: 'Whose work.', type: 'string', maxLength: 255, example: 'user-42' })
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

  /** Tokens in all: the sum of the pools, or what was given where no pool was. */
  @ApiProperty({
    description: 'Tokens in all: the sum of the pools, or what was given where no pool was.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
    example: 1500,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  tokens_used!: number;

  /** Prompt tokens that were neither cached nor of a pool of their own. */
  @ApiProperty({
    description: 'Prompt tokens that were neither cached nor of a pool of their own.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  input_tokens!: number;

  /** Answer tokens that are of no pool of their own. */
  @ApiProperty({
    description: 'Answer tokens that are of no pool of their own.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  output_tokens!: number;

  /** Prompt tokens read from the provider's cache. */
  @ApiProperty({
    description: "Prompt tokens read from the provider's cache.",
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  cache_read_tokens!: number;

  /** Prompt tokens written to the provider's cache for some minutes. */
  @ApiProperty({
    description: "Prompt tokens written to the provider's cache for some minutes.",
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  cache_write_tokens!: number;

  /** Prompt tokens written to the provider's cache for an hour. */
  @ApiProperty({
    description: "Prompt tokens written to the provider's cache for an hour.",
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  cache_write_1h_tokens!: number;

  /** Tokens of hidden reasoning. */
  @ApiProperty({ description: 'Tokens of hidden reasoning.', type: 'integer', minimum: 0, maximum: 2147483647 })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  reasoning_tokens!: number;

  /** Audio tokens of the prompt that were not read from the cache. */
  @ApiProperty({
    description: 'Audio tokens of the prompt that were not read from the cache.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  audio_input_tokens!: number;

  /** Audio tokens of the prompt read from the provider's cache. */
  @ApiProperty({
    description: "Audio tokens of the prompt read from the provider's cache.",
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  audio_cache_read_tokens!: number;

  /** Audio tokens of the answer. */
  @ApiProperty({ description: 'Audio tokens of the answer.', type: 'integer', minimum: 0, maximum: 2147483647 })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  audio_output_tokens!: number;

  /** Image tokens of the prompt. */
  @ApiProperty({ description: 'Image tokens of the prompt.', type: 'integer', minimum: 0, maximum: 2147483647 })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  image_tokens!: number;

  /** Image tokens of the answer. */
  @ApiProperty({ description: 'Image tokens of the answer.', type: 'integer', minimum: 0, maximum: 2147483647 })
  @IsWholeNumber({ min: 0, max: 2147483647 })
  image_output_tokens!: number;

  /** How much work, in `unit`. */
  @ApiProperty({
    description: 'How much work, in `unit`.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '12.500000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  quantity!: string | null;

  /** What the quantity is counted in. */
  @ApiProperty({
    description: 'What the quantity is counted in.',
    enum: usage_unit,
    enumName: 'usage_unit',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsEnum(usage_unit)
  unit!: usage_unit | null;

  /** What else was counted, by unit, each a decimal text; null when nothing was. */
  @ApiProperty({
    description: 'What else was counted, by unit, each a decimal text; null when nothing was.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsMetadata()
  measures!: Record<string, unknown> | null;

  /** How soon the provider did the work; null is standard. */
  @ApiProperty({
    description: 'How soon the provider did the work; null is standard.',
    enum: service_tier,
    enumName: 'service_tier',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsEnum(service_tier)
  service_tier!: service_tier | null;

  /** What the provider charges, credits. */
  @ApiProperty({
    description: 'What the provider charges, credits.',
    type: 'string',
    format: 'decimal',
    example: '0.000500',
  })
  @IsAmount({ min: '0' })
  provider_cost!: string;

  /** What the platform adds, credits. */
  @ApiProperty({
    description: 'What the platform adds, credits.',
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

  /** Whether the work was free of charge. */
  @ApiProperty({ description: 'Whether the work was free of charge.', type: 'boolean' })
  @IsBoolean()
  is_free_tier!: boolean;

  /** Whether the user pays for the work at all. */
  @ApiProperty({ description: 'Whether the user pays for the work at all.', type: 'boolean' })
  @IsBoolean()
  billable!: boolean;

  /** Whether the price is final; a provisional one is corrected when the model's price arrives. */
  @ApiProperty({
    description: "Whether the price is final; a provisional one is corrected when the model's price arrives.",
    type: 'boolean',
  })
  @IsBoolean()
  is_rated!: boolean;

  /** Whether the work succeeded. */
  @ApiProperty({ description: 'Whether the work succeeded.', type: 'boolean' })
  @IsBoolean()
  succeeded!: boolean;

  /** The user's session that the work belongs to. */
  @ApiProperty({
    description: "The user's session that the work belongs to.",
    type: 'string',
    maxLength: 255,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  session_id!: string | null;

  /** The caller's id of the piece of work; the event's own id where none was given. */
  @ApiProperty({
    description: "The caller's id of the piece of work; the event's own id where none was given.",
    type: 'string',
    maxLength: 255,
    example: 'req-8f3a',
  })
  @IsText({ max_length: 255 })
  request_id!: string;

  /** Digest of what the caller said about the work, to tell a repeat from other work under the same name; null is not compared. */
  @ApiProperty({
    description:
      'Digest of what the caller said about the work, to tell a repeat from other work under the same name; null is not compared.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  content_hash!: string | null;

  /** How long the work took, seconds. */
  @ApiProperty({
    description: 'How long the work took, seconds.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '1.250000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0', max: '1000000000' })
  duration_seconds!: string | null;

  /** Which system reported the work. */
  @ApiProperty({ description: 'Which system reported the work.', type: 'string', maxLength: 255, example: 'api' })
  @IsText({ max_length: 255 })
  source!: string;

  /** When the work was done. */
  @ApiProperty({ description: 'When the work was done.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  occurred_at!: Date;

  /** Ledger line that charged the work; null when it was only recorded. */
  @ApiProperty({
    description: 'Ledger line that charged the work; null when it was only recorded.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  transaction_id!: string | null;

  /** Price that rated the work; null when no price did. */
  @ApiProperty({
    description: 'Price that rated the work; null when no price did.',
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

  /** Factor on the prices of tokens for the service tier; null is 1. */
  @ApiProperty({
    description: 'Factor on the prices of tokens for the service tier; null is 1.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount()
  price_multiplier!: string | null;

  /** Members of the provider's usage object that no price reads, as they came; null when there were none. */
  @ApiProperty({
    description: "Members of the provider's usage object that no price reads, as they came; null when there were none.",
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsMetadata()
  unread_usage!: Record<string, unknown> | null;

  /** What the caller attached; never prompts or answers. */
  @ApiProperty({
    description: 'What the caller attached; never prompts or answers.',
    type: 'object',
    additionalProperties: true,
  })
  @IsMetadata()
  metadata!: Record<string, unknown>;

  /** Transaction that recorded the event: roll-ups take what is older than every transaction in flight. */
  @ApiProperty({
    description: 'Transaction that recorded the event: roll-ups take what is older than every transaction in flight.',
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

/** A log of LiteLLM that could not be booked, without messages, answers and keys. */
export class LitellmRejectedLogRow {
  /** UUIDv7 of the rejected log. */
  @ApiProperty({ description: 'UUIDv7 of the rejected log.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Digest of the log: the same again makes no second row. */
  @ApiProperty({
    description: 'Digest of the log: the same again makes no second row.',
    type: 'string',
    format: 'uuid',
  })
  @IsUUID()
  log_hash!: string;

  /** The log's own id, where it has one. */
  @ApiProperty({
    description: "The log's own id, where it has one.",
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'chatcmpl-123',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  log_id!: string | null;

  /** Why it was not booked. */
  @ApiProperty({ description: 'Why it was not booked.', enum: litellm_rejection, enumName: 'litellm_rejection' })
  @IsEnum(litellm_rejection)
  reason!: litellm_rejection;

  /** The same in words. */
  @ApiProperty({ description: 'The same in words.', type: 'string', maxLength: 500, example: 'end_user: names nobody' })
  @IsText({ max_length: 500 })
  detail!: string;

  /** What became of it. */
  @ApiProperty({
    description: 'What became of it.',
    enum: litellm_rejected_status,
    enumName: 'litellm_rejected_status',
  })
  @IsEnum(litellm_rejected_status)
  status!: litellm_rejected_status;

  /** Who would pay for it by what the log says; null: an admin has to say. */
  @ApiProperty({
    description: 'Who would pay for it by what the log says; null: an admin has to say.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'user-42',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  named_user!: string | null;

  /** What the log says of the work: figures and names. */
  @ApiProperty({
    description: 'What the log says of the work: figures and names.',
    type: 'object',
    additionalProperties: true,
  })
  @IsMetadata()
  log!: Record<string, unknown>;

  /** Whom it was assigned to. */
  @ApiProperty({
    description: 'Whom it was assigned to.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'user-42',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  assigned_to!: string | null;

  /** Usage event that it became. */
  @ApiProperty({ description: 'Usage event that it became.', type: 'string', format: 'uuid', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  event_id!: string | null;

  /** Who booked or discarded it. */
  @ApiProperty({ description: 'Who booked or discarded it.', type: 'string', maxLength: 255, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  resolved_by!: string | null;

  /** When it was booked or discarded. */
  @ApiProperty({ description: 'When it was booked or discarded.', type: 'string', format: 'date-time', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  resolved_at!: Date | null;

  /** When it came first. */
  @ApiProperty({ description: 'When it came first.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** Usage by day of UTC, service and model, of all events that were recorded before the watermark of usage_rollups. */
export class UsageDailyRow {
  /** Whose usage. */
  @ApiProperty({ description: 'Whose usage.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Day of UTC. */
  @ApiProperty({ description: 'Day of UTC.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  day!: Date;

  /** Service. */
  @ApiProperty({ description: 'Service.', type: 'string', maxLength: 64 })
  @IsText({ max_length: 64 })
  service!: string;

  /** Model; empty when the work had none. */
  @ApiProperty({ description: 'Model; empty when the work had none.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  model!: string;

  /** Number of events. */
  @ApiProperty({ description: 'Number of events.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  event_count!: number;

  /** Events that were free of charge. */
  @ApiProperty({ description: 'Events that were free of charge.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  free_events!: number;

  /** Events of work that failed. */
  @ApiProperty({ description: 'Events of work that failed.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  failed_events!: number;

  /** Tokens in all. */
  @ApiProperty({ description: 'Tokens in all.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  tokens_used!: number;

  /** Tokens of free events. */
  @ApiProperty({ description: 'Tokens of free events.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  free_tokens!: number;

  /** Prompt tokens of every kind. */
  @ApiProperty({ description: 'Prompt tokens of every kind.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  input_tokens!: number;

  /** Answer tokens of every kind. */
  @ApiProperty({ description: 'Answer tokens of every kind.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  output_tokens!: number;

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

  /** Total cost of what was charged, credits; the rest was only recorded. */
  @ApiProperty({
    description: 'Total cost of what was charged, credits; the rest was only recorded.',
    type: 'string',
    format: 'decimal',
  })
  @IsAmount()
  charged_cost!: string;

  /** Events that say how long they took. */
  @ApiProperty({ description: 'Events that say how long they took.', type: 'integer', format: 'int64' })
  @IsWholeNumber()
  timed_events!: number;

  /** How long these took together, seconds. */
  @ApiProperty({ description: 'How long these took together, seconds.', type: 'string', format: 'decimal' })
  @IsAmount()
  duration_seconds!: string;
}

/** Sessions that had usage on a day of UTC, of all events that were recorded before the watermark of usage_rollups. */
export class UsageSessionRow {
  /** Whose session. */
  @ApiProperty({ description: 'Whose session.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Day of UTC. */
  @ApiProperty({ description: 'Day of UTC.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  day!: Date;

  /** The session. */
  @ApiProperty({ description: 'The session.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  session_id!: string;
}

/** How far the roll-ups have come: one row. */
export class UsageRollupRow {
  /** Name of the roll-up. */
  @ApiProperty({ description: 'Name of the roll-up.', type: 'string', maxLength: 64 })
  @IsText({ max_length: 64 })
  name!: string;

  /** Every event recorded by an older transaction is in the roll-up, no other one is. */
  @ApiProperty({
    description: 'Every event recorded by an older transaction is in the roll-up, no other one is.',
    type: 'integer',
    format: 'int64',
  })
  @IsWholeNumber()
  watermark!: number;

  /** When the roll-up last moved on. */
  @ApiProperty({ description: 'When the roll-up last moved on.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** A price from an instant on; never edited, a new price is a new row. The newest one in effect counts. */
export class ModelPriceRow {
  /** UUIDv7 of the price. */
  @ApiProperty({ description: 'UUIDv7 of the price.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Service whose work it prices; * is every service. */
  @ApiProperty({
    description:
      'Service whose work it prices; * is every service. Written as * or 1 to 64 lower-case letters, digits, dots, - or _, beginning with a letter or digit.',
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

  /** Model that it prices; * is every model of the service, and work without one. */
  @ApiProperty({
    description:
      'Model that it prices; * is every model of the service, and work without one. Written as a name without spaces.',
    type: 'string',
    maxLength: 255,
    pattern: '^\\S+$',
    example: 'acme/writer-1',
  })
  @IsText({ max_length: 255 })
  @Matches(/^\S+$/, { message: '$property must be a name without spaces, for example acme/writer-1' })
  model!: string;

  /** Name shown to people. */
  @ApiProperty({
    description: 'Name shown to people.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'Acme: Writer 1',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  name!: string | null;

  /** USD for a million tokens: prompt; null when the pool has no price of its own. */
  @ApiProperty({
    description: 'USD for a million tokens: prompt; null when the pool has no price of its own.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '0.150000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  input_per_million!: string | null;

  /** USD for a million tokens: answer; null when the pool has no price of its own. */
  @ApiProperty({
    description: 'USD for a million tokens: answer; null when the pool has no price of its own.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '0.600000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  output_per_million!: string | null;

  /** USD for a million tokens: prompt, read from the cache; null when the pool has no price of its own. */
  @ApiProperty({
    description: 'USD for a million tokens: prompt, read from the cache; null when the pool has no price of its own.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  cache_read_per_million!: string | null;

  /** USD for a million tokens: prompt, written to the cache; null when the pool has no price of its own. */
  @ApiProperty({
    description: 'USD for a million tokens: prompt, written to the cache; null when the pool has no price of its own.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  cache_write_per_million!: string | null;

  /** USD for a million tokens: prompt, written to the cache for an hour; null when the pool has no price of its own. */
  @ApiProperty({
    description:
      'USD for a million tokens: prompt, written to the cache for an hour; null when the pool has no price of its own.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  cache_write_1h_per_million!: string | null;

  /** USD for a million tokens: hidden reasoning; null when the pool has no price of its own. */
  @ApiProperty({
    description: 'USD for a million tokens: hidden reasoning; null when the pool has no price of its own.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  reasoning_per_million!: string | null;

  /** USD for a million tokens: prompt audio; null when the pool has no price of its own. */
  @ApiProperty({
    description: 'USD for a million tokens: prompt audio; null when the pool has no price of its own.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  audio_input_per_million!: string | null;

  /** USD for a million tokens: prompt audio, read from the cache; null when the pool has no price of its own. */
  @ApiProperty({
    description:
      'USD for a million tokens: prompt audio, read from the cache; null when the pool has no price of its own.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  audio_cache_read_per_million!: string | null;

  /** USD for a million tokens: answer audio; null when the pool has no price of its own. */
  @ApiProperty({
    description: 'USD for a million tokens: answer audio; null when the pool has no price of its own.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  audio_output_per_million!: string | null;

  /** USD for a million tokens: prompt image; null when the pool has no price of its own. */
  @ApiProperty({
    description: 'USD for a million tokens: prompt image; null when the pool has no price of its own.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  image_per_million!: string | null;

  /** USD for a million tokens: answer image; null when the pool has no price of its own. */
  @ApiProperty({
    description: 'USD for a million tokens: answer image; null when the pool has no price of its own.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  image_output_per_million!: string | null;

  /** USD for one request; null when it is not priced so. */
  @ApiProperty({
    description: 'USD for one request; null when it is not priced so.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_request!: string | null;

  /** USD for one character; null when it is not priced so. */
  @ApiProperty({
    description: 'USD for one character; null when it is not priced so.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_character!: string | null;

  /** USD for one second; null when it is not priced so. */
  @ApiProperty({
    description: 'USD for one second; null when it is not priced so.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_second!: string | null;

  /** USD for one query; null when it is not priced so. */
  @ApiProperty({
    description: 'USD for one query; null when it is not priced so.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_query!: string | null;

  /** USD for one execution; null when it is not priced so. */
  @ApiProperty({
    description: 'USD for one execution; null when it is not priced so.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_execution!: string | null;

  /** USD for one image; null when it is not priced so. */
  @ApiProperty({
    description: 'USD for one image; null when it is not priced so.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_image!: string | null;

  /** USD for one page; null when it is not priced so. */
  @ApiProperty({
    description: 'USD for one page; null when it is not priced so.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_page!: string | null;

  /** USD for one second of video; null when it is not priced so. */
  @ApiProperty({
    description: 'USD for one second of video; null when it is not priced so.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  per_video_second!: string | null;

  /** Prices that replace these under conditions; of those that apply, a later one counts before an earlier one. */
  @ApiProperty({
    description:
      'Prices that replace these under conditions; of those that apply, a later one counts before an earlier one.',
    type: 'array',
    items: {},
  })
  @IsMetadata({ array: true })
  overrides!: unknown[];

  /** Whether somebody says that the model costs nothing; zeros alone do not say so. */
  @ApiProperty({
    description: 'Whether somebody says that the model costs nothing; zeros alone do not say so.',
    type: 'boolean',
  })
  @IsBoolean()
  is_free!: boolean;

  /** Most tokens of prompt and answer together; null when unknown. */
  @ApiProperty({
    description: 'Most tokens of prompt and answer together; null when unknown.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
    nullable: true,
    example: 128000,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 0, max: 2147483647 })
  context_length!: number | null;

  /** Most tokens of an answer; null when unknown. */
  @ApiProperty({
    description: 'Most tokens of an answer; null when unknown.',
    type: 'integer',
    minimum: 0,
    maximum: 2147483647,
    nullable: true,
    example: 16384,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsWholeNumber({ min: 0, max: 2147483647 })
  max_output_tokens!: number | null;

  /** Where the price came from. */
  @ApiProperty({ description: 'Where the price came from.', type: 'string', maxLength: 64, example: 'openrouter' })
  @IsText({ max_length: 64 })
  source!: string;

  /** From when the price counts. */
  @ApiProperty({ description: 'From when the price counts.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  effective_from!: Date;

  /** When the price was entered. */
  @ApiProperty({ description: 'When the price was entered.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** A price that was taken back: it does not count any more, and stays for the receipts that name it. */
export class PriceWithdrawalRow {
  /** Price that was taken back. */
  @ApiProperty({ description: 'Price that was taken back.', type: 'string', format: 'uuid' })
  @IsUUID()
  price_id!: string;

  /** When it was taken back. */
  @ApiProperty({ description: 'When it was taken back.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  withdrawn_at!: Date;
}

/** Factor on a model's prices of tokens for work of a service tier, from an instant on. Never edited: a new one is a new row. */
export class ServiceTierMultiplierRow {
  /** UUIDv7 of the multiplier. */
  @ApiProperty({ description: 'UUIDv7 of the multiplier.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** How soon the provider does the work. */
  @ApiProperty({ description: 'How soon the provider does the work.', enum: service_tier, enumName: 'service_tier' })
  @IsEnum(service_tier)
  service_tier!: service_tier;

  /** Model or provider whose work it is about; * is every model. */
  @ApiProperty({
    description: 'Model or provider whose work it is about; * is every model. Written as a name without spaces.',
    type: 'string',
    maxLength: 255,
    pattern: '^\\S+$',
    example: 'openai',
  })
  @IsText({ max_length: 255 })
  @Matches(/^\S+$/, { message: '$property must be a name without spaces, for example openai' })
  match!: string;

  /** What the prices of tokens are multiplied by. */
  @ApiProperty({
    description: 'What the prices of tokens are multiplied by.',
    type: 'string',
    format: 'decimal',
    example: '0.500000',
  })
  @IsAmount({ positive: true, max: '100' })
  multiplier!: string;

  /** From when it counts. */
  @ApiProperty({ description: 'From when it counts.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  effective_from!: Date;

  /** When it was entered. */
  @ApiProperty({ description: 'When it was entered.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** What the platform adds to a provider's cost. */
export class MarkupRuleRow {
  /** UUIDv7 of the rule. */
  @ApiProperty({ description: 'UUIDv7 of the rule.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** What the rule looks at. */
  @ApiProperty({
    description: 'What the rule looks at.',
    enum: markup_scope,
    enumName: 'markup_scope',
    example: 'provider',
  })
  @IsEnum(markup_scope)
  scope!: markup_scope;

  /** Which model, provider, tier or class (free, budget, standard, premium). */
  @ApiProperty({
    description:
      'Which model, provider, tier or class (free, budget, standard, premium). Written as a name without spaces.',
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

  /** When the rule was made. */
  @ApiProperty({ description: 'When the rule was made.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the rule was last edited. */
  @ApiProperty({ description: 'When the rule was last edited.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** Credits that are sold at a price. */
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

  /** Name shown to people. */
  @ApiProperty({ description: 'Name shown to people.', type: 'string', maxLength: 100, example: '50 credits' })
  @IsText({ max_length: 100 })
  name!: string;

  /** A sentence for people. */
  @ApiProperty({
    description: 'A sentence for people.',
    type: 'string',
    maxLength: 500,
    nullable: true,
    example: 'Enough for a busy month',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  description!: string | null;

  /** Credits that the package gives. */
  @ApiProperty({
    description: 'Credits that the package gives.',
    type: 'string',
    format: 'decimal',
    example: '50.000000',
  })
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

  /** Place in lists. */
  @ApiProperty({ description: 'Place in lists.', type: 'integer', minimum: 0, maximum: 1000, example: 1 })
  @IsWholeNumber({ min: 0, max: 1000 })
  rank!: number;

  /** When the package was made. */
  @ApiProperty({ description: 'When the package was made.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When the package was last edited. */
  @ApiProperty({ description: 'When the package was last edited.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** The payment provider's customer of a user. */
export class PaymentCustomerRow {
  /** Whose customer. */
  @ApiProperty({ description: 'Whose customer.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** The provider's id. */
  @ApiProperty({ description: "The provider's id.", type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  customer_id!: string;

  /** When the customer was made. */
  @ApiProperty({ description: 'When the customer was made.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** What was offered for a price, and what became of it. */
export class PaymentRow {
  /** UUIDv7 of the payment. */
  @ApiProperty({ description: 'UUIDv7 of the payment.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Who pays. */
  @ApiProperty({ description: 'Who pays.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** What the payment is for. */
  @ApiProperty({ description: 'What the payment is for.', enum: payment_kind, enumName: 'payment_kind' })
  @IsEnum(payment_kind)
  kind!: payment_kind;

  /** Where the payment stands. */
  @ApiProperty({ description: 'Where the payment stands.', enum: payment_status, enumName: 'payment_status' })
  @IsEnum(payment_status)
  status!: payment_status;

  /** Package that is bought; null for a plan. */
  @ApiProperty({
    description: 'Package that is bought; null for a plan.',
    type: 'string',
    maxLength: 64,
    nullable: true,
    example: 'credits-50',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  package_code!: string | null;

  /** Plan that is paid; null for a package. */
  @ApiProperty({
    description: 'Plan that is paid; null for a package.',
    type: 'string',
    maxLength: 64,
    nullable: true,
    example: 'starter',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  tier!: string | null;

  /** Plan that an upgrade started from. */
  @ApiProperty({
    description: 'Plan that an upgrade started from.',
    type: 'string',
    maxLength: 64,
    nullable: true,
    example: 'trial',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 64 })
  from_tier!: string | null;

  /** Credits that the payment gives; of an upgrade, what it gave. */
  @ApiProperty({
    description: 'Credits that the payment gives; of an upgrade, what it gave.',
    type: 'string',
    format: 'decimal',
    example: '50.000000',
  })
  @IsAmount({ min: '0' })
  credits!: string;

  /** Price that was offered, the discount taken off, in `currency`. */
  @ApiProperty({
    description: 'Price that was offered, the discount taken off, in `currency`.',
    type: 'string',
    format: 'decimal',
    example: '45.000000',
  })
  @IsAmount({ min: '0' })
  amount!: string;

  /** Discount that was taken off, in `currency`. */
  @ApiProperty({
    description: 'Discount that was taken off, in `currency`.',
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

  /** Money that was settled for it in all, with tax, in `currency`; null until it is known. */
  @ApiProperty({
    description: 'Money that was settled for it in all, with tax, in `currency`; null until it is known.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '45.000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount()
  settled!: string | null;

  /** Money that the payer's card was charged in another currency. */
  @ApiProperty({
    description: "Money that the payer's card was charged in another currency.",
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount()
  charged!: string | null;

  /** That other currency, ISO 4217. */
  @ApiProperty({ description: 'That other currency, ISO 4217.', type: 'string', maxLength: 3, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 3 })
  charged_currency!: string | null;

  /** Share of the price that was paid back, in `currency`. */
  @ApiProperty({
    description: 'Share of the price that was paid back, in `currency`.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  refunded!: string;

  /** Whether the payer disputes the payment. */
  @ApiProperty({
    description: 'Whether the payer disputes the payment.',
    enum: dispute_status,
    enumName: 'dispute_status',
  })
  @IsEnum(dispute_status)
  dispute!: dispute_status;

  /** Share of the price that is disputed, or was lost in a dispute, in `currency`. */
  @ApiProperty({
    description: 'Share of the price that is disputed, or was lost in a dispute, in `currency`.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  @IsAmount()
  disputed!: string;

  /** Credits that were taken back because of refunds and disputes. */
  @ApiProperty({
    description: 'Credits that were taken back because of refunds and disputes.',
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

  /** End of the period that the payment pays; null when it pays none. */
  @ApiProperty({
    description: 'End of the period that the payment pays; null when it pays none.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  covers_until!: Date | null;

  /** What the plan gives, as it was offered. */
  @ApiProperty({
    description: 'What the plan gives, as it was offered.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsMetadata()
  terms!: Record<string, unknown> | null;

  /** Page where the payment is made, while it is open. */
  @ApiProperty({
    description: 'Page where the payment is made, while it is open.',
    type: 'string',
    maxLength: 4000,
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 4000 })
  checkout_url!: string | null;

  /** When the page closes. */
  @ApiProperty({ description: 'When the page closes.', type: 'string', format: 'date-time', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  expires_at!: Date | null;

  /** Ledger line that booked the credits. */
  @ApiProperty({ description: 'Ledger line that booked the credits.', type: 'string', format: 'uuid', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  transaction_id!: string | null;

  /** The provider's checkout. */
  @ApiProperty({ description: "The provider's checkout.", type: 'string', maxLength: 255, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  session_id!: string | null;

  /** The provider's movement of money. */
  @ApiProperty({ description: "The provider's movement of money.", type: 'string', maxLength: 255, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  payment_intent_id!: string | null;

  /** The provider's invoice of a period. */
  @ApiProperty({ description: "The provider's invoice of a period.", type: 'string', maxLength: 255, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  invoice_id!: string | null;

  /** The provider's subscription. */
  @ApiProperty({ description: "The provider's subscription.", type: 'string', maxLength: 255, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  subscription_id!: string | null;

  /** Admin who accepted or refused it; null when it was not held. */
  @ApiProperty({
    description: 'Admin who accepted or refused it; null when it was not held.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'admin-1',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  reviewed_by!: string | null;

  /** When the payment arrived. */
  @ApiProperty({ description: 'When the payment arrived.', type: 'string', format: 'date-time', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  paid_at!: Date | null;

  /** When it was offered. */
  @ApiProperty({ description: 'When it was offered.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When it last changed. */
  @ApiProperty({ description: 'When it last changed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** Money of a payment that was paid back, or is on its way back. */
export class PaymentRefundRow {
  /** Whose payment. */
  @ApiProperty({ description: 'Whose payment.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Payment that is paid back. */
  @ApiProperty({ description: 'Payment that is paid back.', type: 'string', format: 'uuid' })
  @IsUUID()
  payment_id!: string;

  /** The provider's id. */
  @ApiProperty({ description: "The provider's id.", type: 'string', maxLength: 255, example: 're_1Nv0FGQ9RKHgCVdK' })
  @IsText({ max_length: 255 })
  refund_id!: string;

  /** Where the refund stands. */
  @ApiProperty({ description: 'Where the refund stands.', enum: refund_status, enumName: 'refund_status' })
  @IsEnum(refund_status)
  status!: refund_status;

  /** How much, in `currency`. */
  @ApiProperty({ description: 'How much, in `currency`.', type: 'string', format: 'decimal', example: '9.000000' })
  @IsAmount()
  amount!: string;

  /** Currency, ISO 4217. */
  @ApiProperty({ description: 'Currency, ISO 4217.', type: 'string', maxLength: 3, example: 'usd' })
  @IsText({ max_length: 3 })
  currency!: string;

  /** When it was first told of. */
  @ApiProperty({ description: 'When it was first told of.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When it last changed. */
  @ApiProperty({ description: 'When it last changed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** A dispute of a payment with the payer's bank. */
export class PaymentDisputeRow {
  /** Whose payment. */
  @ApiProperty({ description: 'Whose payment.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Payment that is disputed. */
  @ApiProperty({ description: 'Payment that is disputed.', type: 'string', format: 'uuid' })
  @IsUUID()
  payment_id!: string;

  /** The provider's id. */
  @ApiProperty({ description: "The provider's id.", type: 'string', maxLength: 255, example: 'dp_1Nv0FGQ9RKHgCVdK' })
  @IsText({ max_length: 255 })
  dispute_id!: string;

  /** Where the dispute stands. */
  @ApiProperty({ description: 'Where the dispute stands.', enum: dispute_status, enumName: 'dispute_status' })
  @IsEnum(dispute_status)
  status!: dispute_status;

  /** How much, in `currency`. */
  @ApiProperty({ description: 'How much, in `currency`.', type: 'string', format: 'decimal', example: '9.000000' })
  @IsAmount()
  amount!: string;

  /** Currency, ISO 4217. */
  @ApiProperty({ description: 'Currency, ISO 4217.', type: 'string', maxLength: 3, example: 'usd' })
  @IsText({ max_length: 3 })
  currency!: string;

  /** When the provider said so. */
  @ApiProperty({ description: 'When the provider said so.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  told_at!: Date;

  /** When it was first told of. */
  @ApiProperty({ description: 'When it was first told of.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When it last changed. */
  @ApiProperty({ description: 'When it last changed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** A plan that is paid every 30 days. */
export class SubscriptionRow {
  /** Who pays. */
  @ApiProperty({ description: 'Who pays.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** The provider's id. */
  @ApiProperty({ description: "The provider's id.", type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  subscription_id!: string;

  /** Plan that the next payment is for. */
  @ApiProperty({ description: 'Plan that the next payment is for.', type: 'string', maxLength: 64, example: 'starter' })
  @IsText({ max_length: 64 })
  tier!: string;

  /** Plan that the running period was paid for. */
  @ApiProperty({
    description: 'Plan that the running period was paid for.',
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

  /** What the next payment gives, as it was sold. */
  @ApiProperty({
    description: 'What the next payment gives, as it was sold.',
    type: 'object',
    additionalProperties: true,
  })
  @IsMetadata()
  terms!: Record<string, unknown>;

  /** What the running period gives, as it was sold. */
  @ApiProperty({
    description: 'What the running period gives, as it was sold.',
    type: 'object',
    additionalProperties: true,
  })
  @IsMetadata()
  paid_terms!: Record<string, unknown>;

  /** Currency, ISO 4217. */
  @ApiProperty({ description: 'Currency, ISO 4217.', type: 'string', maxLength: 3, example: 'usd' })
  @IsText({ max_length: 3 })
  currency!: string;

  /** Where the subscription stands. */
  @ApiProperty({
    description: 'Where the subscription stands.',
    enum: subscription_status,
    enumName: 'subscription_status',
  })
  @IsEnum(subscription_status)
  status!: subscription_status;

  /** Whether it ends with the period that is paid. */
  @ApiProperty({ description: 'Whether it ends with the period that is paid.', type: 'boolean' })
  @IsBoolean()
  cancel_at_period_end!: boolean;

  /** Until when it is paid. */
  @ApiProperty({ description: 'Until when it is paid.', type: 'string', format: 'date-time', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  paid_until!: Date | null;

  /** When the plan is lost unless the overdue payment arrives; null when none is overdue. */
  @ApiProperty({
    description: 'When the plan is lost unless the overdue payment arrives; null when none is overdue.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  grace_until!: Date | null;

  /** Newest message of the provider that was taken over. */
  @ApiProperty({
    description: 'Newest message of the provider that was taken over.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  told_at!: Date | null;

  /** When the provider has to be told of a change next; null when it knows. */
  @ApiProperty({
    description: 'When the provider has to be told of a change next; null when it knows.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  sync_at!: Date | null;

  /** Number of changes that the provider has to be told of. */
  @ApiProperty({
    description: 'Number of changes that the provider has to be told of.',
    type: 'integer',
    minimum: -2147483648,
    maximum: 2147483647,
  })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  version!: number;

  /** When it was made. */
  @ApiProperty({ description: 'When it was made.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When it last changed. */
  @ApiProperty({ description: 'When it last changed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** Messages of the payment provider, each applied once. The key is the provider's own id: a message is known before anybody knows whose account it is about. */
export class PaymentEventRow {
  /** The provider's id. */
  @ApiProperty({ description: "The provider's id.", type: 'string', maxLength: 255, example: 'evt_1Nv0FGQ9RKHgCVdK' })
  @IsText({ max_length: 255 })
  event_id!: string;

  /** The provider's type. */
  @ApiProperty({
    description: "The provider's type.",
    type: 'string',
    maxLength: 100,
    example: 'checkout.session.completed',
  })
  @IsText({ max_length: 100 })
  type!: string;

  /** What became of it. */
  @ApiProperty({ description: 'What became of it.', enum: payment_event_state, enumName: 'payment_event_state' })
  @IsEnum(payment_event_state)
  state!: payment_event_state;

  /** The checkout, subscription or movement of money that it is about. */
  @ApiProperty({
    description: 'The checkout, subscription or movement of money that it is about.',
    type: 'string',
    maxLength: 255,
    example: 'cs_a1',
  })
  @IsText({ max_length: 255 })
  reference!: string;

  /** Account that it is about; null while that is unknown. */
  @ApiProperty({
    description: 'Account that it is about; null while that is unknown.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: 'user-42',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  user_id!: string | null;

  /** What it says, without particulars of people or cards. */
  @ApiProperty({
    description: 'What it says, without particulars of people or cards.',
    type: 'object',
    additionalProperties: true,
  })
  @IsMetadata()
  facts!: Record<string, unknown>;

  /** How often it was tried. */
  @ApiProperty({ description: 'How often it was tried.', type: 'integer', minimum: -2147483648, maximum: 2147483647 })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  attempts!: number;

  /** Why it waits or was given up. */
  @ApiProperty({ description: 'Why it waits or was given up.', type: 'string', maxLength: 500, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  detail!: string | null;

  /** When it is tried again; null when it is not. */
  @ApiProperty({
    description: 'When it is tried again; null when it is not.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  next_try_at!: Date | null;

  /** When the provider made it. */
  @ApiProperty({ description: 'When the provider made it.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  occurred_at!: Date;

  /** When it arrived. */
  @ApiProperty({ description: 'When it arrived.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When it was applied. */
  @ApiProperty({ description: 'When it was applied.', type: 'string', format: 'date-time', nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  applied_at!: Date | null;
}

/** Credits that are bought automatically when an account runs low. */
export class AutoTopupRow {
  /** Whose account. */
  @ApiProperty({ description: 'Whose account.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Available credits below which the package is bought. */
  @ApiProperty({
    description: 'Available credits below which the package is bought.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  @IsAmount({ positive: true })
  threshold!: string;

  /** Package that is bought. */
  @ApiProperty({ description: 'Package that is bought.', type: 'string', maxLength: 64, example: 'credits-50' })
  @IsText({ max_length: 64 })
  package_code!: string;

  /** Most money that it may spend in a calendar month of UTC, USD. */
  @ApiProperty({
    description: 'Most money that it may spend in a calendar month of UTC, USD.',
    type: 'string',
    format: 'decimal',
    example: '100.000000',
  })
  @IsAmount({ positive: true })
  monthly_limit!: string;

  /** Whether credits are bought; after two declined cards they are not, until the settings are sent again. */
  @ApiProperty({
    description:
      'Whether credits are bought; after two declined cards they are not, until the settings are sent again.',
    enum: topup_state,
    enumName: 'topup_state',
  })
  @IsEnum(topup_state)
  state!: topup_state;

  /** Cards declined in a row. */
  @ApiProperty({ description: 'Cards declined in a row.', type: 'integer', minimum: -2147483648, maximum: 2147483647 })
  @IsWholeNumber({ min: -2147483648, max: 2147483647 })
  declines!: number;

  /** Why nothing is bought at the moment. */
  @ApiProperty({ description: 'Why nothing is bought at the moment.', type: 'string', maxLength: 500, nullable: true })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  detail!: string | null;

  /** Payment in flight, or waiting for its payer to confirm it; null when there is none. */
  @ApiProperty({
    description: 'Payment in flight, or waiting for its payer to confirm it; null when there is none.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  payment_id!: string | null;

  /** Not before then is anything tried. */
  @ApiProperty({ description: 'Not before then is anything tried.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  next_try_at!: Date;

  /** When it was set up. */
  @ApiProperty({ description: 'When it was set up.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;

  /** When it last changed. */
  @ApiProperty({ description: 'When it last changed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  updated_at!: Date;
}

/** A code and what redeeming it gives. Its terms never change; it can only be deactivated. */
export class CouponCodeRow {
  /** UUIDv7 of the coupon: its place in lists. */
  @ApiProperty({ description: 'UUIDv7 of the coupon: its place in lists.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** What people enter, in any case. */
  @ApiProperty({
    description:
      'What people enter, in any case. Written as 3 to 64 letters, digits, - or _, beginning with a letter or digit.',
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

  /** What the coupon gives. */
  @ApiProperty({
    description: 'What the coupon gives.',
    enum: coupon_type,
    enumName: 'coupon_type',
    example: 'credit_bonus',
  })
  @IsEnum(coupon_type)
  coupon_type!: coupon_type;

  /** How much: credits of a credit_bonus, percent (1 to 100) or USD off the next payment, 1 month of a free_month. */
  @ApiProperty({
    description:
      'How much: credits of a credit_bonus, percent (1 to 100) or USD off the next payment, 1 month of a free_month.',
    type: 'string',
    format: 'decimal',
    example: '10.000000',
  })
  @IsAmount({ positive: true })
  value!: string;

  /** What the coupon is for, for people. */
  @ApiProperty({
    description: 'What the coupon is for, for people.',
    type: 'string',
    maxLength: 500,
    nullable: true,
    example: 'Welcome gift',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 500 })
  description!: string | null;

  /** Most redemptions in all; null is unlimited. */
  @ApiProperty({
    description: 'Most redemptions in all; null is unlimited.',
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

  /** From when the coupon may be redeemed. */
  @ApiProperty({ description: 'From when the coupon may be redeemed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  valid_from!: Date;

  /** Until when the coupon, and a discount it gave, may be used; null is forever. */
  @ApiProperty({
    description: 'Until when the coupon, and a discount it gave, may be used; null is forever.',
    type: 'string',
    format: 'date-time',
    nullable: true,
    example: '2099-12-31T00:00:00Z',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  expires_at!: Date | null;

  /** Whether an admin left the coupon in force. */
  @ApiProperty({ description: 'Whether an admin left the coupon in force.', type: 'boolean' })
  @IsBoolean()
  is_active!: boolean;

  /** Tiers whose accounts may redeem the coupon; none listed is all. */
  @ApiProperty({
    description: 'Tiers whose accounts may redeem the coupon; none listed is all.',
    type: 'array',
    items: { type: 'string', maxLength: 64 },
  })
  @IsArray()
  @IsText({ max_length: 64 }, { each: true })
  tiers!: string[];

  /** Whether only accounts that never bought anything may redeem the coupon. */
  @ApiProperty({
    description: 'Whether only accounts that never bought anything may redeem the coupon.',
    type: 'boolean',
  })
  @IsBoolean()
  first_purchase_only!: boolean;

  /** Whether only accounts opened in the last 30 days may redeem the coupon. */
  @ApiProperty({
    description: 'Whether only accounts opened in the last 30 days may redeem the coupon.',
    type: 'boolean',
  })
  @IsBoolean()
  new_accounts_only!: boolean;

  /** Who made the coupon. */
  @ApiProperty({ description: 'Who made the coupon.', type: 'string', maxLength: 255, example: 'admin-1' })
  @IsText({ max_length: 255 })
  created_by!: string;

  /** When the coupon was made. */
  @ApiProperty({ description: 'When the coupon was made.', type: 'string', format: 'date-time' })
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

/** A coupon that a user redeemed, with what it gave then. Once per user and code. */
export class CouponRedemptionRow {
  /** Who redeemed. */
  @ApiProperty({ description: 'Who redeemed.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Code that was redeemed. */
  @ApiProperty({ description: 'Code that was redeemed.', type: 'string', maxLength: 64, example: 'WELCOME-10' })
  @IsText({ max_length: 64 })
  code!: string;

  /** Credits given; zero of a discount. */
  @ApiProperty({
    description: 'Credits given; zero of a discount.',
    type: 'string',
    format: 'decimal',
    example: '10.000000',
  })
  @IsAmount()
  credits_awarded!: string;

  /** Credits that reached the balance: debt was paid first. */
  @ApiProperty({
    description: 'Credits that reached the balance: debt was paid first.',
    type: 'string',
    format: 'decimal',
    example: '10.000000',
  })
  @IsAmount()
  credits_added!: string;

  /** Balance right after, credits. */
  @ApiProperty({
    description: 'Balance right after, credits.',
    type: 'string',
    format: 'decimal',
    example: '15.000000',
  })
  @IsAmount()
  new_balance!: string;

  /** Ledger line that booked the credits; null of a discount. */
  @ApiProperty({
    description: 'Ledger line that booked the credits; null of a discount.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsUUID()
  transaction_id!: string | null;

  /** What the caller attached. */
  @ApiProperty({ description: 'What the caller attached.', type: 'object', additionalProperties: true })
  @IsMetadata()
  metadata!: Record<string, unknown>;

  /** When the coupon was redeemed. */
  @ApiProperty({ description: 'When the coupon was redeemed.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  redeemed_at!: Date;
}

/** A try at a coupon code, kept for the hour in which it counts against the limit. */
export class CouponAttemptRow {
  /** Who tried. */
  @ApiProperty({ description: 'Who tried.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** UUIDv7 of the try. */
  @ApiProperty({ description: 'UUIDv7 of the try.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** When it was. */
  @ApiProperty({ description: 'When it was.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  attempted_at!: Date;
}

/** A try at an own key of OpenRouter, kept for the hour in which it counts against the limit. */
export class OpenrouterKeyTryRow {
  /** Who tried. */
  @ApiProperty({ description: 'Who tried.', type: 'string', maxLength: 255 })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** UUIDv7 of the try. */
  @ApiProperty({ description: 'UUIDv7 of the try.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** When it was. */
  @ApiProperty({ description: 'When it was.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  attempted_at!: Date;
}

/** A discount that waits on an account for its next payment, which uses it once. */
export class AccountDiscountRow {
  /** UUIDv7 of the discount. */
  @ApiProperty({ description: 'UUIDv7 of the discount.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Whose account. */
  @ApiProperty({ description: 'Whose account.', type: 'string', maxLength: 255, example: 'user-42' })
  @IsText({ max_length: 255 })
  user_id!: string;

  /** Coupon that gave the discount. */
  @ApiProperty({ description: 'Coupon that gave the discount.', type: 'string', maxLength: 64, example: 'WELCOME-10' })
  @IsText({ max_length: 64 })
  code!: string;

  /** Whether the value is a percentage or an amount. */
  @ApiProperty({
    description: 'Whether the value is a percentage or an amount.',
    enum: coupon_type,
    enumName: 'coupon_type',
    example: 'percentage_discount',
  })
  @IsEnum(coupon_type)
  coupon_type!: coupon_type;

  /** Percent (1 to 100), or USD. */
  @ApiProperty({ description: 'Percent (1 to 100), or USD.', type: 'string', format: 'decimal', example: '20.000000' })
  @IsAmount({ positive: true })
  value!: string;

  /** Until when a payment may use it; null is forever. */
  @ApiProperty({
    description: 'Until when a payment may use it; null is forever.',
    type: 'string',
    format: 'date-time',
    nullable: true,
    example: '2099-12-31T00:00:00Z',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  expires_at!: Date | null;

  /** When a payment used it; null while it waits. */
  @ApiProperty({
    description: 'When a payment used it; null while it waits.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  @ValidateIf((_row, value) => value !== null)
  @IsTimestamp()
  used_at!: Date | null;

  /** Payment that used it; null while it waits. */
  @ApiProperty({
    description: 'Payment that used it; null while it waits.',
    type: 'string',
    maxLength: 255,
    nullable: true,
    example: '0198c0de-0000-7000-8000-000000000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsText({ max_length: 255 })
  used_for!: string | null;

  /** When the discount was given. */
  @ApiProperty({ description: 'When the discount was given.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  created_at!: Date;
}

/** A user's own account at OpenRouter: calls are made with its key and billed to the user there. */
export class OpenrouterAccountRow {
  /** Whose account. */
  @ApiProperty({
    description: 'Whose account. Written as 1 to 255 characters, without control characters or spaces at either end.',
    type: 'string',
    maxLength: 255,
    pattern: '^[^\\x00-\\x20\\x7F]([^\\x00-\\x1F\\x7F]*[^\\x00-\\x20\\x7F])?$',
    example: 'user-42',
  })
  @IsUserId()
  user_id!: string;

  /** UUIDv7 of the connection between the two accounts. */
  @ApiProperty({ description: 'UUIDv7 of the connection between the two accounts.', type: 'string', format: 'uuid' })
  @IsUUID()
  account_id!: string;

  /** Address of the account at OpenRouter, as the user gave it. */
  @ApiProperty({
    description: 'Address of the account at OpenRouter, as the user gave it. Written as an e-mail address.',
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

  /** The key, encrypted for this user; begins with the id of the key that encrypted it. */
  @ApiProperty({
    description: 'The key, encrypted for this user; begins with the id of the key that encrypted it.',
    type: 'string',
    maxLength: 1024,
  })
  @IsText({ max_length: 1024 })
  encrypted_key!: string;

  /** Enough of the key to recognise it. */
  @ApiProperty({
    description: 'Enough of the key to recognise it.',
    type: 'string',
    maxLength: 32,
    example: 'sk-or-v1-...c0de',
  })
  @IsText({ max_length: 32 })
  key_hint!: string;

  /** Credits that OpenRouter lets the key spend in all, USD; null is no limit. */
  @ApiProperty({
    description: 'Credits that OpenRouter lets the key spend in all, USD; null is no limit.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '10.000000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  free_credits!: string | null;

  /** What is left of the credits that OpenRouter lets the key spend, USD; null is no limit. */
  @ApiProperty({
    description: 'What is left of the credits that OpenRouter lets the key spend, USD; null is no limit.',
    type: 'string',
    format: 'decimal',
    nullable: true,
    example: '7.500000',
  })
  @ValidateIf((_row, value) => value !== null)
  @IsAmount({ min: '0' })
  free_credits_remaining!: string | null;

  /** Whether the key is used; false once OpenRouter refused it. */
  @ApiProperty({ description: 'Whether the key is used; false once OpenRouter refused it.', type: 'boolean' })
  @IsBoolean()
  is_active!: boolean;

  /** When OpenRouter was last asked about the key; null never. */
  @ApiProperty({
    description: 'When OpenRouter was last asked about the key; null never.',
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

  /** When the key, or what is known of it, last changed. */
  @ApiProperty({
    description: 'When the key, or what is known of it, last changed.',
    type: 'string',
    format: 'date-time',
  })
  @IsTimestamp()
  updated_at!: Date;
}

/** What OpenRouter said that the platform's account had used by then: the next reading less this one is compared with what was booked in between. */
export class OpenrouterReadingRow {
  /** UUIDv7 of the reading. */
  @ApiProperty({ description: 'UUIDv7 of the reading.', type: 'string', format: 'uuid' })
  @IsUUID()
  id!: string;

  /** Since the account was opened, USD. */
  @ApiProperty({ description: 'Since the account was opened, USD.', type: 'string', format: 'decimal' })
  @IsAmount()
  total_usage!: string;

  /** When it was read. */
  @ApiProperty({ description: 'When it was read.', type: 'string', format: 'date-time' })
  @IsTimestamp()
  read_at!: Date;
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
  audit_logs: AuditLogRow,
  usage_events: UsageEventRow,
  litellm_rejected_logs: LitellmRejectedLogRow,
  usage_daily: UsageDailyRow,
  usage_sessions: UsageSessionRow,
  usage_rollups: UsageRollupRow,
  model_prices: ModelPriceRow,
  price_withdrawals: PriceWithdrawalRow,
  service_tier_multipliers: ServiceTierMultiplierRow,
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
} as const;

/** Columns that are in no answer (`@private` in the schema). */
export const PRIVATE_COLUMNS: Readonly<Record<keyof typeof ROWS, readonly string[]>> = {
  tiers: [],
  user_credits: ['capped', 'plan_used', 'monthly_cap_is_set', 'next_terms', 'due_at'],
  account_erasures: ['user_id', 'fingerprint', 'created_at'],
  credit_transactions: ['refund_of', 'hold_id', 'actor', 'request_id'],
  credit_grants: [],
  credit_holds: ['work_id', 'work_progress', 'lease_until', 'actor'],
  idempotency_keys: ['user_id', 'idempotency_key', 'request_hash', 'resource_id', 'created_at'],
  call_answers: ['user_id', 'hold_id', 'content_type', 'sealed_answer', 'created_at'],
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
    'provider_cost',
    'platform_markup',
    'total_cost',
    'charged_cost',
    'timed_events',
    'duration_seconds',
  ],
  usage_sessions: ['user_id', 'day', 'session_id'],
  usage_rollups: ['name', 'watermark', 'updated_at'],
  model_prices: [],
  price_withdrawals: ['price_id'],
  service_tier_multipliers: [],
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
  account_discounts: [],
  openrouter_accounts: ['encrypted_key'],
  openrouter_readings: ['id', 'total_usage', 'read_at'],
};

import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsEnum,
  IsInt,
  IsOptional,
  IsUUID,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { budget_action, budget_unit, budget_window } from '../../generated/prisma/enums.js';
import { BudgetRow } from '../../generated/rows.js';
import { PageQuery, QueryBoolean } from '../../platform/http/page.js';
import { IsTimeZone } from '../../platform/http/time-zone.js';
import { IsAmount, IsText } from '../../platform/values/wire-decorators.js';
import { AccountQuery } from '../credits.dto.js';
import { BUDGET_SOURCES, type BudgetSource } from './budget.js';

const SCOPE = ['api_key_id', 'member_id', 'service', 'model', 'tag'] as const;
const THRESHOLDS_MAX = 10;
const PERCENT_MAX = 1000;
const REASON_MAX = 500;

/** The part of the work that a budget is about: at most one member is set, and none stands for the whole account. */
export class BudgetScopeView extends PickType(BudgetRow, SCOPE) {}

/** The same in a request. */
export class BudgetScopeBody extends PartialType(PickType(BudgetRow, SCOPE), { skipNullProperties: false }) {}

const LIMIT = {
  description: 'Most that the window may use, in `unit`.',
  type: 'string',
  format: 'decimal',
  example: '25',
} as const;
const THRESHOLDS = {
  description: 'Percentages of the limit at which an event is written, once per window.',
  type: 'array' as const,
  items: { type: 'integer' as const, minimum: 1, maximum: PERCENT_MAX },
  maxItems: THRESHOLDS_MAX,
  example: [50, 80, 100],
};

/** The terms of a budget that can be changed. */
class ChangeableTerms {
  @ApiPropertyOptional({
    description: '`block` refuses new work beyond the limit; `warn` only reports it.',
    enum: budget_action,
    enumName: 'budget_action',
    default: 'block',
  })
  @IsOptional()
  @IsEnum(budget_action)
  on_exceed?: budget_action;

  @ApiPropertyOptional({ ...THRESHOLDS, default: [50, 80, 100] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(THRESHOLDS_MAX)
  @IsInt({ each: true, message: 'thresholds must only contain whole numbers' })
  @Min(1, { each: true })
  @Max(PERCENT_MAX, { each: true })
  thresholds?: number[];

  @ApiPropertyOptional({
    description: 'Whether to predict when the budget runs out.',
    type: 'boolean',
    default: false,
  })
  @IsOptional()
  @IsBoolean()
  forecast?: boolean;

  @ApiPropertyOptional({ description: 'Whether the budget is in force.', type: 'boolean', default: true })
  @IsOptional()
  @IsBoolean()
  is_active?: boolean;
}

/** The terms of a new budget. */
export class BudgetTerms extends IntersectionType(AccountQuery, ChangeableTerms) {
  @ApiProperty(LIMIT)
  @IsAmount({ min: '0' })
  limit!: string;

  @ApiPropertyOptional({
    description: 'What the budget counts.',
    enum: budget_unit,
    enumName: 'budget_unit',
    default: 'credits',
  })
  @IsOptional()
  @IsEnum(budget_unit)
  unit?: budget_unit;

  @ApiProperty({
    description:
      'Window in which `limit` applies. Calendar windows follow `timezone`; `period` is that of the plan; `range` needs `window_from` and `window_to`.',
    enum: budget_window,
    enumName: 'budget_window',
    example: 'month',
  })
  @IsEnum(budget_window)
  window!: budget_window;

  @ApiPropertyOptional({
    description: 'IANA name of the time zone.',
    type: 'string',
    default: 'UTC',
    example: 'Europe/Berlin',
  })
  @IsOptional()
  @IsTimeZone()
  timezone?: string;
}

/** The bounds of a range. */
export class RangeBody extends PartialType(PickType(BudgetRow, ['window_from', 'window_to'] as const), {
  skipNullProperties: false,
}) {}

/** A budget to create. */
export class BudgetBody extends IntersectionType(BudgetTerms, RangeBody) {
  @ApiPropertyOptional({
    description: 'What the budget is about: at most one member. Without one it is about the whole account.',
    type: () => BudgetScopeBody,
  })
  @IsOptional()
  @Type(() => BudgetScopeBody)
  @ValidateNested()
  scope?: BudgetScopeBody;
}

/** A budget as the options of a command. */
export class FlatBudgetBody extends IntersectionType(BudgetTerms, RangeBody, BudgetScopeBody) {}

/** A change to a budget; what is left out stays. */
export class BudgetChangeBody extends ChangeableTerms {
  @ApiPropertyOptional(LIMIT)
  @IsOptional()
  @IsAmount({ min: '0' })
  limit?: string;
}

/** A boost of one window. */
export class BoostBody {
  @ApiProperty({
    description: "Added to the limit until the window ends; for a rolling window, for the window's length.",
    type: 'string',
    format: 'decimal',
    example: '10',
  })
  @IsAmount({ positive: true })
  amount!: string;

  @ApiProperty({
    description: 'Why; it is in the audit log.',
    type: 'string',
    maxLength: REASON_MAX,
    example: 'Launch week',
  })
  @IsText({ min_length: 1, max_length: REASON_MAX })
  reason!: string;
}

/** Query of the list of budgets. */
export class BudgetsQuery extends IntersectionType(PageQuery, AccountQuery) {
  @ApiPropertyOptional({ description: 'Only budgets that are, or are not, in force.', type: 'boolean' })
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  is_active?: boolean;
}

/** Query of the budgets that apply to some work. */
export class EffectiveQuery extends AccountQuery {
  @ApiPropertyOptional({ description: 'API key that the work uses.', type: 'string', format: 'uuid' })
  @IsOptional()
  @IsUUID()
  api_key_id?: string;

  @ApiPropertyOptional({ description: 'Member who does the work.', type: 'string', example: 'user-43' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  member_id?: string;
}

/** A budget with its use. All amounts are in `unit`. */
export class BudgetView extends OmitType(BudgetRow, [
  ...SCOPE,
  ...([
    'limit_amount',
    'window_kind',
    'thresholds',
    'alert_at',
    'reported_threshold',
    'is_exceeded',
    'created_by',
  ] as const),
]) {
  @ApiProperty({ description: 'What the budget is about.', type: BudgetScopeView })
  scope!: BudgetScopeView;

  @ApiProperty({ description: 'What the budget limits, as in errors.', enum: BUDGET_SOURCES, example: 'key' })
  limit_source!: BudgetSource;

  @ApiProperty(LIMIT)
  limit!: string;

  @ApiProperty({
    description: 'Window of the budget.',
    enum: budget_window,
    enumName: 'budget_window',
    example: 'month',
  })
  window!: budget_window;

  @ApiProperty(THRESHOLDS)
  thresholds!: number[];

  @ApiProperty({
    description: 'What new work can still use: limit and boost minus used and held, never below zero.',
    type: 'string',
    format: 'decimal',
    example: '12.000000',
  })
  headroom!: string;

  @ApiProperty({
    description: 'How much finished work went beyond limit and boost. It is always booked.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  overrun!: string;

  @ApiProperty({
    description:
      'When the budget runs out before the window ends, if its use continues as so far; null if it does not, and without `forecast`.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  runs_out_at!: Date | null;
}

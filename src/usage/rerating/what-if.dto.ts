import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray } from 'class-validator';
import { IsText, IsWholeNumber } from '../../platform/values/wire-decorators.js';

const DAYS_DEFAULT = 30;
const DAYS_MAX = 365;
const RULES_MAX = 100;

/** The markup rules to try out, and the days to recompute. */
export class WhatIfBody {
  @ApiProperty({
    description:
      'Rules that override the current ones: `0.2` or `20%` for every class except free, `standard=0.12` for a class, ' +
      '`model:openai/gpt-4o=20%` for a model, `provider:openai=0.1` for a provider, `tier:starter=0.1` for a tier.',
    type: 'array',
    items: { type: 'string' },
    example: ['standard=0.12', 'model:openai/gpt-4o=20%'],
  })
  @IsArray()
  @ArrayMinSize(1, { message: 'markup must have at least one rule' })
  @ArrayMaxSize(RULES_MAX, { message: `markup must have at most ${RULES_MAX} rules` })
  @IsText({ min_length: 1, max_length: 300 }, { each: true })
  markup!: string[];

  @ApiProperty({
    description: 'Number of past days to recompute.',
    type: 'integer',
    minimum: 1,
    maximum: DAYS_MAX,
    default: DAYS_DEFAULT,
    required: false,
  })
  @IsWholeNumber({ min: 1, max: DAYS_MAX })
  days: number = DAYS_DEFAULT;
}

/** Revenue, provider cost and margin. */
export class BooksView {
  @ApiProperty({ description: 'Credits charged to accounts.', type: 'string', format: 'decimal' })
  revenue!: string;

  @ApiProperty({ description: 'Cost charged by providers, in credits.', type: 'string', format: 'decimal' })
  provider_cost!: string;

  @ApiProperty({ description: 'Revenue minus provider cost, in credits.', type: 'string', format: 'decimal' })
  margin!: string;

  @ApiProperty({ description: 'Margin as a percentage of revenue.', type: 'string', example: '9.09' })
  margin_percent!: string;
}

/** An account whose balance would not have sufficed. */
export class ShortAccountView {
  @ApiProperty({ description: 'Id of the user.', type: 'string' })
  user_id!: string;

  @ApiProperty({ description: 'Current balance in credits.', type: 'string', format: 'decimal' })
  balance!: string;

  @ApiProperty({ description: 'Credits charged in these days.', type: 'string', format: 'decimal' })
  charged!: string;

  @ApiProperty({ description: 'Credits that would have been charged.', type: 'string', format: 'decimal' })
  would_be_charged!: string;

  @ApiProperty({ description: 'Credits that would be missing.', type: 'string', format: 'decimal' })
  missing!: string;
}

/** The result of a preview. */
export class WhatIfView {
  @ApiProperty({ description: 'Number of days.', type: 'integer' })
  days!: number;

  @ApiProperty({ description: 'Number of charged events in these days.', type: 'integer' })
  events!: number;

  @ApiProperty({ description: 'Number of their accounts.', type: 'integer' })
  accounts!: number;

  @ApiProperty({ description: 'Figures under the current rules.', type: BooksView })
  now!: BooksView;

  @ApiProperty({ description: 'Figures under the given rules.', type: BooksView })
  then!: BooksView;

  @ApiProperty({
    description: 'Additional revenue under the given rules, in credits; negative for a reduction.',
    type: 'string',
    format: 'decimal',
  })
  difference!: string;

  @ApiProperty({ description: 'Number of accounts whose balance would not have sufficed.', type: 'integer' })
  accounts_run_dry!: number;

  @ApiProperty({
    description: 'Up to 100 of these accounts, those with the most credits missing first.',
    type: [ShortAccountView],
  })
  run_dry!: ShortAccountView[];
}

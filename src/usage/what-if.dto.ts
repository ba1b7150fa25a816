import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray } from 'class-validator';
import { IsText, IsWholeNumber } from '../platform/wire-decorators.js';

const DAYS_DEFAULT = 30;
const DAYS_MAX = 365;
const RULES_MAX = 100;

/** Which past is replayed under which markup. */
export class WhatIfBody {
  @ApiProperty({
    description:
      'Rules to put over those there are: `0.2` or `20%` for every class but free, `standard=0.12` for a class, ' +
      '`model:openai/gpt-4o=20%`, `provider:openai=0.1` or `tier:starter=0.1` for what they name.',
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
    description: 'How many days back.',
    type: 'integer',
    minimum: 1,
    maximum: DAYS_MAX,
    default: DAYS_DEFAULT,
    required: false,
  })
  @IsWholeNumber({ min: 1, max: DAYS_MAX })
  days: number = DAYS_DEFAULT;
}

/** Money in, money out. */
export class BooksView {
  @ApiProperty({ description: 'Charged to accounts, credits.', type: 'string', format: 'decimal' })
  revenue!: string;

  @ApiProperty({ description: 'What of it goes to providers, credits.', type: 'string', format: 'decimal' })
  provider_cost!: string;

  @ApiProperty({ description: 'What stays, credits.', type: 'string', format: 'decimal' })
  margin!: string;

  @ApiProperty({ description: 'Share of the revenue that stays, percent.', type: 'string', example: '9.09' })
  margin_percent!: string;
}

/** An account whose balance would not have been enough. */
export class DryAccountView {
  @ApiProperty({ description: 'The account.', type: 'string' })
  user_id!: string;

  @ApiProperty({ description: 'Its balance now, credits.', type: 'string', format: 'decimal' })
  balance!: string;

  @ApiProperty({ description: 'What it was charged in these days, credits.', type: 'string', format: 'decimal' })
  charged!: string;

  @ApiProperty({ description: 'What it would have been charged, credits.', type: 'string', format: 'decimal' })
  would_be_charged!: string;

  @ApiProperty({ description: 'What it would lack, credits.', type: 'string', format: 'decimal' })
  missing!: string;
}

/** The past under other rules. */
export class WhatIfView {
  @ApiProperty({ description: 'Days that were replayed.', type: 'integer' })
  days!: number;

  @ApiProperty({ description: 'Charged events of these days.', type: 'integer' })
  events!: number;

  @ApiProperty({ description: 'Accounts that they are of.', type: 'integer' })
  accounts!: number;

  @ApiProperty({ description: 'As it was.', type: BooksView })
  now!: BooksView;

  @ApiProperty({ description: 'As it would have been.', type: BooksView })
  then!: BooksView;

  @ApiProperty({ description: 'How much more would have been earned, credits.', type: 'string', format: 'decimal' })
  difference!: string;

  @ApiProperty({ description: 'Accounts whose balance would not have been enough.', type: 'integer' })
  accounts_run_dry!: number;

  @ApiProperty({ description: 'The first 100 of them, those that lack most.', type: [DryAccountView] })
  run_dry!: DryAccountView[];
}

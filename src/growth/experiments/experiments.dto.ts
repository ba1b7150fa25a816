import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, ValidateNested } from 'class-validator';
import { ExperimentRow, WelcomeStepRow } from '../../generated/rows.js';
import { Changes } from '../../platform/http/bodies/changes.js';
import { IsAmount, IsText, IsTimestamp, IsWholeNumber } from '../../platform/values/wire-decorators.js';
import { STEPS_MAX, WEIGHT_MAX } from './experiment.js';

const ARMS = { min: 2, max: 10 };
const NAME_MAX = 64;
const percentage = (description: string) => ({ description, type: 'number', example: 12.5 }) as const;
const count = (description: string) => ({ description, type: 'integer', example: 725 }) as const;

/** A step that gives credits to the accounts of an arm. */
export class ArmStep extends IntersectionType(
  PickType(WelcomeStepRow, ['on', 'credits'] as const),
  Changes(PickType(WelcomeStepRow, ['expires_days'] as const)),
) {}

/** What the accounts of an arm get. Without `trial_credits` and `trial_steps`: what everybody else gets. */
export class ExperimentArm {
  @ApiProperty({ description: 'Name of the arm.', type: 'string', maxLength: NAME_MAX, example: 'ten-credits' })
  @IsText({ min_length: 1, max_length: NAME_MAX })
  name!: string;

  @ApiPropertyOptional({
    description: 'How many new accounts the arm gets, in relation to the weights of the others.',
    type: 'integer',
    minimum: 1,
    maximum: WEIGHT_MAX,
    default: 1,
  })
  @IsWholeNumber({ min: 1, max: WEIGHT_MAX })
  weight: number = 1;

  @ApiPropertyOptional({
    description: 'Credits of a new account, in place of INITIAL_CREDITS.',
    type: 'string',
    format: 'decimal',
    example: '10.000000',
  })
  @IsOptional()
  @IsAmount({ min: '0' })
  trial_credits?: string;

  @ApiPropertyOptional({
    description: 'Steps that give credits, in place of those of the source. An empty list: none.',
    type: ArmStep,
    isArray: true,
    maxItems: STEPS_MAX,
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(STEPS_MAX)
  @ValidateNested({ each: true })
  @Type(() => ArmStep)
  trial_steps?: ArmStep[];
}

/** An experiment to create: with `arm_size`, or with `baseline` and `smallest_difference`, from which it is computed. */
export class ExperimentBody extends IntersectionType(
  PickType(ExperimentRow, ['key', 'metric', 'to'] as const),
  Changes(PickType(ExperimentRow, ['window_days', 'arm_size', 'baseline', 'smallest_difference'] as const)),
) {
  @ApiProperty({
    description: 'The arms; the others are compared with the first.',
    type: ExperimentArm,
    isArray: true,
    minItems: ARMS.min,
    maxItems: ARMS.max,
    example: [{ name: 'five-credits' }, { name: 'ten-credits', trial_credits: '10' }],
  })
  @IsArray()
  @ArrayMinSize(ARMS.min)
  @ArrayMaxSize(ARMS.max)
  @ValidateNested({ each: true })
  @Type(() => ExperimentArm)
  arms!: ExperimentArm[];

  @ApiPropertyOptional({
    description: 'From when on new accounts take part; now by default.',
    type: 'string',
    format: 'date-time',
    example: '2027-01-01T00:00:00Z',
  })
  @IsOptional()
  @IsTimestamp()
  from?: Date;
}

/** Names an experiment. */
export class ExperimentName extends PickType(ExperimentRow, ['key'] as const) {}

export const EXPERIMENT_STATES = ['planned', 'running', 'ended', 'stopped'] as const;

/** An experiment. */
export class ExperimentView extends OmitType(ExperimentRow, ['arms'] as const) {
  @ApiProperty({
    description: 'The arms; the others are compared with the first.',
    type: ExperimentArm,
    isArray: true,
  })
  arms!: ExperimentArm[];

  @ApiProperty({
    description:
      '`running`: new accounts take part. `ended`, `stopped`: no more do; those that did keep their arm and are still observed until their windows are over.',
    enum: EXPERIMENT_STATES,
    enumName: 'experiment_state',
  })
  state!: (typeof EXPERIMENT_STATES)[number];
}

/** A difference with its confidence interval. */
export class DifferenceView {
  @ApiProperty(percentage('The difference to the first arm: percentage points, or USD per account for `revenue`.'))
  value!: number;

  @ApiProperty(percentage('Lower end of the interval.'))
  low!: number;

  @ApiProperty(percentage('Upper end of the interval.'))
  high!: number;
}

/** What is known about an arm. Everything but `accounts` is about the compared accounts and their windows. */
export class ArmResultView extends PickType(ExperimentArm, ['name'] as const) {
  @ApiProperty(count('Accounts that take part.'))
  accounts!: number;

  @ApiProperty(count('Accounts that are compared: the first `need` ones, once their windows are over.'))
  compared!: number;

  @ApiProperty(count('Accounts with a successful call.'))
  activated!: number;

  @ApiProperty(count('Accounts that paid.'))
  converted!: number;

  @ApiProperty(
    count('Accounts whose gifts were reduced because they seem to belong to somebody who registers repeatedly.'),
  )
  suspected!: number;

  @ApiProperty({
    description: 'Paid, less what was refunded or disputed, USD.',
    type: 'string',
    format: 'decimal',
    example: '1450.000000',
  })
  revenue!: string;

  @ApiProperty({
    description: 'Credits given: trial, bonus, coupon and referral credits.',
    type: 'string',
    format: 'decimal',
    example: '3625.000000',
  })
  credits_given!: string;

  @ApiProperty({
    description: 'What is compared: percent of the accounts, or USD per account; null without accounts.',
    type: 'number',
    nullable: true,
    example: 10.2,
  })
  value!: number | null;

  @ApiProperty({
    description: 'Difference to the first arm; null for the first, and while there is too little to compare.',
    type: DifferenceView,
    nullable: true,
  })
  difference!: DifferenceView | null;
}

export const NO_WINNER = ['sample_size_not_reached', 'no_difference'] as const;

/** An experiment with its result. */
export class ExperimentResultView extends ExperimentView {
  @ApiProperty({
    description:
      'Confidence that all intervals together contain the true differences is 95 %; this is that of each one, percent.',
    type: 'number',
    example: 95,
  })
  confidence!: number;

  @ApiProperty({ description: 'The arms in their order.', type: ArmResultView, isArray: true })
  results!: ArmResultView[];

  @ApiProperty({
    description: 'Arm that is better; null if none is named.',
    type: 'string',
    nullable: true,
    example: null,
  })
  winner!: string | null;

  @ApiProperty({
    description:
      'Why none is named; null if one is. `sample_size_not_reached`: not every arm has `need` compared accounts, so it is too early for a decision.',
    enum: NO_WINNER,
    enumName: 'no_winner_reason',
    nullable: true,
  })
  reason!: (typeof NO_WINNER)[number] | null;

  @ApiProperty(count('Compared accounts of the smallest arm.'))
  have!: number;

  @ApiProperty(count('Accounts that each arm needs.'))
  need!: number;
}

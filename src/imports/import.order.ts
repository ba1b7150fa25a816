import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { IsAmount, IsText } from '../platform/values/wire-decorators.js';
import { KINDS } from './source.js';
import { USER_COLUMNS, type UserColumn } from './sources/one-api.js';

export const STEPS = ['inspect', 'plan', 'apply', 'verify'] as const;

/** What is imported, and how far the import goes. */
export class ImportOrder {
  @ApiProperty({ description: 'Where the source is', type: 'string' })
  @IsText({ min_length: 1 })
  source!: string;

  @ApiProperty({ description: 'How far to go', enum: STEPS })
  @IsIn(STEPS, { message: `step must be one of ${STEPS.join(', ')}` })
  step!: (typeof STEPS)[number];

  @ApiPropertyOptional({
    description: 'Name of the source: two of one kind need two names; the name of the system if it is left out',
    type: 'string',
    example: 'eu',
  })
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,31}$/, { message: 'name must be 1 to 32 lower-case letters, digits or -' })
  name?: string;

  @ApiPropertyOptional({
    description:
      "How many of the source's credits a US dollar is, which is a credit here; 1 if it is left out, for one-api what its options say or 500000",
    type: 'string',
    format: 'decimal',
    example: '100',
  })
  @IsOptional()
  @IsAmount({ positive: true })
  credits_per_usd?: string;

  @ApiPropertyOptional({
    description: 'Plan of new accounts whose source names none that exists here; that of new users if it is left out',
    type: 'string',
    example: 'starter',
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  tier?: string;

  @ApiPropertyOptional({ description: `Only these kinds, with commas between: ${KINDS.join(',')}`, type: 'string' })
  @IsOptional()
  @IsText({ min_length: 1 })
  only?: string;

  @ApiPropertyOptional({
    description: "File with the Fernet key that encrypts users' keys of OpenRouter; without it they are not taken",
    type: 'string',
  })
  @IsOptional()
  @IsText({ min_length: 1 })
  fernet_key_file?: string;

  @ApiPropertyOptional({
    description: 'Column of the users that holds their ids here; id if it is left out',
    enum: USER_COLUMNS,
  })
  @IsOptional()
  @IsIn(USER_COLUMNS, { message: `user_column must be one of ${USER_COLUMNS.join(', ')}` })
  user_column?: UserColumn;
}

/** For systems that keep users' own keys. */
export class OrderWithKeys extends OmitType(ImportOrder, ['user_column'] as const) {}
/** For systems with several ids of a user. */
export class OrderWithUserColumn extends OmitType(ImportOrder, ['fernet_key_file'] as const) {}
/** For all others. */
export class PlainOrder extends OmitType(ImportOrder, ['fernet_key_file', 'user_column'] as const) {}

import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsEnum, IsOptional } from 'class-validator';
import { credit_import_line_state, credit_import_mode, grant_source } from '../../generated/prisma/enums.js';
import { CreditGrantRow, CreditImportLineRow, CreditImportRow, UserCreditsRow } from '../../generated/rows.js';
import { ExportQuery } from '../../platform/export/download.js';
import { IsDayOrTimestamp } from '../../platform/http/dates.js';
import { PageQuery, QueryBoolean } from '../../platform/http/page.js';
import { IsText } from '../../platform/values/wire-decorators.js';

const NAME_MAX = 255;
const REASON_MAX = 500;

/** A line of a file of credits. */
export class CreditLine extends IntersectionType(
  PickType(UserCreditsRow, ['user_id'] as const),
  PickType(CreditGrantRow, ['amount'] as const),
) {
  @ApiProperty({ description: "Reason, which the account's ledger shows.", maxLength: REASON_MAX, example: 'June' })
  @IsText({ min_length: 1, max_length: REASON_MAX })
  reason!: string;

  @ApiPropertyOptional({
    description: 'Source of the credits. It decides their priority, as for other grants.',
    enum: grant_source,
    enumName: 'grant_source',
    default: 'bonus',
  })
  @IsOptional()
  @IsEnum(grant_source)
  source?: grant_source;

  @ApiPropertyOptional({
    description: 'When the credits expire: a timestamp, or a UTC day, which is included. Without it they do not.',
    type: 'string',
    example: '2027-12-31',
  })
  @IsOptional()
  @IsDayOrTimestamp('end')
  expires_at?: Date;
}

/** How the lines are booked. */
export class CreditImportModeBody {
  @ApiPropertyOptional({
    description:
      '`all_or_nothing`: every line, in one transaction, or none (at most 1,000 lines); `best_effort`: every line that can be booked.',
    enum: credit_import_mode,
    enumName: 'credit_import_mode',
    default: 'all_or_nothing',
  })
  @IsEnum(credit_import_mode)
  mode: credit_import_mode = 'all_or_nothing';
}

/** Query of an upload. */
export class CreditImportQuery extends CreditImportModeBody {
  @ApiPropertyOptional({
    description: 'Name of the file, for the list of imports.',
    type: 'string',
    minLength: 1,
    maxLength: NAME_MAX,
    default: 'upload',
    example: 'june.csv',
  })
  @IsText({ min_length: 1, max_length: NAME_MAX })
  name: string = 'upload';

  @ApiPropertyOptional({
    description: 'true: only check the lines. The import can then be confirmed.',
    type: 'boolean',
    default: false,
  })
  @QueryBoolean()
  @IsBoolean()
  dry_run: boolean = false;
}

const LINES_OF_STATE = {
  description: 'Only lines in this state.',
  enum: credit_import_line_state,
  enumName: 'credit_import_line_state',
} as const;

/** Query of the lines of an import. */
export class CreditImportLinesQuery extends OmitType(PageQuery, ['offset'] as const) {
  @ApiPropertyOptional(LINES_OF_STATE)
  @IsOptional()
  @IsEnum(credit_import_line_state)
  state?: credit_import_line_state;
}

/** Query of the file with the result. */
export class CreditImportResultQuery extends ExportQuery {
  @ApiPropertyOptional(LINES_OF_STATE)
  @IsOptional()
  @IsEnum(credit_import_line_state)
  state?: credit_import_line_state;
}

/** A line of an import with its result. */
export class CreditImportLineView extends OmitType(CreditImportLineRow, ['import_id'] as const) {}

/** An import with its progress: the lines by state. */
export class CreditImportView extends CreditImportRow {
  @ApiProperty({ description: 'Number of lines.', type: 'integer', example: 200 })
  lines!: number;

  @ApiProperty({ description: 'Number of lines that can be booked and are not yet.', type: 'integer', example: 198 })
  ready!: number;

  @ApiProperty({ description: 'Number of lines that cannot be booked.', type: 'integer', example: 2 })
  invalid!: number;

  @ApiProperty({ description: 'Number of booked lines.', type: 'integer', example: 0 })
  booked!: number;

  @ApiProperty({ description: 'Number of lines that were refused when they were booked.', type: 'integer', example: 0 })
  refused!: number;

  @ApiProperty({ description: 'Number of lines with a warning.', type: 'integer', example: 0 })
  warnings!: number;

  @ApiProperty({
    description: 'Credits of all lines that are ready or booked.',
    type: 'string',
    format: 'decimal',
    example: '1980.000000',
  })
  amount!: string;

  @ApiProperty({ description: 'Credits of the booked lines.', type: 'string', format: 'decimal', example: '0.000000' })
  booked_amount!: string;
}

import { ApiProperty } from '@nestjs/swagger';
import { opening_result } from '../../generated/prisma/enums.js';

export const GROWTH_LAYERS = ['registration', 'identity_provider', 'import', 'first_use'] as const;
export type GrowthLayer = (typeof GROWTH_LAYERS)[number];

const count = (description: string) => ({ description, type: 'integer', example: 120 }) as const;
const seconds = (description: string) => ({ description, type: 'number', nullable: true, example: 312.5 }) as const;

/** What became of accounts until now. */
export class GrowthFiguresView {
  @ApiProperty(count('Accounts that were opened.'))
  accounts!: number;

  @ApiProperty(count('Accounts whose e-mail address is verified.'))
  email_verified!: number;

  @ApiProperty(count('Accounts with a successful call.'))
  activated!: number;

  @ApiProperty(count('Accounts that paid.'))
  converted!: number;

  @ApiProperty(seconds('Median time from the opening to the first successful call, seconds; null without calls.'))
  first_call_median_s!: number | null;

  @ApiProperty(seconds('Time within which 90 % of those who called made their first successful call, seconds.'))
  first_call_p90_s!: number | null;

  @ApiProperty({
    description: 'Paid, less what was refunded or disputed, USD.',
    type: 'string',
    format: 'decimal',
    example: '1450.000000',
  })
  revenue!: string;
}

/** Accounts that were opened in the same way. */
export class GrowthGroupView extends GrowthFiguresView {
  @ApiProperty({
    description: 'What opened the accounts.',
    enum: GROWTH_LAYERS,
    enumName: 'growth_layer',
  })
  layer!: GrowthLayer;

  @ApiProperty({ description: 'Source that the registration named; * if none did.', type: 'string', example: '*' })
  source!: string;

  @ApiProperty({
    description:
      'What the registration did: `opened` the account, found that it `existed`, or could not open it (`pending`); null if nobody registered the user.',
    enum: opening_result,
    enumName: 'opening_result',
    nullable: true,
  })
  result!: opening_result | null;
}

/** How accounts were opened in a range, and what became of them. */
export class GrowthView {
  @ApiProperty({ description: 'First UTC day.', type: 'string', format: 'date', example: '2026-11-01' })
  from!: string;

  @ApiProperty({ description: 'Last UTC day.', type: 'string', format: 'date', example: '2026-11-30' })
  to!: string;

  @ApiProperty({ description: 'All accounts.', type: GrowthFiguresView })
  total!: GrowthFiguresView;

  @ApiProperty({ description: 'The same by how they were opened, the largest group first.', type: [GrowthGroupView] })
  groups!: GrowthGroupView[];
}

import { ApiProperty } from '@nestjs/swagger';
import { AccountQuery } from '../../credits/credits.dto.js';
import { IsText } from '../../platform/values/wire-decorators.js';

/** A tier to move to. */
export class SwitchBody extends AccountQuery {
  @ApiProperty({ description: 'Code of the tier to move to.', example: 'starter' })
  @IsText({ min_length: 1, max_length: 64 })
  new_tier!: string;
}

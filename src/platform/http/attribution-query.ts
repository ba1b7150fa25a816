import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';
import { TAG_MAX_CHARACTERS } from '../attribution.js';
import { IsText } from '../values/wire-decorators.js';

/** Selects work by who acted and with what. */
export class AttributionQuery {
  @ApiPropertyOptional({ description: 'Only what this API key did.', type: 'string', format: 'uuid' })
  @IsOptional()
  @IsUUID()
  api_key_id?: string;

  @ApiPropertyOptional({ description: 'Only what this member of an organization did.', example: 'user-42' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  member_id?: string;

  @ApiPropertyOptional({ description: 'Only what has this tag.', maxLength: TAG_MAX_CHARACTERS, example: 'team-a' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: TAG_MAX_CHARACTERS })
  tag?: string;
}

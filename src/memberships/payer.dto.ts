import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsText } from '../platform/values/wire-decorators.js';

/** Names the organization that pays for the work of `user_id`, who must be an active member. */
export class PayerBody {
  @ApiPropertyOptional({
    description:
      'Organization that pays; `user_id` must be an active member. By default the header `X-Tollgate-Account`, then the burn order of `user_id`, decides.',
    type: 'string',
    minLength: 1,
    maxLength: 255,
    example: 'org_5f0c2e9ab1d84c6e9f3a7b21',
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  account?: string;
}

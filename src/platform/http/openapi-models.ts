import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** One fault of a payload. */
export class ProblemFieldError {
  @ApiProperty({ description: 'Path of the field.', type: 'string', example: 'records[3].amount' })
  field!: string;

  @ApiProperty({ description: 'What is wrong with it.', type: 'string', example: 'must be greater than zero' })
  message!: string;
}

/** RFC 9457. Errors of a certain code carry more members, named in the description of the operation. */
export class ProblemDetails {
  @ApiProperty({
    description: 'URI of the kind of problem.',
    type: 'string',
    example: 'urn:tollgate:error:invalid_request',
  })
  type!: string;

  @ApiProperty({ description: 'The status in words.', type: 'string', example: 'Unprocessable Entity' })
  title!: string;

  @ApiProperty({ description: 'HTTP status.', type: 'integer', example: 422 })
  status!: number;

  @ApiProperty({
    description: 'A sentence for a person.',
    type: 'string',
    example: 'amount: must be greater than zero',
  })
  detail!: string;

  @ApiProperty({ description: 'Path that was called.', type: 'string', example: '/api/v1/credits/deduct' })
  instance!: string;

  @ApiProperty({ description: 'Stable name of the problem, for programs.', type: 'string', example: 'invalid_request' })
  code!: string;

  @ApiProperty({
    description: 'X-Request-Id of the call, as in the logs.',
    type: 'string',
    example: '0b1f6c9e-52f4-4f0a-9b0e-6a3f0f5f4d11',
  })
  request_id!: string;

  @ApiPropertyOptional({ description: 'Faults of the payload.', type: () => [ProblemFieldError] })
  errors?: ProblemFieldError[];
}

const text = { type: 'string' as const };

/** Headers of every list. */
export const PAGE_HEADERS_DOC = {
  'X-Next-Cursor': { description: 'Cursor of the next page; absent on the last one.', schema: text },
  Link: { description: 'URL of the next page, rel="next".', schema: text },
  'X-Total-Count': {
    description: 'Size of the whole set, where it was counted.',
    schema: { type: 'integer' as const },
  },
};

import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';

/** One fault of a payload. */
export class ProblemFieldError {
  @ApiProperty({ description: 'Path of the field.', type: 'string', example: 'records[3].amount' })
  field!: string;

  @ApiProperty({ description: 'What is wrong with it.', type: 'string', example: 'must be greater than zero' })
  message!: string;
}

/** What every problem says. */
class ProblemBasics {
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
}

const credits = (description: string) => ({
  description,
  type: 'string' as const,
  format: 'decimal',
  example: '2.500000',
});

/** What errors of certain codes say besides; the examples of an answer show which. */
export class ProblemParticulars {
  @ApiPropertyOptional({ description: 'Faults of the payload, the first fifty.', type: () => [ProblemFieldError] })
  errors?: ProblemFieldError[];

  @ApiPropertyOptional({ description: 'Seconds to wait, as in `Retry-After`.', type: 'number', example: 5 })
  retry_after_s?: number;

  @ApiPropertyOptional(credits('Credits that were needed.'))
  required?: string;

  @ApiPropertyOptional(credits('Credits that the account has to spend.'))
  available?: string;

  @ApiPropertyOptional({ ...credits('Most credits of the plan in a period; null is without limit.'), nullable: true })
  monthly_cap?: string | null;

  @ApiPropertyOptional({ description: 'When the limit begins anew.', type: 'string', format: 'date-time' })
  resets_at?: string;

  @ApiPropertyOptional({ description: 'The limit that was reached.', type: 'integer', example: 100 })
  limit?: number;

  @ApiPropertyOptional({
    description: 'What the limit counts.',
    enum: ['calls_per_day', 'free_calls_per_day', 'calls_per_month'],
  })
  limit_source?: string;

  @ApiPropertyOptional({ description: 'The account that took over.', type: 'string', example: 'user-43' })
  moved_to?: string;

  @ApiPropertyOptional({ description: 'Where it is paid.', type: 'string', nullable: true })
  checkout_url?: string | null;

  @ApiPropertyOptional({ description: 'The payment that was begun.', type: 'string', format: 'uuid' })
  payment_id?: string;

  @ApiPropertyOptional(credits('What is left to refund of the charge.'))
  refundable?: string;

  @ApiPropertyOptional({ description: 'How the hold ended.', type: 'string', example: 'captured' })
  hold_status?: string;

  @ApiPropertyOptional({ description: 'How the log ended.', type: 'string', example: 'discarded' })
  log_status?: string;

  @ApiPropertyOptional({ description: 'What stands against serving.', type: [String] })
  reasons?: string[];

  @ApiPropertyOptional({ description: 'The model that is not allowed.', type: 'string', example: 'openai/o1-pro' })
  model?: string;

  @ApiPropertyOptional({ description: 'Models that may be meant.', type: [String], example: ['openai/gpt-4o-mini'] })
  candidates?: string[];

  @ApiPropertyOptional({ description: 'The plan of the account.', type: 'string', example: 'trial' })
  tier?: string;

  @ApiPropertyOptional(credits('What was charged.'))
  cost?: string;

  @ApiPropertyOptional({ description: 'With this limit of tokens the call fits.', type: 'integer', example: 800 })
  max_tokens_affordable?: number;

  @ApiPropertyOptional({
    description: 'What the provider calls the error: a status or a name.',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
    example: 400,
  })
  provider_code?: number | string;

  @ApiPropertyOptional({
    description: 'What the provider says besides.',
    type: 'object',
    additionalProperties: true,
    example: { provider_name: 'OpenAI' },
  })
  metadata?: object;
}

/** RFC 9457. */
export class ProblemDetails extends IntersectionType(ProblemBasics, ProblemParticulars) {}

const text = { type: 'string' as const };
const integer = { type: 'integer' as const };

/** Headers that answers carry, as `#/components/headers`. */
export const HEADERS_DOC = {
  'X-Request-Id': { description: 'Id of the call, as in the logs; one that was sent is kept.', schema: text },
  'Retry-After': { description: 'Seconds to wait; absent where waiting does not help.', schema: integer },
  'WWW-Authenticate': { description: '`Bearer`.', schema: text },
  RateLimit: { description: 'What is left of the limit, as IETF names it: `"user";r=599;t=60`.', schema: text },
  'RateLimit-Policy': { description: 'The limit: `"user";q=600;w=60`.', schema: text },
  'Idempotency-Hit': {
    description: '`true`: the request was answered before and had no further effect.',
    schema: text,
  },
  'X-Should-Retry': { description: "Whether a client of OpenAI's that repeats calls by itself should.", schema: text },
  ETag: { description: 'Version of the answer, for `If-None-Match`.', schema: text },
  'Content-Disposition': { description: 'Name of the file.', schema: text },
  'X-Tollgate-Cost': {
    description: 'Credits that the call was charged; absent where it is known only later.',
    schema: text,
  },
  'X-Tollgate-Balance': { description: 'Credits that can be spent after it.', schema: text },
  'X-Tollgate-Recorded': { description: 'Logs that were recorded.', schema: integer },
  'X-Tollgate-Duplicates': { description: 'Logs that were recorded before.', schema: integer },
  'X-Tollgate-Rejected': { description: 'Logs that could not be booked.', schema: integer },
  'X-Next-Cursor': { description: 'Cursor of the next page; absent on the last one.', schema: text },
  Link: { description: 'URL of the next page, rel="next".', schema: text },
  'X-Total-Count': { description: 'Size of the whole set, where it was counted.', schema: integer },
};

/** References to headers, for an answer that carries them. */
export const headersDoc = (...names: (keyof typeof HEADERS_DOC)[]): Record<string, { $ref: string }> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

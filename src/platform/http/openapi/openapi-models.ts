import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';

/** What limits are set for: a part of the plan, or a budget. */
const LIMIT_SOURCES = [
  'calls_per_day',
  'free_calls_per_day',
  'key',
  'member',
  'organization',
  'account',
  'service',
  'model',
  'tag',
  'plan',
];

/** One error in a payload. */
export class ProblemFieldError {
  @ApiProperty({ description: 'Path of the field.', type: 'string', example: 'records[3].amount' })
  field!: string;

  @ApiProperty({ description: 'What is wrong with the field.', type: 'string', example: 'must be greater than zero' })
  message!: string;
}

/** The fields of every problem. */
class ProblemBasics {
  @ApiProperty({
    description: 'URI of the problem type.',
    type: 'string',
    example: 'urn:tollgate:error:invalid_request',
  })
  type!: string;

  @ApiProperty({ description: 'Reason phrase of the status.', type: 'string', example: 'Unprocessable Entity' })
  title!: string;

  @ApiProperty({ description: 'HTTP status.', type: 'integer', example: 422 })
  status!: number;

  @ApiProperty({
    description: 'Human-readable explanation.',
    type: 'string',
    example: 'amount: must be greater than zero',
  })
  detail!: string;

  @ApiProperty({ description: 'Path of the request.', type: 'string', example: '/api/v1/credits/deduct' })
  instance!: string;

  @ApiProperty({ description: 'Stable, machine-readable error code.', type: 'string', example: 'invalid_request' })
  code!: string;

  @ApiProperty({
    description: 'X-Request-Id of the request, as in the logs.',
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

/** Extra fields of errors about work: of a request, and of a record in a batch. */
export class WorkErrorParticulars {
  @ApiPropertyOptional({
    description: 'Errors in the payload, at most the first fifty.',
    type: () => [ProblemFieldError],
  })
  errors?: ProblemFieldError[];

  @ApiPropertyOptional({ description: 'Seconds to wait, as in `Retry-After`.', type: 'number', example: 5 })
  retry_after_s?: number;

  @ApiPropertyOptional(credits('Credits required.'))
  required?: string;

  @ApiPropertyOptional(credits('Credits available to the account.'))
  available?: string;

  @ApiPropertyOptional({ ...credits('Maximum plan credits per period; null means unlimited.'), nullable: true })
  monthly_cap?: string | null;

  @ApiPropertyOptional({ description: 'When the limit resets.', type: 'string', format: 'date-time' })
  resets_at?: string;

  @ApiPropertyOptional({
    description: 'The limit that was reached: a decimal for a budget, otherwise a whole number.',
    oneOf: [{ type: 'integer' }, { type: 'string', format: 'decimal' }],
    example: 100,
  })
  limit?: number | string;

  @ApiPropertyOptional({ description: 'What the limit is set for or counts.', enum: LIMIT_SOURCES })
  limit_source?: string;

  @ApiPropertyOptional({
    description: 'Budget that is reached; null if the limit is one of the plan.',
    type: 'string',
    format: 'uuid',
    nullable: true,
  })
  budget_id?: string | null;

  @ApiPropertyOptional({ description: 'What a budget counts.', enum: ['credits', 'calls', 'tokens'] })
  unit?: string;

  @ApiPropertyOptional(credits('Used of a budget, in its unit.'))
  used?: string;

  @ApiPropertyOptional(credits('Held by work in progress, in the unit of the budget.'))
  held?: string;

  @ApiPropertyOptional(credits('What is left of a budget, in its unit.'))
  headroom?: string;

  @ApiPropertyOptional({ description: 'Who set the budget.', enum: ['user', 'admin', 'organization', 'plan'] })
  set_by?: string;

  @ApiPropertyOptional({
    description: 'Page on which the limit can be raised.',
    type: 'string',
    example: '/app/budgets',
  })
  raise_at?: string;

  @ApiPropertyOptional({
    description: 'Account that this account was merged into.',
    type: 'string',
    example: 'user-43',
  })
  moved_to?: string;

  @ApiPropertyOptional({ description: 'What the API key is not allowed for, in `key_service_not_allowed`.' })
  service?: string;
}

/** Extra fields of certain error codes; the examples of each response show which. */
export class ProblemParticulars extends WorkErrorParticulars {
  @ApiPropertyOptional({ description: 'The scope that the credential lacks.', type: 'string', example: 'usage:read' })
  scope?: string;

  @ApiPropertyOptional({ description: 'How the secret starts that replaced the one that was sent, in `key_rotated`.' })
  start?: string;

  @ApiPropertyOptional({ description: 'Why the API key is paused.', type: 'string', nullable: true })
  paused_reason?: string | null;

  @ApiPropertyOptional({ description: 'Address of the caller, in `key_address_not_allowed`.' })
  address?: string;

  @ApiPropertyOptional({ description: 'What goes beyond the credential of the caller, in `key_exceeds_creator`.' })
  field?: string;

  @ApiPropertyOptional({ description: 'URL where the payment is made.', type: 'string', nullable: true })
  checkout_url?: string | null;

  @ApiPropertyOptional({ description: 'Payment that was started.', type: 'string', format: 'uuid' })
  payment_id?: string;

  @ApiPropertyOptional(credits('Amount of the charge that can still be refunded, credits.'))
  refundable?: string;

  @ApiPropertyOptional(credits('Credits of the account that can be transferred, in `credits_not_transferable`.'))
  transferable?: string;

  @ApiPropertyOptional({ description: 'Seats of the organization, in `seat_limit_reached`.', type: 'integer' })
  seats?: number;

  @ApiPropertyOptional({ description: 'How many of them are taken.', type: 'integer' })
  taken?: number;

  @ApiPropertyOptional({
    description: 'When the paid plan ends, in `plan_is_paid`.',
    type: 'string',
    format: 'date-time',
  })
  paid_until?: string;

  @ApiPropertyOptional({ description: 'The models that the organization does not pay for.', type: [String] })
  models?: string[];

  @ApiPropertyOptional({ description: 'Final state of the hold.', type: 'string', example: 'captured' })
  hold_status?: string;

  @ApiPropertyOptional({ description: 'State of the log.', type: 'string', example: 'discarded' })
  log_status?: string;

  @ApiPropertyOptional({ description: 'Reasons why the service is not ready.', type: [String] })
  reasons?: string[];

  @ApiPropertyOptional({ description: 'The model that is not allowed.', type: 'string', example: 'openai/o1-pro' })
  model?: string;

  @ApiPropertyOptional({ description: 'Similar models.', type: [String], example: ['openai/gpt-4o-mini'] })
  candidates?: string[];

  @ApiPropertyOptional({ description: 'The plan of the account.', type: 'string', example: 'trial' })
  tier?: string;

  @ApiPropertyOptional(credits('Amount charged, credits.'))
  cost?: string;

  @ApiPropertyOptional({
    description: 'Output token limit with which the call would be affordable.',
    type: 'integer',
    example: 800,
  })
  max_tokens_affordable?: number;

  @ApiPropertyOptional({
    description: 'Error code of the provider: a status or a name.',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
    example: 400,
  })
  provider_code?: number | string;

  @ApiPropertyOptional({
    description: 'Further details from the provider.',
    type: 'object',
    additionalProperties: true,
    example: { provider_name: 'OpenAI' },
  })
  metadata?: object;
}

/** Problem details (RFC 9457). */
export class ProblemDetails extends IntersectionType(ProblemBasics, ProblemParticulars) {}

const text = { type: 'string' as const };
const integer = { type: 'integer' as const };

/** Response headers, as `#/components/headers`. */
export const HEADERS_DOC = {
  'X-Request-Id': { description: 'Id of the request, as in the logs; an id sent by the caller is used.', schema: text },
  'Retry-After': { description: 'Seconds to wait; absent if waiting does not help.', schema: integer },
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
    description: 'Credits charged for the call; absent if the charge is known only later.',
    schema: text,
  },
  'X-Tollgate-Balance': { description: 'Credits available after the call.', schema: text },
  'X-Tollgate-Recorded': { description: 'Number of logs recorded.', schema: integer },
  'X-Tollgate-Duplicates': { description: 'Number of logs that had been recorded before.', schema: integer },
  'X-Tollgate-Rejected': { description: 'Number of logs that were rejected.', schema: integer },
  'X-Next-Cursor': { description: 'Cursor of the next page; absent on the last one.', schema: text },
  Link: { description: 'URL of the next page, rel="next".', schema: text },
  'X-Total-Count': { description: 'Total number of items, if it was requested.', schema: integer },
};

/** Returns references to headers, for a response that has them. */
export const headersDoc = (...names: (keyof typeof HEADERS_DOC)[]): Record<string, { $ref: string }> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/**
 * The kind of an error, independent of the transport. The HTTP filter maps kinds to status codes, the CLI maps them to
 * exit codes.
 */
export type ErrorKind =
  | 'malformed'
  | 'unauthenticated'
  | 'payment_required'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'too_large'
  | 'unsupported_media_type'
  | 'invalid'
  | 'rate_limited'
  | 'unavailable';

/** One error in a payload. */
export interface FieldError {
  field: string;
  message: string;
}

/** Details of an error for the caller; never secrets, SQL or stack traces. */
export interface ErrorExtra {
  errors?: FieldError[];
  retry_after_s?: number;
  [member: string]: unknown;
}

/** An error for the caller: `code` is stable snake_case, `message` is a human-readable sentence. */
export class DomainError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    readonly extra: ErrorExtra = {},
  ) {
    super(message);
    this.name = 'DomainError';
  }
}

/** An error of an upstream service, passed on with its status. */
export class UpstreamError extends DomainError {
  constructor(
    readonly status: number,
    code: string,
    message: string,
    extra: ErrorExtra = {},
  ) {
    super('unavailable', code, message, extra);
  }
}

/** Too many attempts within a window. HTTP adds Retry-After and the RateLimit headers. */
export class RateLimited extends DomainError {
  constructor(
    message: string,
    /** `reset_s` is the time until the next attempt is allowed, seconds. */
    readonly limit: { policy: string; quota: number; window_s: number; reset_s: number },
  ) {
    super('rate_limited', 'rate_limited', message, { retry_after_s: limit.reset_s });
  }
}

/** A resource that does not exist or belongs to another user; the response never reveals which. */
export class NotFound extends DomainError {
  constructor(what: string) {
    super('not_found', 'not_found', `${what} not found.`);
  }
}

/** A resource that exists but does not support the method. */
export class MethodNotAllowed extends DomainError {
  constructor(
    method: string,
    readonly allowed: readonly string[],
  ) {
    super(
      'method_not_allowed',
      'method_not_allowed',
      `This path does not support ${method}, only ${allowed.join(', ')}.`,
    );
  }
}

const FAULTS_IN_A_SENTENCE = 5;
/** Maximum number of errors listed for a payload. */
export const FAULTS_MAX = 50;

/** A payload with invalid fields. The message names the first errors, `errors` lists the first fifty. */
export class InvalidInput extends DomainError {
  /** @param count the total number of errors if `errors` is truncated */
  constructor(errors: readonly FieldError[], count = errors.length) {
    const named = errors.slice(0, FAULTS_IN_A_SENTENCE).map((e) => `${e.field}: ${e.message}`);
    const more = count - named.length;
    super('invalid', 'invalid_request', [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; '), {
      errors: errors.slice(0, FAULTS_MAX),
    });
  }
}

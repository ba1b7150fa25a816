/** What went wrong, in words that belong to no transport. The HTTP filter and the CLI map kinds to their own codes. */
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

/** One fault of a payload. */
export interface FieldError {
  field: string;
  message: string;
}

/** Particulars that travel with an error to the caller; never secrets, SQL or stacks. */
export interface ErrorExtra {
  errors?: FieldError[];
  retry_after_s?: number;
  [member: string]: unknown;
}

/** A refusal that the caller is meant to read: `code` is stable snake_case, `message` a sentence for a person. */
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

/** A refusal of a service that stands behind ours, passed on with its own status. */
export class PassedOn extends DomainError {
  constructor(
    readonly status: number,
    code: string,
    message: string,
    extra: ErrorExtra = {},
  ) {
    super('unavailable', code, message, extra);
  }
}

/** Too many tries within a while; HTTP says so in Retry-After and the RateLimit headers. */
export class RateLimited extends DomainError {
  constructor(
    message: string,
    /** `reset_s` is how long it takes until the next try may be made. */
    readonly limit: { policy: string; quota: number; window_s: number; reset_s: number },
  ) {
    super('rate_limited', 'rate_limited', message, { retry_after_s: limit.reset_s });
  }
}

/** A thing that does not exist, or belongs to somebody else; the answer never tells which. */
export class NotFound extends DomainError {
  constructor(what: string) {
    super('not_found', 'not_found', `${what} not found.`);
  }
}

/** A thing that is there, but can't be done this with. */
export class MethodNotAllowed extends DomainError {
  constructor(
    method: string,
    readonly allowed: readonly string[],
  ) {
    super('method_not_allowed', 'method_not_allowed', `This path does not take ${method}, but ${allowed.join(', ')}.`);
  }
}

const FAULTS_IN_A_SENTENCE = 5;
/** Most faults of a payload that are listed. */
export const FAULTS_MAX = 50;

/** A payload whose fields break a rule. The sentence names the first faults, `errors` the first fifty. */
export class InvalidInput extends DomainError {
  /** @param count how many faults there are, where not all of them are given */
  constructor(errors: readonly FieldError[], count = errors.length) {
    const named = errors.slice(0, FAULTS_IN_A_SENTENCE).map((e) => `${e.field}: ${e.message}`);
    const more = count - named.length;
    super('invalid', 'invalid_request', [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; '), {
      errors: errors.slice(0, FAULTS_MAX),
    });
  }
}

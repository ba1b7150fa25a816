import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { isOutage, poolerFault, sqlState } from '../database-errors.js';
import { DomainError, type ErrorExtra, type ErrorKind, PassedOn } from '../errors.js';

/** The members of an RFC 9457 document that belong to the error itself, not to the request. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly extra: ErrorExtra;
  /** Whether the cause is ours and belongs into the log with its stack. */
  readonly is_fault: boolean;
}

/** The members of an error's document, the standard ones first: people read from the top. None may be overwritten. */
export function withParticulars<T extends object>(standard: T, extra: ErrorExtra): T {
  return { ...standard, ...extra, ...standard }; // a key keeps the place where it was first named
}

/** The document of a problem, as RFC 9457 has it. */
export function problemDocument(
  { status, code, detail, extra }: Problem,
  instance: string,
  request_id: string,
): Record<string, unknown> {
  const standard = {
    ...{ type: `urn:tollgate:error:${code}`, title: STATUS_CODES[status], status, detail },
    ...(instance === '' ? {} : { instance }),
    ...{ code, request_id },
  };
  return withParticulars(standard, extra);
}

const STATUS_OF: Record<ErrorKind, number> = {
  malformed: 400,
  unauthenticated: 401,
  payment_required: 402,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  rate_limited: 429,
  unavailable: 503,
};

/** What Nest and Fastify refuse by themselves. */
const BY_STATUS: Record<number, readonly [code: string, detail: string]> = {
  400: ['bad_request', 'The request could not be read.'],
  404: ['not_found', 'There is nothing at this path.'],
  405: ['method_not_allowed', 'This path does not take this method.'],
  408: ['request_timeout', 'The request did not arrive in time.'],
  413: ['payload_too_large', 'The request body is too large.'],
  414: ['uri_too_long', 'The path is too long.'],
  415: ['unsupported_media_type', 'The request body must be JSON: Content-Type application/json.'],
  431: ['headers_too_large', 'The request headers are too large.'],
  503: ['unavailable', 'The service is not available at the moment.'],
};

const BY_FASTIFY_CODE: Record<string, readonly [code: string, detail: string]> = {
  FST_ERR_BAD_URL: ['malformed_url', 'The path is not validly percent-encoded.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed_json', 'The request body is empty, where JSON was announced.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_json', 'The request body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed_body', 'The request body does not have the length announced.'],
};

/** Finds the words for anything that can be thrown. Nothing internal gets into them. */
export function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) {
    return {
      status: error instanceof PassedOn ? error.status : STATUS_OF[error.kind],
      code: error.code,
      detail: error.message,
      extra: error.extra,
      is_fault: false,
    };
  }
  return ofDatabase(error) ?? ofFramework(error) ?? internal();
}

function internal(): Problem {
  const detail = 'Something went wrong on our side. The request_id finds it in the log.';
  return { status: 500, code: 'internal_error', detail, extra: {}, is_fault: true };
}

function ofFramework(error: unknown): Problem | null {
  const cause = error instanceof HttpException && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return null;
  const { code, statusCode } = cause as Error & { code?: unknown; statusCode?: unknown };
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  if (typeof status !== 'number') return null;
  const isJson = cause instanceof SyntaxError; // what JSON.parse and its guard against __proto__ throw
  const known = isJson ? BY_FASTIFY_CODE.FST_ERR_CTP_INVALID_JSON_BODY : BY_FASTIFY_CODE[String(code)];
  const words = known ?? BY_STATUS[status];
  if (words === undefined && status >= 500) return null;
  const [name, detail] = words ?? ['refused', STATUS_CODES[status] ?? 'The request was refused.'];
  return { status, code: name, detail, extra: {}, is_fault: status >= 500 };
}

const UNSTORABLE_TEXT_STATES = new Set(['22021', '22P02', '22P05']);

function ofDatabase(error: unknown): Problem | null {
  const state = sqlState(error);
  if (state === '22003') {
    const detail = 'The amount, or what it adds up to, is beyond 9,999,999,999.9999999999.';
    return { status: 422, code: 'amount_too_large', detail, extra: {}, is_fault: false };
  }
  if (state !== undefined && UNSTORABLE_TEXT_STATES.has(state)) {
    const detail = 'A value holds characters that cannot be stored.';
    return { status: 422, code: 'invalid_text', detail, extra: {}, is_fault: true };
  }
  const pooler = poolerFault(error);
  if (pooler !== null || isOutage(error)) {
    const detail =
      pooler ??
      'The database is away or overloaded. Try again; money calls are safe to repeat with the same Idempotency-Key.';
    return { status: 503, code: 'database_unavailable', detail, extra: { retry_after_s: 1 }, is_fault: true };
  }
  return null;
}

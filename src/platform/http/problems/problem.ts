import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { isOutage, poolerFault, sqlState } from '../../database/database-errors.js';
import { DomainError, type ErrorExtra, type ErrorKind, UpstreamError } from '../../errors.js';

/** The members of an RFC 9457 document that depend on the error and not on the request. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly extra: ErrorExtra;
  /** Whether it is an internal error, which is logged with its stack. */
  readonly is_fault: boolean;
}

/** Merges the standard members and the extra fields. Standard members come first and cannot be overwritten. */
export function withParticulars<T extends object>(standard: T, extra: ErrorExtra): T {
  return { ...standard, ...extra, ...standard }; // a key keeps its first position
}

/** Builds the RFC 9457 document of a problem. */
export function problemDocument(
  { status, code, detail, extra }: Problem,
  instance: string,
  request_id: string,
): Record<string, unknown> {
  const standard = {
    type: `urn:tollgate:error:${code}`,
    title: STATUS_CODES[status],
    status,
    detail,
    ...(instance === '' ? {} : { instance }),
    code,
    request_id,
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

/** Errors raised by Nest and Fastify. */
const BY_STATUS: Record<number, readonly [code: string, detail: string]> = {
  400: ['bad_request', 'The request could not be read.'],
  404: ['not_found', 'There is nothing at this path.'],
  405: ['method_not_allowed', 'This path does not support this method.'],
  408: ['request_timeout', 'The request did not arrive in time.'],
  413: ['payload_too_large', 'The request body is too large.'],
  414: ['uri_too_long', 'The path is too long.'],
  415: ['unsupported_media_type', 'The request body must be JSON: Content-Type application/json.'],
  431: ['headers_too_large', 'The request headers are too large.'],
  503: ['unavailable', 'The service is not available at the moment.'],
};

const BY_FASTIFY_CODE: Record<string, readonly [code: string, detail: string]> = {
  FST_ERR_BAD_URL: ['malformed_url', 'The path is not validly percent-encoded.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed_json', 'The request body is empty, but Content-Type announces JSON.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_json', 'The request body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed_body', 'The length of the request body differs from Content-Length.'],
};

/** Converts anything that can be thrown to a problem, without exposing internals. */
export function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) {
    return {
      status: error instanceof UpstreamError ? error.status : STATUS_OF[error.kind],
      code: error.code,
      detail: error.message,
      extra: error.extra,
      is_fault: false,
    };
  }
  return ofDatabase(error) ?? ofFramework(error) ?? internal();
}

function internal(): Problem {
  const detail = 'Internal error. The log has the details under the request_id.';
  return { status: 500, code: 'internal_error', detail, extra: {}, is_fault: true };
}

function ofFramework(error: unknown): Problem | null {
  const cause = error instanceof HttpException && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return null;
  const { code, statusCode } = cause as Error & { code?: unknown; statusCode?: unknown };
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  if (typeof status !== 'number') return null;
  const isJson = cause instanceof SyntaxError; // thrown by JSON.parse and the guard against __proto__
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
    const detail = 'The amount, or the resulting sum, exceeds 9,999,999,999.9999999999.';
    return { status: 422, code: 'amount_too_large', detail, extra: {}, is_fault: false };
  }
  if (state !== undefined && UNSTORABLE_TEXT_STATES.has(state)) {
    const detail = 'A value contains characters that cannot be stored.';
    return { status: 422, code: 'invalid_text', detail, extra: {}, is_fault: true };
  }
  const pooler = poolerFault(error);
  if (pooler !== null || isOutage(error)) {
    const detail =
      pooler ??
      'The database is unavailable or overloaded. Try again; with the same Idempotency-Key, retries are safe.';
    return { status: 503, code: 'database_unavailable', detail, extra: { retry_after_s: 1 }, is_fault: true };
  }
  return null;
}

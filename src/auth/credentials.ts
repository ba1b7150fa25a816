import type { IncomingHttpHeaders } from 'node:http';
import { DomainError } from '../platform/errors.js';

/** RFC 6750: one token, and nothing after it. */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Returns the token of a request, from `Authorization: Bearer` or `X-API-Key`; or an error: `missing_credentials`, or
 * `invalid_token` if a header is malformed or the two differ.
 */
export function findToken({ authorization, 'x-api-key': key }: IncomingHttpHeaders): string | DomainError {
  const bearer = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
  if (bearer === undefined && authorization !== undefined && /^Bearer +\S/i.test(authorization)) {
    return refusal('invalid_token', 'Authorization must contain the word Bearer and one token, and nothing else.');
  }
  if (key === undefined) return bearer ?? refusal('missing_credentials', HOW);
  if (typeof key !== 'string' || !TOKEN.test(key)) {
    return refusal('invalid_token', 'X-API-Key must contain one token, and nothing else.');
  }
  if (bearer === undefined || bearer === key) return key;
  return refusal('invalid_token', 'Authorization and X-API-Key contain different tokens. Send only one of them.');
}

const HOW = 'Send a token: Authorization: Bearer <token>, or X-API-Key: <token>.';

const refusal = (code: string, message: string): DomainError => new DomainError('unauthenticated', code, message);

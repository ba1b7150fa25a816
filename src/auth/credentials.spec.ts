import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../platform/errors.js';
import { findToken } from './credentials.js';

const codeOf = (headers: Record<string, string>): string | undefined => {
  const found = findToken(headers);
  return found instanceof DomainError ? found.code : undefined;
};

describe('the token of a request', () => {
  it.each([
    [{ authorization: 'Bearer a.b.c' }],
    [{ authorization: 'bearer a.b.c' }],
    [{ 'x-api-key': 'a.b.c' }],
    [{ authorization: 'Bearer a.b.c', 'x-api-key': 'a.b.c' }],
    [{ authorization: 'Basic YTpi', 'x-api-key': 'a.b.c' }],
  ])('is found: %j', (headers) => expect(findToken(headers)).toBe('a.b.c'));

  it.each([[{}], [{ authorization: 'Basic YTpi' }], [{ authorization: 'Bearer' }], [{ authorization: '' }]])(
    'may be missing: %j',
    (headers) => expect(codeOf(headers)).toBe('missing_credentials'),
  );

  it.each([
    [{ authorization: 'Bearer a.b.c d' }],
    [{ authorization: `Bearer a.b.c ${'x'.repeat(5000)}` }],
    [{ authorization: 'Bearer a.b.c, Bearer d' }],
    [{ 'x-api-key': 'a b' }],
    [{ 'x-api-key': '' }],
    [{ authorization: 'Bearer a.b.c', 'x-api-key': 'other' }],
  ])('must be one word, in one of the two headers: %j', (headers) => expect(codeOf(headers)).toBe('invalid_token'));
});

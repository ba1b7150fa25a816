import { DomainError } from '../../platform/errors.js';

/**
 * Reads an integer from 1 to `most` from a request body; null if it is absent.
 * @throws DomainError `invalid_request`
 */
export function readWhole(given: Readonly<Record<string, unknown>>, name: string, most: number): number | null {
  const value = given[name] ?? null;
  if (value === null) return null;
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return value as number;
  throw invalid(name, `a whole number from 1 to ${most}`);
}

/** Returns the error for an invalid member of a request body. */
export const invalid = (what: string, should: string): DomainError =>
  new DomainError('malformed', 'invalid_request', `${what} must be ${should}.`, { param: what });

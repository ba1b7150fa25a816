import { DomainError } from '../platform/errors.js';

/**
 * A whole number from 1 among the members of a body; null when it is not given.
 * @throws DomainError `invalid_request`
 */
export function whole(given: Readonly<Record<string, unknown>>, name: string, most: number): number | null {
  const value = given[name] ?? null;
  if (value === null) return null;
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return value as number;
  throw invalid(name, `a whole number from 1 to ${most}`);
}

/** The error of a body whose member can't be read. */
export const invalid = (what: string, should: string): DomainError =>
  new DomainError('malformed', 'invalid_request', `${what} must be ${should}.`, { param: what });

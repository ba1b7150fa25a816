import { hash } from 'node:crypto';

/**
 * A digest of a document, in the form of a UUID: the first 128 bits of its SHA-256. The order of members does not count,
 * and null says the same as a member that is left out.
 */
export function contentHash(content: object): string {
  const hex = hash('sha256', canonical(content));
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

function canonical(content: object): string {
  try {
    return JSON.stringify(sorted(content), (_name, value: unknown) => sorted(value));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return JSON.stringify(content); // nested so deeply that the stack does not reach for the order of its members
  }
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

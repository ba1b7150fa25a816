import { hash } from 'node:crypto';

/**
 * Returns a digest of a document, formatted as a UUID: the first 128 bits of its SHA-256. The order of members is
 * ignored, and null equals a missing member.
 */
export const contentHash = (content: object): string => digestOf(canonical(content));

/** The same for a flat document whose members are already sorted and not null, without sorting them again. */
export const flatContentHash = (content: object): string => digestOf(JSON.stringify(content));

function digestOf(text: string): string {
  const hex = hash('sha256', text);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

function canonical(content: object): string {
  try {
    return JSON.stringify(sorted(content), (_name, value: unknown) => sorted(value));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return JSON.stringify(content); // nested too deeply to sort its members
  }
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

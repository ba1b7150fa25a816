import { hash } from 'node:crypto';

/** Most characters of a name that is kept as it was given. */
export const NAME_MAX = 255;

/**
 * A name as it is kept, of any length: one that is too long to be kept whole keeps its beginning, and a digest of all of
 * it tells it from others that begin alike.
 */
export function keptName(name: string): string {
  return [...name].length <= NAME_MAX ? name : withSuffix(name, hash('sha256', name, 'base64url'));
}

/** A name and what tells it from others that are called the same, kept within {@link NAME_MAX} characters. */
export function withSuffix(name: string, suffix: string): string {
  return `${[...name].slice(0, NAME_MAX - suffix.length - 1).join('')}~${suffix}`;
}

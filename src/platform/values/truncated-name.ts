import { hash } from 'node:crypto';

/** Maximum length of a name that is stored unchanged, characters. */
export const NAME_MAX = 255;

/**
 * Returns the stored form of a name. A name that is too long is shortened to its beginning plus a digest of the whole,
 * which distinguishes it from others with the same beginning.
 */
export function truncatedName(name: string): string {
  return name.length <= NAME_MAX || [...name].length <= NAME_MAX
    ? name
    : withSuffix(name, hash('sha256', name, 'base64url'));
}

/** Returns a name with a suffix that makes it unique, within {@link NAME_MAX} characters. */
export function withSuffix(name: string, suffix: string): string {
  return `${[...name].slice(0, NAME_MAX - suffix.length - 1).join('')}~${suffix}`;
}

import { isEmail } from 'class-validator';

/** RFC 5321 allows no longer path. */
const LENGTH_MAX = 254;
/** Blanks, and characters that are invisible or end a line. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}]/u;

/**
 * Returns an e-mail address in canonical form: its domain in lower case. The part before the @ stays, because its case
 * can matter. Null if the text is no address that mails can be sent to.
 */
export function readAddress(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.trim().normalize('NFC');
  if (text.length > LENGTH_MAX || UNSAFE.test(text) || !isEmail(text)) return null;
  const at = text.lastIndexOf('@');
  return text.slice(0, at) + text.slice(at).toLowerCase();
}

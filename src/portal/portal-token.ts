import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'tg_portal_';
const ID_BYTES = 16;
const SECRET_BYTES = 32;
const TOKEN = new RegExp(`^${PREFIX}[A-Za-z0-9_-]{${((ID_BYTES + SECRET_BYTES) * 4) / 3}}$`);

/** Returns whether a token claims to be that of a portal session. */
export const isPortalToken = (token: string): boolean => token.startsWith(PREFIX);

/**
 * Generates the token of a session: the id, so that the session is found, and 256 random bits. Only its digest is
 * stored.
 */
export function makePortalToken(id: string): { token: string; token_hash: string } {
  const bytes = Buffer.concat([Buffer.from(id.replaceAll('-', ''), 'hex'), randomBytes(SECRET_BYTES)]);
  const token = `${PREFIX}${bytes.toString('base64url')}`;
  return { token, token_hash: digestOf(token) };
}

/** Returns the id of the session that a token belongs to; null if the text is no such token. */
export function sessionIdOf(token: string): string | null {
  if (!TOKEN.test(token)) return null;
  const hex = Buffer.from(token.slice(PREFIX.length), 'base64url').toString('hex', 0, ID_BYTES);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Returns whether the digest is that of the token, in constant time. */
export function isTokenOf(token: string, token_hash: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(token)), Buffer.from(token_hash));
}

const digestOf = (token: string): string => hash('sha256', token, 'hex');

import { IdTokens } from '../platform/secrets/id-token.js';

const TOKENS = new IdTokens('tg_portal_');

/** Returns whether a token claims to be that of a portal session. */
export const isPortalToken = (token: string): boolean => TOKENS.isOne(token);

/** Generates the token of a session. */
export const makePortalToken = (id: string): { token: string; token_hash: string } => TOKENS.make(id);

/** Returns the id of the session that a token belongs to; null if the text is no such token. */
export const sessionIdOf = (token: string): string | null => TOKENS.idOf(token);

/** Returns whether the digest is that of the token, in constant time. */
export const isTokenOf = (token: string, token_hash: string): boolean => TOKENS.matches(token, token_hash);

import type { JWTPayload } from 'jose';
import { readAddress } from '../mail/address.js';
import { ROLES, type Role } from '../platform/actor.js';
import {
  canonicalUserId,
  readUserId,
  USER_ID_MAX_CHARACTERS,
  userIdFault as faultOf,
} from '../platform/values/user-id.js';

/** The claims of a verified token. */
export type Claims = JWTPayload;

/**
 * Returns the roles of a token: from `roles` (a list, or a space-separated string) and Keycloak's `realm_access.roles`
 * and `resource_access.<client>.roles`. Without any known role it is `user`.
 */
export function rolesOf(claims: Claims, client: string): Role[] {
  const resource = member(claims.resource_access, client);
  const named = [
    ...names(claims.roles),
    ...names(member(claims.realm_access, 'roles')),
    ...names(member(resource, 'roles')),
  ];
  const roles = ROLES.filter((role) => named.includes(role));
  return roles.length > 0 ? roles : ['user'];
}

/** Returns the user id of a token; null if the claim contains no valid user id. */
export function userIdOf(claims: Claims, claim: string): string | null {
  return readUserId(member(claims, claim));
}

/** Describes what is wrong with the claim of the user id, and what to do. */
export function userIdFault(claims: Claims, claim: string): string {
  const id = member(claims, claim);
  const setting = `the claim with the user id (JWT_USER_ID_CLAIM)`;
  if (id === undefined || id === null) {
    const advice =
      claim === 'sub'
        ? 'add it at the identity provider (Keycloak: client scope basic)'
        : 'add it at the identity provider';
    return `The token has no claim ${claim}, ${setting}: ${advice}, or configure another claim.`;
  }
  if (typeof id !== 'string') return `${claim}, ${setting}, must be a string and is a ${kindOf(id)} in this token.`;
  if (id === '') return `${claim}, ${setting}, is empty in this token.`;
  if ([...id].length > USER_ID_MAX_CHARACTERS) {
    return `${claim}, ${setting}, has more than ${USER_ID_MAX_CHARACTERS} characters in this token.`;
  }
  return `${claim}, ${setting}, ${faultOf(canonicalUserId(id)) ?? 'is not a valid user id'}.`;
}

/** Returns an error message if the user id is an unverified e-mail address; otherwise null. */
export function emailFault(claims: Claims, claim: string): string | null {
  if (claim !== 'email' || claims.email_verified === true || claims.email_verified === 'true') return null;
  return 'The e-mail address of this token is not verified: with JWT_USER_ID_CLAIM=email its claim email_verified must be true.';
}

/** Returns the e-mail address that a token names as verified; null if there is none. */
export function verifiedEmailOf({ email, email_verified }: Claims): string | null {
  return email_verified === true || email_verified === 'true' ? readAddress(email) : null;
}

/** Values of the `typ` header for access tokens, as in RFC 9068 and in common use before it. */
const ACCESS_TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt']);
/** Claims of ID tokens (at_hash, c_hash, nonce) and of logout tokens (events). */
const FOREIGN_CLAIMS = ['at_hash', 'c_hash', 'nonce', 'events'];

/**
 * Returns why a valid token is not an access token: ID, refresh and logout tokens identify a user but do not authorise
 * calls. Null for an access token.
 */
export function otherKindOf(header: { typ?: string }, claims: Claims): string | null {
  const type = header.typ?.toLowerCase() ?? 'jwt';
  if (!ACCESS_TYPES.has(type)) return `its header has typ ${JSON.stringify(header.typ?.slice(0, 40))}`;
  if (typeof claims.typ === 'string') {
    // Keycloak names the kind in a claim
    return claims.typ.toLowerCase() === 'bearer' ? null : `its claim typ is ${JSON.stringify(claims.typ.slice(0, 40))}`;
  }
  if (type !== 'jwt') return null;
  const foreign = FOREIGN_CLAIMS.find((name) => Object.hasOwn(claims, name));
  return foreign === undefined ? null : `its claim ${foreign} belongs to tokens of another kind`;
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'list' : typeof value);

function names(value: unknown): unknown[] {
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value : [];
}

/** Returns own members only: a client named `constructor` has no roles. */
function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

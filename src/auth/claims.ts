import type { JWTPayload } from 'jose';
import { ROLES, type Role } from '../platform/actor.js';

/** What a verified token says. */
export type Claims = JWTPayload;

const USER_ID_MAX_CHARACTERS = 255;
// as user_credits.user_id: no control characters, no halves of surrogate pairs, no blanks at the ends
const USER_ID = /^[^\p{Cc}\p{Cs} ](?:[^\p{Cc}\p{Cs}]*[^\p{Cc}\p{Cs} ])?$/u;

/**
 * Our roles in a token: from `roles` (a list, or a text with blanks), Keycloak's `realm_access.roles` and
 * `resource_access.<client>.roles`. A valid token without any is a plain user's.
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

/** The user id of a token; null when the claim holds none that an account can have. */
export function userIdOf(claims: Claims, claim: string): string | null {
  const id = member(claims, claim);
  if (typeof id !== 'string' || !USER_ID.test(id)) return null;
  return [...id].length <= USER_ID_MAX_CHARACTERS ? id : null;
}

function names(value: unknown): unknown[] {
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value : [];
}

/** Own members only: a client named `constructor` has no roles. */
function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

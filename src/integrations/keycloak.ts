import { createHmac, timingSafeEqual } from 'node:crypto';
import { readUserId } from '../platform/user-id.js';

/** What a message of Keycloak's event webhook holds, as far as it is read; everything may be missing. */
export interface KeycloakEvent {
  type?: unknown;
  authDetails?: { userId?: unknown; username?: unknown };
  details?: { email?: unknown; username?: unknown };
  resourcePath?: unknown;
  representation?: unknown;
}

const BY_USER = new Set<unknown>(['access.REGISTER', 'access.VERIFY_EMAIL']);
const BY_ADMIN = 'admin.USER-CREATE';
const DELETED_BY_USER = 'access.DELETE_ACCOUNT';
const DELETED_BY_ADMIN = 'admin.USER-DELETE';

/** Whether `signature` is the hex HMAC-SHA256 of the body, as the keycloak-events extension signs. */
export function isSigned(body: Buffer, signature: string, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = Buffer.from(/^[0-9a-f]{64}$/i.test(signature) ? signature : '', 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * The account that an event opens: what the tokens of the new user will carry in `claim`. Null for events that are no
 * registration, and for those that do not say it; then the first touch opens the account.
 */
export function registeredUser(event: KeycloakEvent, claim: string): string | null {
  const known = event.type === BY_ADMIN ? resource(event) : BY_USER.has(event.type) ? self(event) : {};
  return Object.hasOwn(known, claim) ? readUserId(known[claim]) : null;
}

/**
 * The account whose user an event says was deleted, by the user or by an admin; null for other events, and when the
 * event does not say which account it is.
 */
export function deletedUser(event: KeycloakEvent, claim: string): string | null {
  const known = event.type === DELETED_BY_ADMIN ? resource(event) : event.type === DELETED_BY_USER ? self(event) : {};
  return Object.hasOwn(known, claim) ? readUserId(known[claim]) : null;
}

type Known = Record<string, unknown>;

const self = ({ authDetails, details }: KeycloakEvent): Known => ({
  sub: authDetails?.userId,
  email: details?.email,
  preferred_username: details?.username ?? authDetails?.username,
});

/** authDetails name the admin here; the user is the resource. */
function resource({ resourcePath, representation }: KeycloakEvent): Known {
  const user = parsed(representation);
  const sub = /^users\/([^/]+)$/.exec(typeof resourcePath === 'string' ? resourcePath : '')?.[1];
  return { sub, email: user.email, preferred_username: user.username };
}

function parsed(representation: unknown): Known {
  try {
    const value = (typeof representation === 'string' ? JSON.parse(representation) : representation) as unknown;
    return typeof value === 'object' && value !== null ? (value as Known) : {};
  } catch {
    return {};
  }
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import { readAddress } from '../mail/address.js';
import { parsedOrNull } from '../platform/values/json-text.js';
import { readUserId } from '../platform/values/user-id.js';

/** The members of a Keycloak event that are read. All of them are optional. */
export interface KeycloakEvent {
  type?: unknown;
  authDetails?: { userId?: unknown; username?: unknown; ipAddress?: unknown };
  details?: { email?: unknown; username?: unknown };
  resourcePath?: unknown;
  representation?: unknown;
}

const VERIFIED = 'access.VERIFY_EMAIL';
const BY_USER = new Set<unknown>(['access.REGISTER', VERIFIED]);
const CREATED_BY_ADMIN = 'admin.USER-CREATE';
const UPDATED_BY_ADMIN = 'admin.USER-UPDATE';
const BY_ADMIN = new Set<unknown>([CREATED_BY_ADMIN, UPDATED_BY_ADMIN]);
const DELETED_BY_USER = 'access.DELETE_ACCOUNT';
const DELETED_BY_ADMIN = 'admin.USER-DELETE';

/** Returns whether `signature` is the hex HMAC-SHA256 of the body, the signature of the keycloak-events extension. */
export function isSigned(body: Buffer, signature: string, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = Buffer.from(/^[0-9a-f]{64}$/i.test(signature) ? signature : '', 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * Returns the id of the user that an event registers, or whose address it reports as verified: the value that the user's tokens will have in `claim`. Returns
 * null for other events, and if the event lacks the value; then the account is opened on first use.
 */
export function registeredUser(event: KeycloakEvent, claim: string): string | null {
  // an admin updates users for many reasons; that an address is verified now is the one to act on
  if (event.type === UPDATED_BY_ADMIN && verifiedEmail(event) === null) return null;
  const known = BY_ADMIN.has(event.type) ? resource(event) : BY_USER.has(event.type) ? self(event) : {};
  return Object.hasOwn(known, claim) ? readUserId(known[claim]) : null;
}

/** Returns what an event tells about a registered user. The IP address of an admin is not the user's. */
export function registrationOf(event: KeycloakEvent) {
  const isByAdmin = BY_ADMIN.has(event.type);
  const verified = verifiedEmail(event);
  const { email } = isByAdmin ? resource(event) : self(event);
  const ip = isByAdmin ? undefined : event.authDetails?.ipAddress;
  return {
    email: readAddress(verified ?? email) ?? undefined,
    email_verified: verified !== null,
    vouched_by: 'provider' as const,
    ...(typeof ip === 'string' && { signals: { ip } }),
  };
}

/** Returns the address that an event reports as verified; null for other events. */
function verifiedEmail(event: KeycloakEvent): string | null {
  const isByAdmin = BY_ADMIN.has(event.type);
  const known = isByAdmin ? resource(event) : self(event);
  const isVerified = event.type === VERIFIED || (isByAdmin && known.email_verified === true);
  return isVerified && typeof known.email === 'string' ? known.email : null;
}

/**
 * Returns the id of the user that an event reports as deleted, by the user or by an admin. Returns null for other
 * events, and if the event lacks the id.
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

/** In admin events, authDetails names the admin; the user is the resource. */
function resource({ resourcePath, representation }: KeycloakEvent): Known {
  const user = parsed(representation);
  const sub = /^users\/([^/]+)$/.exec(typeof resourcePath === 'string' ? resourcePath : '')?.[1];
  return { sub, email: user.email, email_verified: user.emailVerified, preferred_username: user.username };
}

function parsed(representation: unknown): Known {
  const value = typeof representation === 'string' ? parsedOrNull(representation) : representation;
  return typeof value === 'object' && value !== null ? (value as Known) : {};
}

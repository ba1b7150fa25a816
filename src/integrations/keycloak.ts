import { createHmac, timingSafeEqual } from 'node:crypto';
import { PickType } from '@nestjs/swagger';
import { UserCreditsRow } from '../generated/rows.js';
import { quickAccept } from '../platform/http/fast-validation.js';

/** A user who can have an account. */
class NewUser extends PickType(UserCreditsRow, ['user_id'] as const) {}

/** What a message of Keycloak's event webhook holds, as far as it is read; everything may be missing. */
export interface KeycloakEvent {
  type?: unknown;
  authDetails?: { userId?: unknown; username?: unknown };
  details?: { email?: unknown; username?: unknown };
  resourcePath?: unknown;
  representation?: unknown;
}

const BY_USER = new Set(['access.REGISTER', 'access.VERIFY_EMAIL']);
const BY_ADMIN = 'admin.USER-CREATE';

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
  const known =
    event.type === BY_ADMIN
      ? createdByAdmin(event)
      : typeof event.type === 'string' && BY_USER.has(event.type)
        ? self(event)
        : {};
  const id = Object.hasOwn(known, claim) ? known[claim] : undefined;
  const user = quickAccept(NewUser, { user_id: id }); // what no token can name opens no account
  return user === null ? null : (user as NewUser).user_id;
}

type Known = Record<string, unknown>;

const self = ({ authDetails, details }: KeycloakEvent): Known => ({
  sub: authDetails?.userId,
  email: details?.email,
  preferred_username: details?.username ?? authDetails?.username,
});

/** authDetails name the admin here; the new user is the resource. */
function createdByAdmin({ resourcePath, representation }: KeycloakEvent): Known {
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

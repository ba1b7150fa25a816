import type { member_role } from '../generated/prisma/enums.js';
import { DomainError } from './errors.js';
import type { Scope } from './scopes.js';

/** A `user` acts on its own account, a `service` meters and charges for any user, an `admin` can do everything. */
export const ROLES = ['user', 'service', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const SIGN_IN_METHODS = ['token', 'portal_session', 'api_key'] as const;
export type SignInMethod = (typeof SIGN_IN_METHODS)[number];

/** How a caller signed in. */
export interface SignIn {
  readonly method: SignInMethod;
  /** Null for an API key that does not expire. */
  readonly expires_at: Date | null;
  /** Only for a portal session. */
  readonly session_id?: string;
  /** E-mail address that the identity provider has verified; undefined if the token has none. */
  readonly verified_email?: string;
}

/** The API key that a caller uses, and what limits it besides scopes. Empty lists limit nothing. */
export interface KeyInUse {
  readonly id: string;
  readonly name: string;
  readonly member_id: string | null;
  /** Tags of everything that the key does. */
  readonly tags: readonly string[];
  readonly allowed_models: readonly string[];
  readonly denied_models: readonly string[];
  readonly allowed_services: readonly string[];
  readonly allowed_cidrs: readonly string[];
  readonly requests_per_minute: number | null;
  readonly tokens_per_minute: number | null;
  /** Whether sudden spending on a new model pauses the key. */
  readonly brake: boolean;
}

/** The account that a caller acts for instead of its own. */
export interface ActingFor {
  readonly user_id: string;
  /** Role of the caller in the organization; null for services and admins, who need none. */
  readonly role: member_role | null;
  /** Scopes in which the caller sees and manages only its own part. */
  readonly own_scopes: readonly Scope[];
}

/** The caller of an operation. The auth guard creates it; jobs and commands use {@link systemActor}. */
export interface Actor {
  /** Who calls: a person, a service, or the organization itself with a key that belongs to no member. */
  readonly user_id: string;
  readonly roles: readonly Role[];
  /** What the credential is limited to; undefined if it is good for everything that the roles allow. */
  readonly scopes?: readonly Scope[];
  /** The organization that the caller named or that its key belongs to; undefined for the caller's own account. */
  readonly account?: ActingFor;
  /** Undefined for work without a request. */
  readonly sign_in?: SignIn;
  /** The API key that was used; undefined for other credentials. */
  readonly api_key?: KeyInUse;
  readonly request_id: string | null;
  readonly ip: string | null;
}

/** The identity of a caller, without the request. */
export type Caller = Omit<Actor, 'request_id' | 'ip'>;

/** Creates the actor for work without a caller: jobs, the command line, the service itself. */
export function systemActor(name: string): Actor {
  return { user_id: name, roles: ['admin'], request_id: null, ip: null };
}

/** Returns whether the actor can act for accounts other than its own. */
export function actsForOthers(actor: Pick<Actor, 'roles'>): boolean {
  return actor.roles.includes('admin') || actor.roles.includes('service');
}

/**
 * Returns the account that a request concerns: the named one, or by default the one that the caller acts for.
 * @throws DomainError `forbidden` if a plain user names another account.
 */
export function accountOf(actor: Actor, user_id: string | undefined): string {
  const own = actor.account?.user_id ?? actor.user_id;
  if (user_id === undefined || user_id === own) return own;
  if (actsForOthers(actor)) return user_id;
  throw new DomainError('forbidden', 'forbidden', 'Only the roles service and admin can name another user_id.');
}

/** Returns the member to whose part the caller is limited in a scope; undefined if it sees the whole account. */
export function ownPartOf(actor: Pick<Actor, 'user_id' | 'account'>, scope: Scope): string | undefined {
  return actor.account?.own_scopes.includes(scope) ? actor.user_id : undefined;
}

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

/** The caller of an operation. The auth guard creates it; jobs and commands use {@link systemActor}. */
export interface Actor {
  readonly user_id: string;
  readonly roles: readonly Role[];
  /** What the credential is limited to; undefined if it is good for everything that the roles allow. */
  readonly scopes?: readonly Scope[];
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
 * Returns the account that a request concerns: the named one, or the caller's by default.
 * @throws DomainError `forbidden` if a plain user names another account.
 */
export function accountOf(actor: Actor, user_id: string | undefined): string {
  if (user_id === undefined || user_id === actor.user_id) return actor.user_id;
  if (actsForOthers(actor)) return user_id;
  throw new DomainError('forbidden', 'forbidden', 'Only the roles service and admin can name another user_id.');
}

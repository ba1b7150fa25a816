import { DomainError } from './errors.js';

/** `user` acts on the own account, `service` meters and charges for any user, `admin` may do everything. */
export const ROLES = ['user', 'service', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who is calling, and from where. Built by the auth guard; jobs and commands use {@link systemActor}. */
export interface Actor {
  readonly user_id: string;
  readonly roles: readonly Role[];
  readonly request_id: string | null;
  readonly ip: string | null;
}

/** The actor for work that no caller asked for: jobs, the command line, the service itself. */
export function systemActor(name: string): Actor {
  return { user_id: name, roles: ['admin'], request_id: null, ip: null };
}

/** Whether the actor may act for accounts other than the own one. */
export function actsForOthers(actor: Pick<Actor, 'roles'>): boolean {
  return actor.roles.includes('admin') || actor.roles.includes('service');
}

/**
 * The account a call is about: the one named, or the caller's own.
 * @throws DomainError `forbidden` when a plain user names somebody else's account.
 */
export function accountOf(actor: Actor, user_id: string | undefined): string {
  if (user_id === undefined || user_id === actor.user_id) return actor.user_id;
  if (actsForOthers(actor)) return user_id;
  throw new DomainError('forbidden', 'forbidden', 'Only the roles service and admin may name another user_id.');
}

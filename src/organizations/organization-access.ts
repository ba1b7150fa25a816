import { Injectable } from '@nestjs/common';
import type { member_role } from '../generated/prisma/enums.js';
import type { OrganizationRow } from '../generated/rows.js';
import { MembersRepository } from '../memberships/members.repository.js';
import { type OrganizationAction, permissionOf, rolesFor } from '../memberships/role-actions.js';
import type { Actor } from '../platform/actor.js';
import { Database, type Tx } from '../platform/database/database.js';
import { DomainError, NotFound } from '../platform/errors.js';
import { OrganizationsRepository } from './organizations.repository.js';

/** What a caller may do in an organization. */
export interface Access {
  organization: OrganizationRow;
  /** Role of the caller; null for an admin of the platform, who may do everything. */
  role: member_role | null;
  /** Whether the caller has only its own part. */
  is_own: boolean;
}

/** Decides what callers may do in organizations, by the roles as they are stored now. */
@Injectable()
export class OrganizationAccess {
  constructor(
    private readonly db: Database,
    private readonly organizations: OrganizationsRepository,
    private readonly members: MembersRepository,
  ) {}

  /**
   * Returns what the caller may do. For everybody but members, the organization does not exist.
   * @throws NotFound; DomainError `forbidden` naming the roles that may do it
   */
  check(actor: Actor, id: string, action: OrganizationAction): Promise<Access> {
    return this.db.transaction((tx) => this.checkIn(tx, actor, id, action));
  }

  /** The same inside a transaction that holds the lock of the organization's account. */
  async checkIn(tx: Tx, actor: Actor, id: string, action: OrganizationAction): Promise<Access> {
    const organization = await this.organizations.get(id, tx);
    if (actor.roles.includes('admin')) return { organization, role: null, is_own: false };
    const member = await this.members.find(tx, id, actor.user_id);
    if (member?.status !== 'active') throw new NotFound(`Organization ${id}`);
    const permission = permissionOf(member.role, action);
    if (permission === null) throw missingRole(action);
    return { organization, role: member.role, is_own: permission === 'own' };
  }
}

/** Returns the error of a member whose role may not do something. */
export const missingRole = (action: OrganizationAction): DomainError =>
  new DomainError('forbidden', 'forbidden', `Your role may not do this; these may: ${rolesFor(action)}.`);

/** @throws DomainError `forbidden` unless the caller may give and take the roles */
export function assertMayGive({ role }: Access, roles: readonly member_role[], money: readonly member_role[]): void {
  if (role === null || !roles.some((given) => money.includes(given))) return;
  if (permissionOf(role, 'owners:manage') === null) throw missingRole('owners:manage');
}

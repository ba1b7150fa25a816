import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/prisma/client.js';
import type { OrganizationInvitationRow } from '../generated/rows.js';
import { Database, type Tx } from '../platform/database/database.js';
import { newestFirst, olderThan } from '../platform/database/keyset.js';
import type { PageSlice } from '../platform/database/paging.js';
import { wire } from '../platform/values/wire.js';

const OPEN = { accepted_at: null, revoked_at: null };

/** All SQL on invitations. Writers hold the lock of the organization's account. */
@Injectable()
export class InvitationsRepository {
  constructor(private readonly db: Database) {}

  /** Returns the invitations of an organization, newest first. */
  async list({ user_id }: { user_id: string }, slice: PageSlice): Promise<OrganizationInvitationRow[]> {
    const where = { AND: [{ user_id }, olderThan(slice.after)] };
    return (await this.db.prisma.organization_invitations.findMany({ where, ...newestFirst(slice) })).map(wire);
  }

  count(filter: { user_id: string }): Promise<number> {
    return this.db.prisma.organization_invitations.count({ where: filter });
  }

  async find(id: string, tx?: Tx): Promise<OrganizationInvitationRow | null> {
    const row = await (tx ?? this.db.prisma).organization_invitations.findFirst({ where: { id } });
    return row && wire(row);
  }

  /** Returns the open invitations of an address. */
  async openFor(email: string): Promise<OrganizationInvitationRow[]> {
    return (await this.db.prisma.organization_invitations.findMany({ where: { email, ...OPEN } })).map(wire);
  }

  /** Returns the open invitations of an organization that have not expired. */
  countOpen(tx: Tx, user_id: string, now: Date): Promise<number> {
    return tx.organization_invitations.count({ where: { user_id, ...OPEN, expires_at: { gt: now } } });
  }

  /** Ends the open invitation of an address, so that it can be invited again. */
  async revokeFor(tx: Tx, user_id: string, email: string, revoked_at: Date): Promise<void> {
    await tx.organization_invitations.updateMany({ where: { user_id, email, ...OPEN }, data: { revoked_at } });
  }

  /** Ends all open invitations of an organization. */
  async revokeAll(tx: Tx, user_id: string, revoked_at: Date): Promise<void> {
    await tx.organization_invitations.updateMany({ where: { user_id, ...OPEN }, data: { revoked_at } });
  }

  async create(
    tx: Tx,
    row: Omit<OrganizationInvitationRow, 'accepted_at' | 'accepted_by' | 'revoked_at'>,
  ): Promise<OrganizationInvitationRow> {
    return wire(await tx.organization_invitations.create({ data: row }));
  }

  async change(
    tx: Tx,
    { id, user_id }: Pick<OrganizationInvitationRow, 'id' | 'user_id'>,
    data: Prisma.organization_invitationsUpdateInput,
  ): Promise<OrganizationInvitationRow> {
    return wire(await tx.organization_invitations.update({ where: { id_user_id: { id, user_id } }, data }));
  }
}

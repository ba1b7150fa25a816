import { Injectable } from '@nestjs/common';
import { AccountsRepository } from '../credits/accounts/accounts.repository.js';
import type { OrganizationRow } from '../generated/rows.js';
import { Database, type Tx } from '../platform/database/database.js';
import { TiersRepository } from '../tiers/tiers.repository.js';

/** Counts the seats of organizations. */
@Injectable()
export class Seats {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountsRepository,
    private readonly tiers: TiersRepository,
  ) {}

  /** Returns how many members an organization can have: as an administrator set it, or as the plan says; null for any number. */
  async of({ user_id, seats }: Pick<OrganizationRow, 'user_id' | 'seats'>): Promise<number | null> {
    if (seats !== null) return seats;
    const account = await this.accounts.find(user_id);
    return account === null ? null : (await this.tiers.get(account.tier)).seats;
  }

  /** Returns the seats that are taken, by members and by open invitations. */
  async taken(user_id: string, tx?: Tx): Promise<number> {
    return (await this.members(user_id, tx)) + (await this.invited(user_id, tx));
  }

  /** Returns the seats that members take. */
  members(user_id: string, tx?: Tx): Promise<number> {
    const where = { user_id, status: { not: 'removed' as const } };
    return (tx ?? this.db.prisma).organization_members.count({ where });
  }

  private invited(user_id: string, tx?: Tx): Promise<number> {
    const where = { user_id, accepted_at: null, revoked_at: null, expires_at: { gt: new Date() } };
    return (tx ?? this.db.prisma).organization_invitations.count({ where });
  }
}

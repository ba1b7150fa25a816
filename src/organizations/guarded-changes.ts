import { Injectable } from '@nestjs/common';
import { type AuditEntry, AuditRepository } from '../audit/audit.repository.js';
import type { Account } from '../credits/accounts/account.js';
import { AccountLocks } from '../credits/accounts/account-locks.js';
import type { OrganizationAction } from '../memberships/role-actions.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/database/database.js';
import { type Access, OrganizationAccess } from './organization-access.js';

/** Changes organizations: under the lock of the account, by the role as it is stored then, and with an audit entry. */
@Injectable()
export class GuardedChanges {
  constructor(
    readonly access: OrganizationAccess,
    readonly locks: AccountLocks,
    private readonly audit: AuditRepository,
  ) {}

  /**
   * Runs a change that the caller may make.
   * @throws NotFound; DomainError `forbidden`
   */
  async run<T>(
    actor: Actor,
    id: string,
    action: OrganizationAction,
    work: (tx: Tx, account: Account, access: Access) => Promise<T>,
  ): Promise<T> {
    await this.access.check(actor, id, action); // before the account is locked, which creates missing ones
    return this.locks.withLock(actor, id, async (account, tx) =>
      work(tx, account, await this.access.checkIn(tx, actor, id, action)),
    );
  }

  /** Records an entry in the audit log. */
  record(tx: Tx, actor: Actor, entry: AuditEntry): Promise<void> {
    return this.audit.record(tx, actor, entry);
  }

  /** Records entries about several accounts. */
  recordAll(tx: Tx, actor: Actor, entries: readonly AuditEntry[]): Promise<void> {
    return this.audit.recordAll(
      tx,
      entries.map((entry) => ({ ...entry, actor })),
    );
  }
}

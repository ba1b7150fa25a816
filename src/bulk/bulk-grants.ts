import { Injectable } from '@nestjs/common';
import { AccountLocks } from '../credits/accounts/account-locks.js';
import { AccountsRepository } from '../credits/accounts/accounts.repository.js';
import { CreditsService, type LockedGrantOrder } from '../credits/credits.service.js';
import type { Actor } from '../platform/actor.js';
import { sqlState } from '../platform/database/database-errors.js';
import type { Tx } from '../platform/database/database.js';
import { DomainError } from '../platform/errors.js';

/** A value that does not fit its column, or a broken constraint: the next attempt would fail as well. */
const LASTING = /^2[23]/;

/** Gives credits to accounts that exist, as part of a transaction that also notes that it was done. */
@Injectable()
export class BulkGrants {
  constructor(
    private readonly locks: AccountLocks,
    private readonly accounts: AccountsRepository,
    private readonly credits: CreditsService,
  ) {}

  /**
   * Gives an account credits; with `tier`, only if it has that plan.
   * @returns the id of the ledger line
   * @throws NotFound; DomainError `account_closed`, `invalid_expiry`, `tier_changed`
   */
  async give(tx: Tx, actor: Actor, user_id: string, order: LockedGrantOrder, tier: string | null): Promise<string> {
    const account = await this.locks.lockExisting(tx, actor, user_id);
    if (tier !== null && account.state.tier !== tier) {
      throw new DomainError('conflict', 'tier_changed', `An account left the plan ${tier} meanwhile.`);
    }
    return (await this.credits.grantLocked(tx, actor, account, order)).id;
  }

  /** Locks accounts that exist, in the order in which everything locks several. */
  lockAll(tx: Tx, user_ids: readonly string[]): Promise<void> {
    return this.accounts.lockAll(tx, [...new Set(user_ids)]);
  }

  /** Returns the account that took over an account that was merged; the account itself if it was not. */
  heirOf(user_id: string): Promise<string> {
    return this.accounts.heirOf(user_id);
  }
}

/**
 * Returns why an account can never get its credits, in a sentence for operators; null when the failure is not about the
 * account, so that the work must be repeated.
 */
export function lastingRefusal(error: unknown): string | null {
  if (error instanceof DomainError) return error.kind === 'unavailable' ? null : error.message;
  return LASTING.test(sqlState(error) ?? '')
    ? 'The database refused the amount: the balance would be too large.'
    : null;
}

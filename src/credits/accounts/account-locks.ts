import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { UserCreditsRow } from '../../generated/rows.js';
import { type Actor, systemActor } from '../../platform/actor.js';
import { amount } from '../../platform/values/amount.js';
import { isOrganizationId } from '../../platform/values/organization-id.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors.js';
import { type Account } from './account.js';
import { AccountTerms } from './account-terms.js';
import { AccountsRepository, type SavedAccount } from './accounts.repository.js';
import { bookInOrder } from './due-events.js';
import { sizesOf } from '../budgets/budget.js';
import { HoldsRepository } from '../holds/holds.repository.js';
import { expireGrants, nextDue, PERIOD_MS } from '../grants/period.js';

const SYSTEM_ACTOR = systemActor('tollgate');

/** The audit entry for the end of a period. */
interface PeriodTurn {
  action: string;
  tier: string;
  reset_date: Date;
}

/** Two accounts under their locks. */
export interface LockedPair {
  from: Account;
  to: Account;
  /** Whether `to` was created, empty, for this operation. */
  isNew: boolean;
}

/**
 * Locks accounts and brings them up to date before they are used: creates missing ones, and books due renewals and
 * expiries. Both happen once, however many concurrent calls there are.
 */
@Injectable()
export class AccountLocks {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountsRepository,
    private readonly holds: HoldsRepository,
    private readonly audit: AuditRepository,
    private readonly terms: AccountTerms,
  ) {}

  /** Runs `work` on the locked account in one transaction. `work` must store its changes. */
  withLock<T>(actor: Actor, user_id: string, work: (account: Account, tx: Tx) => Promise<T>): Promise<T> {
    return this.db.transaction(async (tx) => {
      const found = (await this.accounts.lock(tx, user_id)) ?? (await this.open(tx, actor, user_id));
      const account = await this.bookedUpToNow(tx, found);
      account.author = actor;
      return work(account, tx);
    });
  }

  /**
   * Does the same for a user that is imported from another system: a missing account is created without initial
   * credits, and `isNew` is true.
   */
  lockedBare<T>(
    actor: Actor,
    user_id: string,
    work: (account: Account, tx: Tx, isNew: boolean) => Promise<T>,
  ): Promise<T> {
    return this.db.transaction(async (tx) => {
      const isNew = await this.accounts.insert(tx, user_id, this.terms.tier, PERIOD_MS);
      const account = await this.bookedUpToNow(tx, await this.relock(tx, user_id));
      account.author = actor;
      return work(account, tx, isNew);
    });
  }

  /**
   * Runs `work` on two locked accounts in one transaction. If `to` does not exist, it is created empty. Locks are taken
   * in the order of ids, so that concurrent moves in opposite directions cannot deadlock.
   * @throws NotFound when `from` does not exist
   */
  withLocks<T>(
    actor: Actor,
    from_id: string,
    to_id: string,
    work: (pair: LockedPair, tx: Tx) => Promise<T>,
  ): Promise<T> {
    return this.db.transaction(async (tx) => {
      await this.accounts.lockAll(tx, [from_id, to_id]);
      const isNew = await this.accounts.insert(tx, to_id, this.terms.tier, PERIOD_MS);
      const [from, to] = [await this.accounts.lock(tx, from_id), await this.relock(tx, to_id)];
      if (!from) throw new NotFound(`Account ${from_id}`);
      const pair = { from: await this.bookedUpToNow(tx, from), to: await this.bookedUpToNow(tx, to), isNew };
      pair.from.author = actor;
      pair.to.author = actor;
      return work(pair, tx);
    });
  }

  /**
   * Locks an account as part of the transaction and brings it up to date. Unlike the others, it never creates one.
   * @throws NotFound
   */
  async lockExisting(tx: Tx, actor: Actor, user_id: string): Promise<Account> {
    const found = await this.accounts.lock(tx, user_id);
    if (!found) throw new NotFound(`Account ${user_id}`);
    const account = await this.bookedUpToNow(tx, found);
    account.author = actor;
    return account;
  }

  /** Runs `work` on two accounts, locked in the order of ids, in one transaction. Missing ones are created. */
  withBoth<T>(
    actor: Actor,
    first_id: string,
    second_id: string,
    work: (first: Account, second: Account, tx: Tx) => Promise<T>,
  ): Promise<T> {
    const locked = async (tx: Tx, user_id: string): Promise<Account> => {
      const found = (await this.accounts.lock(tx, user_id)) ?? (await this.open(tx, actor, user_id));
      const account = await this.bookedUpToNow(tx, found);
      account.author = actor;
      return account;
    };
    return this.db.transaction(async (tx) => {
      await this.accounts.lockAll(tx, [first_id, second_id]);
      return work(await locked(tx, first_id), await locked(tx, second_id), tx);
    });
  }

  /** Creates the empty account of an organization and returns it locked. It gets no initial credits. */
  async openBare(tx: Tx, actor: Actor, user_id: string): Promise<Account> {
    await this.accounts.insert(tx, user_id, this.terms.tier, PERIOD_MS);
    const account = await this.relock(tx, user_id);
    account.author = actor;
    return account;
  }

  /** Stores a locked account. */
  save(tx: Tx, account: Account): Promise<SavedAccount> {
    return this.accounts.save(tx, account);
  }

  /**
   * Creates the account if need be and books what is due on it. Safe to repeat and to run concurrently.
   * @returns the account as read under the lock; a later read could find something else due
   */
  touch(actor: Actor, user_id: string): Promise<UserCreditsRow> {
    return this.withLock(actor, user_id, (_account, tx) => this.accounts.get(tx, user_id));
  }

  /** Lapses expired grants whose hold an earlier posting of the same transaction resolved. */
  expireReleasedGrants(account: Account): void {
    if (!account.isDue) return;
    account.author = SYSTEM_ACTOR;
    expireGrants(account);
  }

  private bookedUpToNow(tx: Tx, account: Account): Account | Promise<Account> {
    return account.isDue ? this.bookDue(tx, account) : account;
  }

  private async open(tx: Tx, actor: Actor, user_id: string): Promise<Account> {
    if (isOrganizationId(user_id)) throw new NotFound(`Organization ${user_id}`);
    const isNew = await this.accounts.insert(tx, user_id, this.terms.tier, PERIOD_MS);
    const account = await this.relock(tx, user_id);
    if (!isNew) return account;
    account.author = actor;
    const credits = await this.terms.begin(tx, account);
    const { lines } = await this.accounts.save(tx, account);
    await this.audit.record(tx, actor, {
      user_id,
      action: 'credit.create',
      resource_type: 'user_credits',
      resource_id: user_id,
      metadata: { tier: this.terms.tier, amount: amount(credits), transaction_id: lines[0]?.id ?? null },
    });
    return this.relock(tx, user_id, account.now);
  }

  /** Books everything due, in order of time: releases expired holds, renews the period, lapses expired grants. */
  private async bookDue(tx: Tx, account: Account): Promise<Account> {
    const { state, user_id, now } = account;
    account.author = SYSTEM_ACTOR;
    const turns: PeriodTurn[] = [];
    const expired = await this.holds.expire(tx, user_id, now);
    for (const hold of expired) account.budgets.release(hold, sizesOf(hold.amount));
    for (const end of bookInOrder(account, expired)) {
      const action = await this.terms.endPeriod(tx, account, end);
      if (action !== null) turns.push({ action, tier: state.tier, reset_date: state.reset_date });
    }
    state.due_at = nextDue(account, await this.holds.soonestExpiry(tx, user_id));
    const { lines } = await this.accounts.save(tx, account);
    const transactions = lines.map((line) => line.id);
    for (const { action, ...metadata } of turns) {
      await this.audit.record(tx, SYSTEM_ACTOR, {
        user_id,
        action,
        resource_type: 'user_credits',
        resource_id: user_id,
        metadata: { ...metadata, transactions },
      });
    }
    // Keep the time of the first lock: by a later one something else could be due, for example a grant that expires
    // with
    // the period, which must not lapse without the renewal.
    return this.relock(tx, user_id, account.now);
  }

  private async relock(tx: Tx, user_id: string, now?: Date): Promise<Account> {
    const account = await this.accounts.lock(tx, user_id, now);
    if (!account) throw new Error(`account ${user_id} vanished while it was being created`);
    return account;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { UserCreditsRow } from '../generated/rows.js';
import { type Actor, systemActor } from '../platform/actor.js';
import { units } from '../platform/amount.js';
import { DAY_MS } from '../platform/calendar.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Database, type Tx } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { TiersRepository } from '../tiers/tiers.repository.js';
import { type Account } from './account.js';
import { AccountsRepository, type Saved } from './accounts.repository.js';
import { bookInOrder } from './due-events.js';
import { HoldsRepository } from './holds.repository.js';
import { awaitPayment, awaitsPayment } from './paid-plan.js';
import { expireGrants, nextDue, nextReset, openWith, PERIOD_MS, renew } from './period.js';

const BOOKKEEPER = systemActor('tollgate');

/** What the audit log says of a period that turned. */
interface PeriodTurn {
  action: string;
  tier: string;
  reset_date: Date;
}

/** Two accounts under their locks. */
export interface Pair {
  from: Account;
  to: Account;
  /** Whether the second one was opened, empty, for this. */
  isNew: boolean;
}

/**
 * Hands out accounts under their lock, ready to work on: a user never seen before gets an account, and renewals and
 * expiries that fell due are booked first. Both happen once, however many calls arrive together.
 */
@Injectable()
export class AccountBook {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountsRepository,
    private readonly holds: HoldsRepository,
    private readonly tiers: TiersRepository,
    private readonly audit: AuditRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Runs `work` on the account in one transaction, under its lock. `work` stores what it decided. */
  locked<T>(actor: Actor, user_id: string, work: (account: Account, tx: Tx) => Promise<T>): Promise<T> {
    return this.db.transaction(async (tx) => {
      const found = (await this.accounts.lock(tx, user_id)) ?? (await this.open(tx, actor, user_id));
      const account = await this.upToDate(tx, found);
      account.author = actor;
      return work(account, tx);
    });
  }

  /**
   * The same for a user who comes with credits of another system: one never seen before gets an account without any.
   * `isNew` says so.
   */
  lockedBare<T>(
    actor: Actor,
    user_id: string,
    work: (account: Account, tx: Tx, isNew: boolean) => Promise<T>,
  ): Promise<T> {
    return this.db.transaction(async (tx) => {
      const isNew = await this.accounts.insert(tx, user_id, this.config.provisioning.initial_tier, PERIOD_MS);
      const account = await this.upToDate(tx, await this.relock(tx, user_id));
      account.author = actor;
      return work(account, tx, isNew);
    });
  }

  /**
   * Runs `work` on two accounts in one transaction, under both locks. The second one opens empty when the user was never
   * seen. Locks are taken in one order, so that moves to and fro at once cannot block each other.
   * @throws NotFound when there is no first one
   */
  lockedPair<T>(actor: Actor, from_id: string, to_id: string, work: (pair: Pair, tx: Tx) => Promise<T>): Promise<T> {
    return this.db.transaction(async (tx) => {
      await this.accounts.lockAll(tx, [from_id, to_id]);
      const isNew = await this.accounts.insert(tx, to_id, this.config.provisioning.initial_tier, PERIOD_MS);
      const [from, to] = [await this.accounts.lock(tx, from_id), await this.relock(tx, to_id)];
      if (!from) throw new NotFound(`Account ${from_id}`);
      const pair = { from: await this.upToDate(tx, from), to: await this.upToDate(tx, to), isNew };
      pair.from.author = actor;
      pair.to.author = actor;
      return work(pair, tx);
    });
  }

  /** Takes an account back: stores what was decided on it. */
  save(tx: Tx, account: Account): Promise<Saved> {
    return this.accounts.save(tx, account);
  }

  /**
   * Makes sure that the account exists and nothing is due on it. Safe to repeat, at once too.
   * @returns the account as it is under its lock: read later, something else could be due by then
   */
  touch(actor: Actor, user_id: string): Promise<UserCreditsRow> {
    return this.locked(actor, user_id, (_account, tx) => this.accounts.get(tx, user_id));
  }

  /** Lapses what only a hold kept alive and an earlier posting of the same transaction set free. */
  lapseFreed(account: Account): void {
    if (!account.isDue) return;
    account.author = BOOKKEEPER;
    expireGrants(account);
  }

  private upToDate(tx: Tx, account: Account): Account | Promise<Account> {
    return account.isDue ? this.bookDue(tx, account) : account;
  }

  private async open(tx: Tx, actor: Actor, user_id: string): Promise<Account> {
    const { initial_tier } = this.config.provisioning;
    const isNew = await this.accounts.insert(tx, user_id, initial_tier, PERIOD_MS);
    const account = await this.relock(tx, user_id);
    if (!isNew) return account;
    account.author = actor;
    const wasHere = await this.accounts.wasErased(tx, user_id); // who comes back gets no second trial
    const initial_credits = wasHere ? '0' : this.config.provisioning.initial_credits;
    openWith(account, await this.tiers.get(initial_tier, tx), units(initial_credits));
    const { lines } = await this.accounts.save(tx, account);
    await this.audit.record(tx, actor, {
      user_id,
      action: 'credit.create',
      resource_type: 'user_credits',
      resource_id: user_id,
      metadata: { tier: initial_tier, amount: initial_credits, transaction_id: lines[0]?.id ?? null },
    });
    return this.relock(tx, user_id, account.now);
  }

  /** Holds that expired return, the period turns, and grants that expired lapse, in the order of time. */
  private async bookDue(tx: Tx, account: Account): Promise<Account> {
    const { state, user_id, now } = account;
    account.author = BOOKKEEPER;
    const turns: PeriodTurn[] = [];
    for (const end of bookInOrder(account, await this.holds.expire(tx, user_id, now))) {
      const action = await this.turnPeriod(tx, account, end);
      if (action !== null) turns.push({ action, tier: state.tier, reset_date: state.reset_date });
    }
    state.due_at = nextDue(account, await this.holds.soonestExpiry(tx, user_id));
    const { lines } = await this.accounts.save(tx, account);
    const transactions = lines.map((line) => line.id);
    for (const { action, ...metadata } of turns) {
      await this.audit.record(tx, BOOKKEEPER, {
        user_id,
        action,
        resource_type: 'user_credits',
        resource_id: user_id,
        metadata: { ...metadata, transactions },
      });
    }
    // With a later clock something else could be due by now, unbooked: a grant past the end of its period would lapse
    // without the renewal that it lapses for.
    return this.relock(tx, user_id, account.now);
  }

  /**
   * The end of a period, at `reset_date`. A plan that is billed goes on for the days of grace while the payment of the next period is
   * awaited, then falls to the tier of those who do not pay. An account that is over gets nothing more.
   * @returns what the audit log calls it; null when nothing happened
   */
  private async turnPeriod(tx: Tx, account: Account, reset_date: Date): Promise<string | null> {
    const { state, now } = account;
    if (state.status === 'closed' || state.status === 'erasing') {
      state.reset_date = nextReset(reset_date, now);
      return null;
    }
    const current = await this.tiers.get(state.tier, tx);
    const scheduled = state.next_tier === null ? null : await this.tiers.get(state.next_tier, tx);
    const isOver = state.paid_until !== null && state.paid_until <= reset_date;
    const awaits = awaitsPayment(state, scheduled);
    if (awaits && state.paid_until) {
      const grace_end = new Date(state.paid_until.getTime() + this.config.payments.grace_days * DAY_MS);
      if (reset_date < grace_end) {
        awaitPayment(account, grace_end);
        return 'credit.payment_awaited';
      }
    }
    const next = scheduled ?? current;
    // what was paid before is given as it was sold
    const sold = state.next_terms?.tier === next.tier ? state.next_terms : next;
    renew(account, current, awaits ? await this.tiers.get(this.config.payments.unpaid_tier, tx) : sold);
    if (isOver) state.paid_until = null;
    return 'credit.monthly_reset';
  }

  private async relock(tx: Tx, user_id: string, now?: Date): Promise<Account> {
    const account = await this.accounts.lock(tx, user_id, now);
    if (!account) throw new Error(`account ${user_id} vanished while it was opened`);
    return account;
  }
}

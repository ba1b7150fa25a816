import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import { type Actor, systemActor } from '../platform/actor.js';
import { units } from '../platform/amount.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Database, type Tx } from '../platform/database.js';
import { TiersRepository } from '../tiers/tiers.repository.js';
import { type Account } from './account.js';
import { AccountsRepository, type Saved } from './accounts.repository.js';
import { HoldsRepository } from './holds.repository.js';
import { expireGrants, nextDue, openWith, PERIOD_MS, renew } from './period.js';

const BOOKKEEPER = systemActor('tollgate');

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
      const account = found.isDue ? await this.bookDue(tx, found) : found;
      account.author = actor;
      return work(account, tx);
    });
  }

  /** Takes an account back: stores what was decided on it. */
  save(tx: Tx, account: Account): Promise<Saved> {
    return this.accounts.save(tx, account);
  }

  /** Makes sure that the account exists and nothing is due on it. Safe to repeat, at once too. */
  async touch(actor: Actor, user_id: string): Promise<void> {
    await this.locked(actor, user_id, () => Promise.resolve());
  }

  /** Lapses what only a hold kept alive and an earlier posting of the same transaction set free. */
  lapseFreed(account: Account): void {
    if (!account.isDue) return;
    account.author = BOOKKEEPER;
    expireGrants(account);
  }

  private async open(tx: Tx, actor: Actor, user_id: string): Promise<Account> {
    const { initial_tier, initial_credits } = this.config.provisioning;
    const isNew = await this.accounts.insert(tx, user_id, initial_tier, PERIOD_MS);
    const account = await this.relock(tx, user_id);
    if (!isNew) return account;
    account.author = actor;
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

  /** Expired holds return first, then the period turns, then expired grants lapse. */
  private async bookDue(tx: Tx, account: Account): Promise<Account> {
    const { state, user_id, now } = account;
    account.author = BOOKKEEPER;
    account.release(await this.holds.expire(tx, user_id, now));
    const isRenewal = state.reset_date <= now;
    if (isRenewal) {
      const current = await this.tiers.get(state.tier, tx);
      renew(account, current, state.next_tier === null ? current : await this.tiers.get(state.next_tier, tx));
    }
    expireGrants(account);
    state.due_at = nextDue(account, await this.holds.soonestExpiry(tx, user_id));
    const { lines } = await this.accounts.save(tx, account);
    if (isRenewal) {
      await this.audit.record(tx, BOOKKEEPER, {
        user_id,
        action: 'credit.monthly_reset',
        resource_type: 'user_credits',
        resource_id: user_id,
        metadata: { tier: state.tier, reset_date: state.reset_date, transactions: lines.map((line) => line.id) },
      });
    }
    // With a later clock something else could be due by now, unbooked: a grant past the end of its period would lapse
    // without the renewal that it lapses for.
    return this.relock(tx, user_id, account.now);
  }

  private async relock(tx: Tx, user_id: string, now?: Date): Promise<Account> {
    const account = await this.accounts.lock(tx, user_id, now);
    if (!account) throw new Error(`account ${user_id} vanished while it was opened`);
    return account;
  }
}

import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import type { CreditTransactionRow, UserCreditsRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { amount, units } from '../../platform/values/amount.js';
import { DomainError } from '../../platform/errors.js';
import type { Sheet } from '../../platform/export/sheet.js';
import { mapPage, type Page, type PageRequest, paginate } from '../../platform/database/paging.js';
import type { Account } from './account.js';
import { AccountLocks } from './account-locks.js';
import type { ShownAccount } from './shown-account.js';
import { AccountsRepository } from './accounts.repository.js';
import { type BalanceView, type GrantView, TransactionView } from '../credits.views.js';
import { byBurnOrder } from '../grants/grant.js';
import { type LedgerFilter, LedgerRepository } from '../ledger/ledger.repository.js';
import { type Limit, limitsOf } from './limits.js';
import { available } from './refusal.js';

/** Concurrent transactions that create accounts or book what is due on them. */
const BOOKING_CONCURRENCY = 4;

/** Reads accounts. Every read is current: whatever is due is booked first. */
@Injectable()
export class AccountsService {
  private readonly slots = pLimit(BOOKING_CONCURRENCY);

  constructor(
    private readonly locks: AccountLocks,
    private readonly accounts: AccountsRepository,
    private readonly ledger: LedgerRepository,
  ) {}

  /**
   * Returns the account, after booking what is due. A user's first request creates the account; a read on behalf of
   * another user does so only with `provision`.
   * @throws DomainError `not_found` when the account does not exist
   */
  async read(actor: Actor, user_id: string, provision = false): Promise<UserCreditsRow> {
    const found = await this.accounts.find(user_id);
    if (found && !found.is_due) return found;
    if (!found && !provision && actor.user_id !== user_id) throw unknownUser(user_id);
    return this.touch(actor, user_id);
  }

  /** Returns the account as stored; null when it does not exist or is closed. */
  async findOpen(user_id: string): Promise<UserCreditsRow | null> {
    const found = await this.accounts.find(user_id);
    return found && (found.status === 'active' || found.status === 'suspended') ? found : null;
  }

  /** Returns the account, created if need be and after booking what is due, for work that it will pay for. */
  async current(actor: Actor, user_id: string): Promise<UserCreditsRow> {
    const found = await this.accounts.find(user_id);
    return found && !found.is_due ? found : this.touch(actor, user_id);
  }

  /**
   * Does the same for many users. For an account that could not be created or updated, the result is the error.
   */
  async currentAll(actor: Actor, user_ids: readonly string[]): Promise<(UserCreditsRow | Error)[]> {
    const found = await Promise.all(user_ids.map((user_id) => this.accounts.find(user_id)));
    return Promise.all(
      found.map(async (account, i) => {
        if (account && !account.is_due) return account;
        return this.touch(actor, user_ids[i] as string).catch((error: unknown) => error as Error);
      }),
    );
  }

  /** Returns the users that have an account, without creating any. */
  async existing(user_ids: readonly string[]): Promise<Set<string>> {
    const found = await Promise.all(user_ids.map((user_id) => this.accounts.find(user_id)));
    return new Set(found.flatMap((account) => account?.user_id ?? []));
  }

  /**
   * Creates or updates an account, with limited concurrency: many requests for one account must not use up the pool.
   */
  private touch(actor: Actor, user_id: string): Promise<UserCreditsRow> {
    return this.slots(async () => {
      const found = await this.accounts.find(user_id);
      return found && !found.is_due ? found : this.locks.touch(actor, user_id);
    });
  }

  /** Returns the balance, with the newest `history` ledger lines unless that is null. */
  async balance(actor: Actor, user_id: string, history: number | null = null, provision = false): Promise<BalanceView> {
    const view = balanceView(await this.read(actor, user_id, provision));
    if (history === null) return view;
    const lines = await this.ledger.list({ user_id }, { take: history, skip: 0, after: null });
    return { ...view, transactions: lines.map(transactionView) };
  }

  /**
   * Returns a page of the ledger, newest first.
   * @throws InvalidInput for an invalid cursor
   */
  async transactions(
    actor: Actor,
    filter: LedgerFilter,
    { provision, ...page }: PageRequest & { provision: boolean },
  ): Promise<Page<TransactionView>> {
    await this.read(actor, filter.user_id, provision);
    return mapPage(await paginate(this.ledger, filter, page), transactionView);
  }

  /** Returns the ledger for an export, oldest line first. */
  async ledgerSheet(actor: Actor, filter: LedgerFilter, provision: boolean): Promise<Sheet> {
    await this.read(actor, filter.user_id, provision);
    return { view: TransactionView, pages: this.ledger.pages(filter) };
  }

  /** Returns the number of ledger lines. */
  count(filter: LedgerFilter): Promise<number> {
    return this.ledger.count(filter);
  }

  /** Returns the live grants in burn order, with all charges attributed to them. */
  async grants(actor: Actor, user_id: string, provision: boolean): Promise<GrantView[]> {
    const account = await this.settled(actor, user_id, provision);
    return account.grants
      .filter((grant) => grant.remaining > 0n)
      .toSorted(byBurnOrder)
      .map((grant) => ({
        ...grant,
        user_id,
        id: grant.id ?? '',
        amount: amount(grant.amount),
        remaining: amount(grant.remaining),
      }));
  }

  /** Returns the limits of the account: its plan credits, its monthly cap and its calls. */
  async limits(actor: Actor, user_id: string): Promise<Limit[]> {
    return limitsOf(await this.settled(actor, user_id, false));
  }

  /** Returns the account with its live grants, with all charges attributed to them. */
  private async settled(actor: Actor, user_id: string, provision: boolean): Promise<Account> {
    const found = await this.accounts.findWithGrants(user_id);
    if (!found) await this.read(actor, user_id, provision);
    const isCurrent = found !== null && !found.isDue;
    const account = isCurrent ? found : await this.locks.withLock(actor, user_id, (booked) => Promise.resolve(booked));
    account.settleBurns();
    return account;
  }
}

const unknownUser = (user_id: string): DomainError =>
  new DomainError(
    'not_found',
    'not_found',
    `User ${user_id} has no account. It is created by the user's first request, at registration, by the first charge, or with provision=true.`,
  );

/** Returns an account as its user sees it; the view drops the private columns. */
export function balanceView(account: ShownAccount): BalanceView {
  const { balance, held, debt } = account;
  return {
    ...account,
    available: amount(available({ balance: units(balance), held: units(held), debt: units(debt) })),
  };
}

/** Returns a ledger line as the account's user sees it. */
export function transactionView(line: CreditTransactionRow): TransactionView {
  return { ...line, cost_breakdown: line.cost_breakdown as TransactionView['cost_breakdown'] };
}

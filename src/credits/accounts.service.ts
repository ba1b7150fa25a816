import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import type { CreditTransactionRow, UserCreditsRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { amount, units } from '../platform/amount.js';
import { DomainError } from '../platform/errors.js';
import type { Sheet } from '../platform/export/sheet.js';
import { decodeCursor, type Page, pageOf } from '../platform/http/page.js';
import { AccountBook } from './account-book.js';
import { AccountsRepository, readState } from './accounts.repository.js';
import { type BalanceView, type CheckView, type GrantView, TransactionView } from './credits.views.js';
import { byBurnOrder } from './grant.js';
import { type LedgerFilter, LedgerRepository } from './ledger.repository.js';
import { available, refuse, refuseStatus } from './refusal.js';

/** Transactions in flight at once for accounts that have to be opened or brought up to date. */
const TOUCHED_AT_ONCE = 4;

/** What page of the ledger is wanted. */
export interface PageRequest {
  limit: number;
  offset: number;
  cursor?: string | undefined;
  count: boolean;
  provision: boolean;
}

/** Reads accounts. Every read sees the truth as of now: nothing due is left unbooked. */
@Injectable()
export class AccountsService {
  private readonly slots = pLimit(TOUCHED_AT_ONCE);

  constructor(
    private readonly book: AccountBook,
    private readonly accounts: AccountsRepository,
    private readonly ledger: LedgerRepository,
  ) {}

  /**
   * The account that a caller reads, brought up to date when need be. A user's own first sight opens it; who reads for
   * others opens nothing unless `provision` asks for it.
   * @throws DomainError `not_found` when the user was never seen
   */
  async read(actor: Actor, user_id: string, provision = false): Promise<UserCreditsRow> {
    const found = await this.accounts.find(user_id);
    if (found && !found.is_due) return found;
    if (!found && !provision && actor.user_id !== user_id) throw neverSeen(user_id);
    return this.touch(actor, user_id);
  }

  /** The account as it stands; null when the user was never seen, or the account is over. */
  async findOpen(user_id: string): Promise<UserCreditsRow | null> {
    const found = await this.accounts.find(user_id);
    return found && (found.status === 'active' || found.status === 'suspended') ? found : null;
  }

  /** The account, opened and brought up to date when need be: for work that is paid from it. */
  async current(actor: Actor, user_id: string): Promise<UserCreditsRow> {
    const found = await this.accounts.find(user_id);
    return found && !found.is_due ? found : this.touch(actor, user_id);
  }

  /**
   * The same for many users at once; an account that could not be opened gives its error.
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

  /** Those of the users who have an account; nobody gets one by this. */
  async existing(user_ids: readonly string[]): Promise<Set<string>> {
    const found = await Promise.all(user_ids.map((user_id) => this.accounts.find(user_id)));
    return new Set(found.flatMap((account) => account?.user_id ?? []));
  }

  /** First sights and what is due wait for their turn: many at once of one account must not take all connections. */
  private touch(actor: Actor, user_id: string): Promise<UserCreditsRow> {
    return this.slots(async () => {
      const found = await this.accounts.find(user_id);
      return found && !found.is_due ? found : this.book.touch(actor, user_id);
    });
  }

  /** The balance, with the newest `history` ledger lines when that is not null. */
  async balance(actor: Actor, user_id: string, history: number | null = null, provision = false): Promise<BalanceView> {
    const view = balanceView(await this.read(actor, user_id, provision));
    if (history === null) return view;
    const lines = await this.ledger.list({ user_id }, history, 0, null);
    return { ...view, transactions: lines.slice(0, history).map(transactionView) };
  }

  /** Whether a charge of `required` credits would be accepted now. It decides nothing: the charge itself does. */
  async check(actor: Actor, user_id: string, required: string, provision: boolean): Promise<CheckView> {
    const state = readState(await this.read(actor, user_id, provision));
    const refusal = refuseStatus(state) ?? refuse(state, units(required));
    return {
      sufficient: refusal === null,
      available: amount(available(state)),
      required,
      reason: refusal?.code ?? null,
    };
  }

  /**
   * A page of the ledger, newest first.
   * @throws InvalidInput for a cursor that is none
   */
  async transactions(actor: Actor, filter: LedgerFilter, page: PageRequest): Promise<Page<TransactionView>> {
    const after = page.cursor === undefined ? null : decodeCursor(page.cursor);
    await this.read(actor, filter.user_id, page.provision);
    const [rows, total] = await Promise.all([
      this.ledger.list(filter, page.limit, page.offset, after),
      page.count ? this.ledger.count(filter) : null,
    ]);
    return pageOf(rows.map(transactionView), page.limit, total);
  }

  /** The ledger to export, oldest line first. */
  async ledgerSheet(actor: Actor, filter: LedgerFilter, provision: boolean): Promise<Sheet> {
    await this.read(actor, filter.user_id, provision);
    return { view: TransactionView, pages: this.ledger.pages(filter) };
  }

  /** How many lines of the ledger there are. */
  count(filter: LedgerFilter): Promise<number> {
    return this.ledger.count(filter);
  }

  /** Live grants in burn order, as they stand with every charge attributed. */
  async grants(actor: Actor, user_id: string, provision: boolean): Promise<GrantView[]> {
    const found = await this.accounts.findWithGrants(user_id);
    if (!found) await this.read(actor, user_id, provision);
    const isCurrent = found !== null && !found.isDue;
    const account = isCurrent ? found : await this.book.locked(actor, user_id, (booked) => Promise.resolve(booked));
    account.settleBurns();
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
}

const neverSeen = (user_id: string): DomainError =>
  new DomainError(
    'not_found',
    'not_found',
    `There is no account of ${user_id}. It opens when the user first calls, at registration, with the first charge, or with provision=true.`,
  );

/** An account as its holder sees it; private columns are left out by the view. */
export function balanceView(account: UserCreditsRow): BalanceView {
  const { balance, held, debt } = account;
  return {
    ...account,
    available: amount(available({ balance: units(balance), held: units(held), debt: units(debt) })),
  };
}

/** A ledger line as its account holder sees it. */
export function transactionView(line: CreditTransactionRow): TransactionView {
  return { ...line, cost_breakdown: line.cost_breakdown as TransactionView['cost_breakdown'] };
}

import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import type { CreditTransactionRow, UserCreditsRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { amount, units } from '../platform/amount.js';
import type { Sheet } from '../platform/export/sheet.js';
import { decodeCursor, type Page, pageOf } from '../platform/http/page.js';
import { AccountBook } from './account-book.js';
import { AccountsRepository, readState } from './accounts.repository.js';
import { type BalanceView, type CheckView, type GrantView, TransactionView } from './credits.views.js';
import { byBurnOrder } from './grant.js';
import { type LedgerFilter, LedgerRepository } from './ledger.repository.js';
import { available, refuse } from './refusal.js';

/** Transactions in flight at once for accounts that have to be opened or brought up to date. */
const TOUCHED_AT_ONCE = 4;

/** What page of the ledger is wanted. */
export interface PageRequest {
  limit: number;
  offset: number;
  cursor?: string | undefined;
  count: boolean;
}

/** Reads accounts. Every read sees the truth as of now: new users have an account, and nothing due is left unbooked. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly book: AccountBook,
    private readonly accounts: AccountsRepository,
    private readonly ledger: LedgerRepository,
  ) {}

  /** The account, opened and brought up to date when need be. */
  async current(actor: Actor, user_id: string): Promise<UserCreditsRow> {
    const found = await this.accounts.find(user_id);
    return found && !found.is_due ? found : this.book.touch(actor, user_id);
  }

  /**
   * The same for many users at once; an account that could not be opened gives its error.
   */
  async currentAll(actor: Actor, user_ids: readonly string[]): Promise<(UserCreditsRow | Error)[]> {
    const found = await Promise.all(user_ids.map((user_id) => this.accounts.find(user_id)));
    const slots = pLimit(TOUCHED_AT_ONCE);
    return Promise.all(
      found.map(async (account, i) => {
        if (account && !account.is_due) return account;
        return slots(() => this.current(actor, user_ids[i] as string)).catch((error: unknown) => error as Error);
      }),
    );
  }

  /** The balance, with the newest `history` ledger lines when that is not null. */
  async balance(actor: Actor, user_id: string, history: number | null): Promise<BalanceView> {
    const view = balanceView(await this.current(actor, user_id));
    if (history === null) return view;
    const lines = await this.ledger.list({ user_id }, history, 0, null);
    return { ...view, transactions: lines.slice(0, history).map(transactionView) };
  }

  /** Whether a charge of `required` credits would be accepted now. It decides nothing: the charge itself does. */
  async check(actor: Actor, user_id: string, required: string): Promise<CheckView> {
    const state = readState(await this.current(actor, user_id));
    const refusal = refuse(state, units(required));
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
    await this.current(actor, filter.user_id);
    const [rows, total] = await Promise.all([
      this.ledger.list(filter, page.limit, page.offset, after),
      page.count ? this.ledger.count(filter) : null,
    ]);
    return pageOf(rows.map(transactionView), page.limit, total);
  }

  /** The ledger to export, oldest line first. */
  async ledgerSheet(actor: Actor, filter: LedgerFilter): Promise<Sheet> {
    await this.current(actor, filter.user_id);
    return { view: TransactionView, pages: this.ledger.pages(filter) };
  }

  /** How many lines of the ledger there are. */
  count(filter: LedgerFilter): Promise<number> {
    return this.ledger.count(filter);
  }

  /** Live grants in burn order, as they stand with every charge attributed. */
  async grants(actor: Actor, user_id: string): Promise<GrantView[]> {
    const found = await this.accounts.findWithGrants(user_id);
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

import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import type { CreditTransactionRow, UserCreditsRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { amount, units } from '../platform/amount.js';
import type { Sheet } from '../platform/export/sheet.js';
import { decodeCursor, type Page, pageOf } from '../platform/http/page.js';
import { AccountBook } from './account-book.js';
import { AccountsRepository, readState } from './accounts.repository.js';
import {
  type BalanceView,
  type CheckView,
  type GrantView,
  type ReceiptView,
  TransactionView,
} from './credits.views.js';
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
    if (found && !found.is_due) return found;
    await this.book.touch(actor, user_id);
    const touched = await this.accounts.find(user_id);
    if (!touched) throw new Error(`account ${user_id} is missing after it was opened`);
    return touched;
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
    await this.current(actor, user_id);
    const account = await this.accounts.findWithGrants(user_id);
    if (!account) throw new Error(`account ${user_id} is missing after it was opened`);
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

  /**
   * How a ledger line came about.
   * @throws NotFound when the account has no such line
   */
  async receipt(user_id: string, id: string): Promise<ReceiptView> {
    const line = await this.ledger.get(user_id, id);
    const refunds = await this.ledger.refundsOf(user_id, id);
    const refunded = refunds.reduce((sum, refund) => sum + units(refund.amount), 0n);
    const refundable = (await this.ledger.refundable(user_id, [id])).get(id) ?? 0n;
    return {
      ...line,
      ...transactionView(line),
      balance_before: amount(units(line.balance_after) - units(line.amount)),
      refunds: refunds.map(transactionView),
      refundable: amount(refundable),
      explanation: explain(line, amount(refunded)),
    };
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

function explain(line: CreditTransactionRow, refunded: string): string[] {
  const size = amount(units(line.amount) < 0n ? -units(line.amount) : units(line.amount));
  const split = line.cost_breakdown as TransactionView['cost_breakdown'];
  return [
    line.transaction_type === 'usage'
      ? `${size} credits were charged for ${line.description ?? line.service ?? 'usage'}.`
      : `${size} credits were ${units(line.amount) < 0n ? 'taken' : 'added'} (${line.transaction_type}): ${line.description ?? 'no reason given'}.`,
    ...(split
      ? [`Of the cost of ${split.total}, ${split.provider_cost} is the provider's and ${split.markup} the platform's.`]
      : []),
    ...(line.hold_id ? [`The charge captured the hold ${line.hold_id}.`] : []),
    ...(line.refund_of ? [`It gives back the charge ${line.refund_of}.`] : []),
    ...(units(refunded) > 0n ? [`${refunded} credits of it were refunded.`] : []),
    `The balance afterwards was ${line.balance_after}.`,
  ];
}

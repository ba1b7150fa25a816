import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { BudgetRow } from '../../generated/rows.js';
import { accountOf, type Actor, actsForOthers } from '../../platform/actor.js';
import type { Tx } from '../../platform/database/database.js';
import { ownPartOf } from '../../platform/actor.js';
import { type Page, paginate } from '../../platform/database/paging.js';
import { DomainError, NotFound } from '../../platform/errors.js';
import type { Replayable } from '../../platform/replayable.js';
import { units } from '../../platform/values/amount.js';
import type { Account } from '../accounts/account.js';
import { AccountLocks } from '../accounts/account-locks.js';
import { assertOpen } from '../accounts/refusal.js';
import { type IdempotencyKey, idempotencyKey, IdempotencyRepository } from '../posting/idempotency.js';
import type { Budget } from './budget.js';
import { BudgetBook } from './budget-book.js';
import { assertBelowAdmin, changeTerms, newBudget, rankOf, rankOfActor, termsOf } from './budget-terms.js';
import { BudgetReader } from './budget-reader.js';
import { boostedUntil } from './budget-window.js';
import { BudgetWindows, type EarlyUse } from './budget-windows.js';
import type { BoostBody, BudgetBody, BudgetChangeBody, BudgetsQuery, BudgetView } from './budgets.dto.js';
import { BudgetsRepository, columnsOf, saveBudgets, toBudget } from './budgets.repository.js';

/** Most budgets that an account can have: all of them are read with each lock. */
const BUDGETS_MAX = 100;

/** A budget of a locked account, with its row and the account's other budgets. */
interface LockedBudget {
  /** The one that the account counts in, if it is in force. */
  budget: Budget;
  row: BudgetRow;
  others: BudgetRow[];
}

/** Changes a locked budget. Returns the metadata of the audit entry. */
type Change = (tx: Tx, account: Account, locked: LockedBudget) => Promise<Record<string, unknown>>;

/** Creates, changes and removes budgets, under the account's lock. Users manage their own, admins and services all. */
@Injectable()
export class BudgetsService {
  constructor(
    private readonly locks: AccountLocks,
    private readonly budgets: BudgetsRepository,
    private readonly windows: BudgetWindows,
    private readonly reader: BudgetReader,
    private readonly audit: AuditRepository,
    private readonly keys: IdempotencyRepository,
  ) {}

  /** Returns a page of budgets with their current use, newest first. Users see their own. */
  async list(actor: Actor, { user_id, is_active, ...page }: BudgetsQuery): Promise<Page<BudgetView>> {
    const owner = actsForOthers(actor) ? user_id : accountOf(actor, user_id);
    const member_id = ownPartOf(actor, 'usage:read');
    const rows = await paginate(this.budgets, { user_id: owner, is_active, member_id }, page);
    return { ...rows, items: await this.reader.views(rows.items) };
  }

  /** Returns a budget with its current use. @throws NotFound */
  async get(actor: Actor, id: string): Promise<BudgetView> {
    const [view] = await this.reader.views([await this.rowOf(actor, id)]);
    const member_id = ownPartOf(actor, 'usage:read');
    if (!view || (member_id !== undefined && ![member_id, null].includes(view.scope.member_id ?? null)))
      throw notFound(id);
    return view;
  }

  /**
   * Creates a budget. It counts what its window has used already, and the holds of work in progress.
   * @throws InvalidInput; DomainError `above_admin_limit`, `too_many_budgets`, `account_closed`
   */
  async create(actor: Actor, body: BudgetBody): Promise<BudgetView> {
    const user_id = accountOf(actor, body.user_id);
    const draft = newBudget(actor, user_id, body);
    const early = await this.reader.usedSoFar(actor, toBudget(draft));
    const row = await this.locks.withLock(actor, user_id, (account, tx) => this.add(tx, actor, account, draft, early));
    return this.get(actor, row.id);
  }

  /**
   * Sets the monthly limit of a member of an organization whose account is locked; null removes it.
   * @throws DomainError `too_many_budgets`, `above_admin_limit`, `account_closed`
   */
  async limitMember(
    tx: Tx,
    actor: Actor,
    account: Account,
    { member_id, limit, timezone }: { member_id: string; limit: string | null; timezone: string },
  ): Promise<void> {
    const rows = await this.budgets.ofAccount(account.user_id, tx);
    const row = rows.find((other) => other.member_id === member_id && isMemberLimit(other));
    if (row && limit === null) return this.drop(tx, actor, account, row);
    if (limit === null) return;
    if (!row) {
      const body = { limit, window: 'month' as const, timezone, scope: { member_id } };
      await this.add(tx, actor, account, newBudget(actor, account.user_id, body, 'organization'));
      return;
    }
    const budget = account.budgets.budgets.find((active) => active.id === row.id) ?? toBudget(row);
    changeTerms(budget, { limit });
    assertBelowAdmin({ ...row, ...columnsOf(budget) }, rows);
    await this.save(tx, account, budget);
    await this.record(tx, actor, 'budget.update', row, { limit });
  }

  /** Returns the monthly limits of the members of an organization with their use, by member. */
  async memberLimits(organization: string): Promise<Map<string, BudgetView>> {
    const rows = (await this.budgets.ofAccount(organization)).filter(isMemberLimit);
    const views = await this.reader.views(rows);
    return new Map(views.map((view) => [view.scope.member_id ?? '', view]));
  }

  private async add(tx: Tx, actor: Actor, account: Account, draft: BudgetRow, early?: EarlyUse): Promise<BudgetRow> {
    assertOpen(account.state);
    const others = await this.budgets.ofAccount(account.user_id, tx);
    if (others.length >= BUDGETS_MAX) throw tooMany();
    assertBelowAdmin(draft, others);
    const budget = toBudget({ ...draft, created_at: account.now });
    await this.windows.measure(tx, budget, account.now, account.state, early);
    const stored = { ...draft, ...columnsOf(budget), created_at: account.now };
    await this.budgets.create(tx, stored);
    if (budget.is_active) account.state.has_budgets = true;
    await this.save(tx, account, budget);
    await this.record(tx, actor, 'budget.create', stored, termsOf(stored));
    return stored;
  }

  private async drop(tx: Tx, actor: Actor, account: Account, row: BudgetRow): Promise<void> {
    const budget = account.budgets.budgets.find((active) => active.id === row.id);
    if (budget) budget.is_active = false;
    account.state.has_budgets = account.budgets.isInForce;
    await this.locks.save(tx, account);
    await this.budgets.remove(tx, row);
    await this.record(tx, actor, 'budget.delete', row, termsOf(row));
  }

  /**
   * Changes the terms of a budget. One that is in force again counts what its window used in the meantime.
   * @throws NotFound; DomainError `forbidden` when an admin set the budget, `above_admin_limit`
   */
  async change(actor: Actor, id: string, body: BudgetChangeBody): Promise<BudgetView> {
    await this.changed(actor, id, 'budget.update', async (tx, account, { budget, row, others }) => {
      const wasActive = budget.is_active;
      changeTerms(budget, body);
      assertBelowAdmin({ ...row, ...columnsOf(budget) }, others);
      if (budget.is_active && !wasActive) await this.windows.measure(tx, budget, account.now, account.state);
      return { ...body };
    });
    return this.get(actor, id);
  }

  /**
   * Adds to the limit of one window, once per idempotency key.
   * @throws NotFound; DomainError `forbidden` when an admin set the budget, `above_admin_limit`, `idempotency_conflict`
   */
  async boost(
    actor: Actor,
    id: string,
    { amount, reason }: BoostBody,
    key: string | undefined,
  ): Promise<Replayable<BudgetView>> {
    const once = idempotencyKey(key, actor, 'boost', { id, amount, reason });
    const change: Change = (_tx, _account, { budget, row, others }) => {
      budget.boost += units(amount);
      budget.boosted_until = boostedUntil(budget.window, budget.resets_at);
      assertBelowAdmin({ ...row, ...columnsOf(budget) }, others);
      return Promise.resolve({ amount, reason, boosted_until: budget.boosted_until.toISOString() });
    };
    const replayed = await this.changed(actor, id, 'budget.boost', change, once);
    return { result: await this.get(actor, id), replayed };
  }

  /** Removes a budget. @throws NotFound; DomainError `forbidden` when an admin set the budget */
  async remove(actor: Actor, id: string): Promise<void> {
    const found = await this.rowOf(actor, id);
    await this.locks.withLock(actor, found.user_id, async (account, tx) => {
      const { row } = await this.lockedBudget(tx, actor, account, id);
      await this.drop(tx, actor, account, row);
    });
  }

  /** Changes a budget, once per idempotency key. @returns whether the key was used before, and nothing changed */
  private async changed(
    actor: Actor,
    id: string,
    action: string,
    change: Change,
    key?: IdempotencyKey,
  ): Promise<boolean> {
    const { user_id } = await this.rowOf(actor, id);
    return this.locks.withLock(actor, user_id, async (account, tx) => {
      const locked = await this.lockedBudget(tx, actor, account, id);
      if (await this.keys.find(tx, user_id, key)) return true;
      const metadata = await change(tx, account, locked);
      account.state.has_budgets = account.budgets.isInForce || locked.budget.is_active;
      await this.save(tx, account, locked.budget);
      await this.keys.record(tx, user_id, key ? [{ ...key, resource_id: null }] : []);
      await this.record(tx, actor, action, locked.row, metadata);
      return false;
    });
  }

  /** Returns a budget of a locked account: the one that the account counts in, if it is in force. */
  private async lockedBudget(tx: Tx, actor: Actor, account: Account, id: string): Promise<LockedBudget> {
    const rows = await this.budgets.ofAccount(account.user_id, tx);
    const row = rows.find((other) => other.id === id);
    if (!row) throw notFound(id);
    if (rankOf(row) > rankOfActor(actor)) throw setByAdmin();
    const budget = account.budgets.budgets.find((active) => active.id === id) ?? toBudget(row);
    return { budget, row, others: rows.filter((other) => other !== row) };
  }

  /** Stores a budget that was created or changed, with the account and the events about it. */
  private async save(tx: Tx, account: Account, budget: Budget): Promise<void> {
    const isCounted = account.budgets.budgets.includes(budget);
    const book = isCounted ? account.budgets : new BudgetBook([budget], account.now);
    book.revise(budget);
    account.dueBy(book.recoversAt);
    await this.locks.save(tx, account);
    if (!isCounted) await saveBudgets(tx, account.user_id, book, account.now);
  }

  private async rowOf(actor: Actor, id: string): Promise<BudgetRow> {
    const row = await this.budgets.find(id, actsForOthers(actor) ? undefined : accountOf(actor, undefined));
    if (!row) throw notFound(id);
    return row;
  }

  private record(
    tx: Tx,
    actor: Actor,
    action: string,
    row: BudgetRow,
    metadata: Record<string, unknown>,
  ): Promise<void> {
    return this.audit.record(tx, actor, {
      user_id: row.user_id,
      action,
      resource_type: 'budget',
      resource_id: row.id,
      metadata,
    });
  }
}

/** Whether a budget is the monthly limit that an organization set for a member. */
const isMemberLimit = ({ set_by, member_id, unit, window_kind }: BudgetRow): boolean =>
  set_by === 'organization' && member_id !== null && unit === 'credits' && window_kind === 'month';

const notFound = (id: string): NotFound => new NotFound(`Budget ${id}`);

const setByAdmin = (): DomainError =>
  new DomainError(
    'forbidden',
    'forbidden',
    'An administrator set this budget, so only an administrator can change it.',
  );

const tooMany = (): DomainError =>
  new DomainError(
    'conflict',
    'too_many_budgets',
    `The account has ${BUDGETS_MAX} budgets, the most that are possible. Remove one first.`,
  );

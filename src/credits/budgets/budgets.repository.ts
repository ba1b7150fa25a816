import { Injectable } from '@nestjs/common';
import { writeEvents } from '../../events/event-log.js';
import type { budgets, Prisma } from '../../generated/prisma/client.js';
import type { BudgetRow } from '../../generated/rows.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { newestFirst, olderThan } from '../../platform/database/keyset.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { amount, units } from '../../platform/values/amount.js';
import { json, wire } from '../../platform/values/wire.js';
import { alertAt, type Budget } from './budget.js';
import type { BudgetBook } from './budget-book.js';

/** Which budgets a list has. */
export interface BudgetFilter {
  user_id?: string | undefined;
  is_active?: boolean | undefined;
  /** Only budgets of this member and those that are about no member. */
  member_id?: string | undefined;
}

/** All SQL on the budgets themselves. Writers hold the account's lock. */
@Injectable()
export class BudgetsRepository {
  constructor(private readonly db: Database) {}

  /** Returns budgets, newest first. */
  async list({ user_id, is_active, member_id }: BudgetFilter, slice: PageSlice): Promise<BudgetRow[]> {
    const where: Prisma.budgetsWhereInput = {
      AND: [
        user_id === undefined ? {} : { user_id },
        is_active === undefined ? {} : { is_active },
        forMember(member_id),
      ],
      ...olderThan(slice.after),
    };
    return (await this.db.prisma.budgets.findMany({ where, ...newestFirst(slice) })).map(toRow);
  }

  count({ user_id, is_active, member_id }: BudgetFilter): Promise<number> {
    const where = { ...(user_id !== undefined && { user_id }), ...(is_active !== undefined && { is_active }) };
    return this.db.prisma.budgets.count({ where: { ...where, ...forMember(member_id) } });
  }

  /** Returns all budgets of an account, oldest first. */
  async ofAccount(user_id: string, tx: Tx | null = null): Promise<BudgetRow[]> {
    const query: Prisma.budgetsFindManyArgs = { where: { user_id }, orderBy: { id: 'asc' } };
    return (await (tx ?? this.db.prisma).budgets.findMany(query)).map(toRow);
  }

  /** Returns accounts with active budgets, at most `limit`. */
  async limitedAccounts(limit: number): Promise<string[]> {
    const rows = await this.db.statement<{ user_id: string }>(
      'budgeted_accounts',
      'SELECT DISTINCT user_id FROM budgets WHERE is_active LIMIT $1',
      [limit],
    );
    return rows.map(({ user_id }) => user_id);
  }

  /** Returns a budget; null if there is none with this id, or if it belongs to another account than `user_id`. */
  async find(id: string, user_id?: string): Promise<BudgetRow | null> {
    const row = await this.db.prisma.budgets.findFirst({ where: { id, ...(user_id !== undefined && { user_id }) } });
    return row && toRow(row);
  }

  async create(tx: Tx, row: BudgetRow): Promise<void> {
    const { thresholds, ...columns } = row;
    await tx.budgets.create({ data: { ...columns, thresholds: thresholds as number[] } });
  }

  async remove(tx: Tx, { id, user_id }: Pick<BudgetRow, 'id' | 'user_id'>): Promise<void> {
    await tx.budgets.delete({ where: { id_user_id: { id, user_id } } });
  }

  /** Gives the budgets of an account to the one that took it over. */
  async transfer(tx: Tx, from: string, to: string): Promise<void> {
    await tx.budgets.updateMany({ where: { user_id: from }, data: { user_id: to } });
  }

  /** Notes in a locked account whether it has active budgets, and when an exceeded one of them begins a new window. */
  async mark(tx: Tx, user_id: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE user_credits u SET has_budgets = b.count > 0, due_at = LEAST(u.due_at, b.recovers_at)
      FROM (SELECT count(*) AS count, min(resets_at) FILTER (WHERE is_exceeded) AS recovers_at
        FROM budgets WHERE user_id = ${user_id} AND is_active) AS b
      WHERE u.user_id = ${user_id}`;
  }
}

const forMember = (member_id: string | undefined): Prisma.budgetsWhereInput =>
  member_id === undefined ? {} : { OR: [{ member_id }, { member_id: null }] };

/** Returns the active budgets of a locked account. */
export async function lockedBudgets(tx: Tx, user_id: string): Promise<Budget[]> {
  const rows = await tx.budgets.findMany({ where: { user_id, is_active: true }, orderBy: { id: 'asc' } });
  return rows.map((row) => toBudget(toRow(row)));
}

/** Stores what changed in the budgets of a locked account, with the events about it. */
export async function saveBudgets(tx: Tx, user_id: string, book: BudgetBook, at: Date): Promise<void> {
  if (book.changed.size > 0) {
    const changes = [...book.changed].map(columnsOf);
    await tx.$executeRaw`
      UPDATE budgets b SET (limit_amount, on_exceed, thresholds, is_active, forecast, used, held, boost, boosted_until,
        window_start, resets_at, alert_at, reported_threshold, is_exceeded) = (c.limit_amount, c.on_exceed, c.thresholds,
        c.is_active, c.forecast, c.used, c.held, c.boost, c.boosted_until, c.window_start, c.resets_at, c.alert_at,
        c.reported_threshold, c.is_exceeded)
      FROM jsonb_populate_recordset(NULL::budgets, ${json(changes)}::jsonb) c
      WHERE b.user_id = ${user_id} AND b.id = c.id`;
  }
  await writeEvents(
    tx,
    book.events.map((event) => ({ ...event, user_id, occurred_at: at })),
  );
}

/** Converts a stored budget for the rules. */
export function toBudget(row: BudgetRow): Budget {
  const { id, user_id, api_key_id, member_id, service, model, tag } = row;
  const { window_kind: kind, timezone, window_from: from, window_to: to } = row;
  const { unit, on_exceed, set_by, is_active, forecast, boosted_until, window_start, resets_at } = row;
  const { reported_threshold, is_exceeded } = row;
  return {
    id,
    user_id,
    scope: { api_key_id, member_id, service, model, tag },
    window: { kind, timezone, from, to },
    limit: units(row.limit_amount),
    thresholds: row.thresholds as number[],
    used: units(row.used),
    held: units(row.held),
    boost: units(row.boost),
    unit,
    on_exceed,
    set_by,
    is_active,
    forecast,
    boosted_until,
    window_start,
    resets_at,
    reported_threshold,
    is_exceeded,
  };
}

/** Returns the columns that change, as they are stored. */
export function columnsOf(budget: Budget) {
  const { id, on_exceed, thresholds, is_active, forecast, boosted_until, window_start, resets_at } = budget;
  const alert_at = alertAt(budget);
  return {
    id,
    on_exceed,
    thresholds: [...thresholds],
    is_active,
    forecast,
    boosted_until,
    window_start,
    resets_at,
    limit_amount: amount(budget.limit),
    used: amount(budget.used),
    held: amount(budget.held),
    boost: amount(budget.boost),
    alert_at: alert_at === null ? null : amount(alert_at),
    reported_threshold: budget.reported_threshold,
    is_exceeded: budget.is_exceeded,
  };
}

const toRow = (row: budgets): BudgetRow => {
  const { thresholds, ...columns } = row;
  return { ...wire(columns), thresholds: thresholds as number[] };
};

import { Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import type { hold_status } from '../../generated/prisma/enums.js';
import { writeEvents } from '../../events/event-log.js';
import type { CreditHoldRow } from '../../generated/rows.js';
import { units } from '../../platform/values/amount.js';
import { batched } from '../../platform/database/batched.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { json, unitsOf, wire } from '../../platform/values/wire.js';
import { rowId } from '../../platform/database/row-id.js';
import type { ExpiredHold } from '../accounts/due-events.js';
import type { BudgetedWork } from '../budgets/budget.js';
import type { HoldFacts } from '../posting/posting.js';
import type { NewHold } from '../posting/posting-session.js';

/** The holds to list. */
export interface HoldFilter {
  user_id?: string | undefined;
  status: hold_status;
}

const FACTS_MAX = 1000;

/** Name that lists of all accounts' holds use in the read budget. */
const READER = 'holds';

/** The SQL on holds. Writers hold the account's lock. */
@Injectable()
export class HoldsRepository {
  /** Combines the look-ups of one turn of the event loop into one query. Nothing is cached. */
  private readonly factsLoader = batched<string, HoldFacts | null>(FACTS_MAX, (ids) => this.loadFacts(ids));

  constructor(private readonly db: Database) {}

  /**
   * Returns the immutable fields of a hold.
   * @throws NotFound
   */
  async facts(id: string): Promise<HoldFacts> {
    const facts = await this.factsLoader.load(id);
    if (!facts) throw new NotFound(`Hold ${id}`);
    return facts;
  }

  /** @throws NotFound when the hold does not exist, or belongs to another account than `user_id` */
  async get(id: string, user_id: string | undefined): Promise<CreditHoldRow> {
    const row = await this.db.prisma.credit_holds.findFirst({
      where: { id, ...(user_id === undefined ? {} : { user_id }) },
    });
    if (!row) throw new NotFound(`Hold ${id}`);
    return wire(row);
  }

  /** Returns holds, newest first. An active hold past its expiry counts as expired. */
  async list({ user_id, status }: HoldFilter, { take, skip, after }: PageSlice): Promise<CreditHoldRow[]> {
    const now = new Date();
    const states: Record<hold_status, Prisma.credit_holdsWhereInput> = {
      active: { status: 'active', expires_at: { gt: now } },
      expired: { OR: [{ status: 'expired' }, { status: 'active', expires_at: { lte: now } }] },
      captured: { status: 'captured' },
      released: { status: 'released' },
    };
    const query: Prisma.credit_holdsFindManyArgs = {
      where: { AND: [user_id === undefined ? {} : { user_id }, states[status], after ? { id: { lt: after.id } } : {}] },
      orderBy: { id: 'desc' },
      take,
      skip,
    };
    // the active holds of one account are read from an index, cheaply enough to bypass the read budget
    const rows =
      user_id !== undefined && status === 'active'
        ? await this.db.prisma.credit_holds.findMany(query)
        : await this.db.reads.run(user_id ?? READER, (db) => db.credit_holds.findMany(query));
    return rows.map((row) => ({ ...wire(row), status }));
  }

  /** Returns the given holds of an account, by id. */
  async findAll(tx: Tx, user_ids: readonly string[], ids: string[]): Promise<Map<string, CreditHoldRow>> {
    if (ids.length === 0) return new Map();
    const rows = await tx.credit_holds.findMany({ where: { user_id: { in: [...user_ids] }, id: { in: ids } } });
    return new Map(rows.map((row) => [row.id, wire(row)]));
  }

  /** Inserts holds and returns them in the same order. */
  async createAll(tx: Tx, holds: NewHold[]): Promise<CreditHoldRow[]> {
    if (holds.length === 0) return [];
    const data = holds.map((hold, n) => ({
      ...hold,
      id: rowId(hold.user_id, hold.created_at, n),
      metadata: hold.metadata as Prisma.InputJsonObject,
      tags: hold.tags ?? undefined,
    }));
    return (await tx.credit_holds.createManyAndReturn({ data })).map(wire);
  }

  /** Stores the status, captured amount and expiry of the given holds of an account. */
  async updateAll(tx: Tx, user_id: string, holds: CreditHoldRow[]): Promise<void> {
    if (holds.length === 0) return;
    await tx.$executeRaw`
      UPDATE credit_holds SET status = change.status, captured_amount = change.captured_amount,
        expires_at = change.expires_at, resolved_at = change.resolved_at,
        lease_until = CASE WHEN change.resolved_at IS NULL THEN credit_holds.lease_until END
      FROM jsonb_to_recordset(${json(holds)}::jsonb) AS change (id uuid, status hold_status, captured_amount numeric,
        expires_at timestamptz, resolved_at timestamptz)
      WHERE credit_holds.user_id = ${user_id} AND credit_holds.id = change.id`;
  }

  /** Marks the active holds that have expired by `now`, and returns them. */
  async expire(tx: Tx, user_id: string, now: Date): Promise<(ExpiredHold & BudgetedWork)[]> {
    const expired = await tx.credit_holds.updateManyAndReturn({
      where: { user_id, status: 'active', expires_at: { lte: now } },
      data: { status: 'expired', resolved_at: now },
      select: {
        id: true,
        amount: true,
        created_at: true,
        expires_at: true,
        service: true,
        model: true,
        api_key_id: true,
        member_id: true,
        tags: true,
      },
    });
    await writeEvents(
      tx,
      expired.map((hold) => ({ user_id, type: 'hold.expired', occurred_at: hold.expires_at, object: wire(hold) })),
    );
    return expired.map((hold) => ({ ...hold, amount: unitsOf(hold.amount) }));
  }

  /** Returns the earliest expiry of an active hold; null when there is none. */
  async soonestExpiry(tx: Tx, user_id: string): Promise<Date | null> {
    const { _min } = await tx.credit_holds.aggregate({
      where: { user_id, status: 'active' },
      _min: { expires_at: true },
    });
    return _min.expires_at;
  }

  private async loadFacts(ids: readonly string[]): Promise<(HoldFacts | null)[]> {
    const rows = await this.db.statement<CreditHoldRow>(
      'hold_facts',
      `SELECT id, user_id, amount, service, model, metadata, api_key_id, member_id, tags
       FROM credit_holds WHERE id = ANY ($1::uuid[])`,
      [[...ids]],
    );
    const byId = new Map(rows.map((row) => [row.id, { ...row, amount: units(row.amount) }]));
    return ids.map((id) => byId.get(id) ?? null);
  }
}

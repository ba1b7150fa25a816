import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import type { Prisma } from '../generated/prisma/client.js';
import type { hold_status } from '../generated/prisma/enums.js';
import type { CreditHoldRow } from '../generated/rows.js';
import { units } from '../platform/amount.js';
import { Database, type Tx } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import type { Position } from '../platform/http/page.js';
import { json, unitsOf, wire } from '../platform/wire.js';
import { rowId } from '../platform/row-id.js';
import type { ExpiredHold } from './due-events.js';
import type { HoldFacts } from './posting.js';
import type { NewHold } from './posting-session.js';

/** Which holds are wanted. */
export interface HoldFilter {
  user_id?: string | undefined;
  status: hold_status;
}

const FACTS_MAX = 1000;

/** Whose turn it is when lists of all accounts' holds wait. */
const READER = 'holds';

/** All SQL on holds. Writers hold the account's lock. */
@Injectable()
export class HoldsRepository {
  /** Look-ups of one turn of the event loop become one query; nothing is kept. */
  private readonly factsLoader = new DataLoader<string, HoldFacts | null>((ids) => this.loadFacts(ids), {
    cache: false,
    maxBatchSize: FACTS_MAX,
    batchScheduleFn: (flush) => setImmediate(flush),
  });

  constructor(private readonly db: Database) {}

  /**
   * What never changes of a hold.
   * @throws NotFound
   */
  async facts(id: string): Promise<HoldFacts> {
    const facts = await this.factsLoader.load(id);
    if (!facts) throw new NotFound(`Hold ${id}`);
    return facts;
  }

  /** @throws NotFound when no such hold exists, or it belongs to another account than the one named */
  async get(id: string, user_id: string | undefined): Promise<CreditHoldRow> {
    const row = await this.db.prisma.credit_holds.findFirst({
      where: { id, ...(user_id === undefined ? {} : { user_id }) },
    });
    if (!row) throw new NotFound(`Hold ${id}`);
    return wire(row);
  }

  /** One row more than `limit` tells that there is a next page. Newest first. An active hold past its expiry is expired. */
  async list(filter: HoldFilter, limit: number, after: Position | null): Promise<CreditHoldRow[]> {
    const { user_id, status } = filter;
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
      take: limit + 1,
    };
    // the holds that an account has now come off an index, and are shown beside its balance
    const rows =
      user_id !== undefined && status === 'active'
        ? await this.db.prisma.credit_holds.findMany(query)
        : await this.db.reads.run(user_id ?? READER, (db) => db.credit_holds.findMany(query));
    return rows.map((row) => ({ ...wire(row), status }));
  }

  /** The given holds of an account, by id. */
  async findAll(tx: Tx, user_id: string, ids: string[]): Promise<Map<string, CreditHoldRow>> {
    if (ids.length === 0) return new Map();
    const rows = await tx.credit_holds.findMany({ where: { user_id, id: { in: ids } } });
    return new Map(rows.map((row) => [row.id, wire(row)]));
  }

  /** @returns the new holds in the order given */
  async createAll(tx: Tx, holds: NewHold[]): Promise<CreditHoldRow[]> {
    if (holds.length === 0) return [];
    const data = holds.map((hold, n) => ({
      ...hold,
      id: rowId(hold.user_id, hold.created_at, n),
      metadata: hold.metadata as Prisma.InputJsonObject,
    }));
    return (await tx.credit_holds.createManyAndReturn({ data })).map(wire);
  }

  /** Stores where the given holds of an account stand now. */
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

  /** Marks every active hold that expired by `now`. @returns them */
  async expire(tx: Tx, user_id: string, now: Date): Promise<ExpiredHold[]> {
    const expired = await tx.credit_holds.updateManyAndReturn({
      where: { user_id, status: 'active', expires_at: { lte: now } },
      data: { status: 'expired', resolved_at: now },
      select: { amount: true, expires_at: true },
    });
    return expired.map(({ amount, expires_at }) => ({ amount: unitsOf(amount), expires_at }));
  }

  /** The soonest expiry among active holds; null without any. */
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
      'SELECT id, user_id, amount, service, model, metadata FROM credit_holds WHERE id = ANY ($1::uuid[])',
      [[...ids]],
    );
    const byId = new Map(rows.map((row) => [row.id, { ...row, amount: units(row.amount) }]));
    return ids.map((id) => byId.get(id) ?? null);
  }
}

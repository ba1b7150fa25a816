import { Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import type { ScheduledGrantRow } from '../../generated/rows.js';
import { Database, type Db, type Tx } from '../../platform/database/database.js';
import { newestFirst, olderThan } from '../../platform/database/keyset.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { NotFound } from '../../platform/errors.js';
import { wire } from '../../platform/values/wire.js';

/** Filter of the scheduled grants. */
export interface SchedulesFilter {
  is_paused?: boolean | undefined;
}

/** All SQL on scheduled grants. */
@Injectable()
export class SchedulesRepository {
  constructor(private readonly db: Database) {}

  /** Returns the time of the database. */
  async now(): Promise<Date> {
    const [row] = await this.db.prisma.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
    return row?.now ?? new Date();
  }

  /** Stores a scheduled grant. Returns null if its creator has used the idempotency key before. */
  async create(tx: Tx, data: Prisma.scheduled_grantsCreateManyInput): Promise<ScheduledGrantRow | null> {
    const [row] = await tx.scheduled_grants.createManyAndReturn({ data, skipDuplicates: true });
    return row ? wire(row) : null;
  }

  /** Returns what a request with an idempotency key created; null if the key was not used. */
  async ofKey(created_by: string, idempotency_key: string): Promise<ScheduledGrantRow | null> {
    const row = await this.db.prisma.scheduled_grants.findFirst({ where: { created_by, idempotency_key } });
    return row && wire(row);
  }

  /** @throws NotFound */
  async get(id: string, db: Db | Tx = this.db.prisma): Promise<ScheduledGrantRow> {
    const row = await db.scheduled_grants.findUnique({ where: { id } });
    if (!row) throw notFound(id);
    return wire(row);
  }

  /** Locks a scheduled grant until the transaction ends. @throws NotFound */
  async lock(tx: Tx, id: string): Promise<ScheduledGrantRow> {
    const rows = await tx.$queryRaw<unknown[]>`SELECT FROM scheduled_grants WHERE id = ${id}::uuid FOR UPDATE`;
    if (rows.length === 0) throw notFound(id);
    return this.get(id, tx);
  }

  async update(tx: Tx, id: string, data: Prisma.scheduled_grantsUncheckedUpdateInput): Promise<ScheduledGrantRow> {
    return wire(await tx.scheduled_grants.update({ where: { id }, data }));
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.scheduled_grants.delete({ where: { id } });
  }

  async list(filter: SchedulesFilter, slice: PageSlice): Promise<ScheduledGrantRow[]> {
    const query = { where: { ...where(filter), ...olderThan(slice.after) }, ...newestFirst(slice) };
    return (await this.db.prisma.scheduled_grants.findMany(query)).map(wire);
  }

  count(filter: SchedulesFilter): Promise<number> {
    return this.db.prisma.scheduled_grants.count({ where: where(filter) });
  }

  /** Returns all that are not paused. */
  async active(): Promise<ScheduledGrantRow[]> {
    return (await this.db.prisma.scheduled_grants.findMany({ where: { paused_at: null } })).map(wire);
  }
}

const where = ({ is_paused }: SchedulesFilter): Prisma.scheduled_grantsWhereInput =>
  is_paused === undefined ? {} : { paused_at: is_paused ? { not: null } : null };

const notFound = (id: string): NotFound => new NotFound(`Scheduled grant ${id}`);

import { Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import type { litellm_rejected_status } from '../../generated/prisma/enums.js';
import type { LitellmRejectedLogRow } from '../../generated/rows.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors.js';
import { newestFirst, olderThan } from '../../platform/database/keyset.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { wire } from '../../platform/values/wire.js';

/** A rejected log to store. */
export type NewRejected = Pick<
  LitellmRejectedLogRow,
  'log_hash' | 'log_id' | 'reason' | 'detail' | 'named_user' | 'log'
>;

/** Key under which lists queue for the read pool. */
const READER = 'rejected logs';

/** All SQL on rejected logs. */
@Injectable()
export class RejectedRepository {
  constructor(private readonly db: Database) {}

  /** Stores rejected logs, each once. @returns the stored rows by hash */
  async keep(logs: readonly NewRejected[]): Promise<Map<string, LitellmRejectedLogRow>> {
    if (logs.length === 0) return new Map();
    const data = logs.map((log) => ({ ...log, log: log.log as Prisma.InputJsonObject }));
    await this.db.prisma.litellm_rejected_logs.createMany({ data, skipDuplicates: true });
    return this.find(logs.map(({ log_hash }) => log_hash));
  }

  /** Returns the stored rows with these hashes, by hash. */
  async find(hashes: readonly string[]): Promise<Map<string, LitellmRejectedLogRow>> {
    const where = { log_hash: { in: [...new Set(hashes)] } };
    const rows = await this.db.prisma.litellm_rejected_logs.findMany({ where });
    return new Map(rows.map((row) => [row.log_hash, wire(row)]));
  }

  /** @throws NotFound */
  async get(id: string, db: Tx | Database['prisma'] = this.db.prisma): Promise<LitellmRejectedLogRow> {
    const row = await db.litellm_rejected_logs.findUnique({ where: { id } });
    if (!row) throw new NotFound(`Rejected log ${id}`);
    return wire(row);
  }

  /** Returns rejected logs, newest first. */
  async list(status: litellm_rejected_status | undefined, slice: PageSlice): Promise<LitellmRejectedLogRow[]> {
    const query = { where: { ...only(status), ...olderThan(slice.after) }, ...newestFirst(slice) };
    const rows = await this.db.reads.run(READER, (db) => db.litellm_rejected_logs.findMany(query));
    return rows.map(wire);
  }

  count(status: litellm_rejected_status | undefined): Promise<number> {
    return this.db.reads.run(READER, (db) => db.litellm_rejected_logs.count({ where: only(status) }));
  }

  /**
   * Claims an open log for a user before it is booked. Returns false if the log is not open or is claimed for another
   * user.
   */
  async claim(id: string, user_id: string): Promise<boolean> {
    const { count } = await this.db.prisma.litellm_rejected_logs.updateMany({
      where: { id, status: 'open', OR: [{ assigned_to: null }, { assigned_to: user_id }] },
      data: { assigned_to: user_id },
    });
    return count === 1;
  }

  /** Marks a claimed log as booked. Returns false if it is already marked. */
  async book(tx: Tx, id: string, event_id: string, resolved_by: string): Promise<boolean> {
    const data = { status: 'booked' as const, event_id, resolved_by, resolved_at: new Date() };
    const { count } = await tx.litellm_rejected_logs.updateMany({ where: { id, status: 'open' }, data });
    return count === 1;
  }

  /** Discards an open log. Returns false if it is not open or is claimed. */
  async discard(tx: Tx, id: string, resolved_by: string): Promise<boolean> {
    const data = { status: 'discarded' as const, resolved_by, resolved_at: new Date() };
    const { count } = await tx.litellm_rejected_logs.updateMany({
      where: { id, status: 'open', assigned_to: null },
      data,
    });
    return count === 1;
  }

  /** Deletes logs received before an instant. @returns the number deleted */
  async forget(before_at: Date): Promise<number> {
    const { count } = await this.db.prisma.litellm_rejected_logs.deleteMany({
      where: { created_at: { lt: before_at } },
    });
    return count;
  }
}

const only = (status: litellm_rejected_status | undefined): Prisma.litellm_rejected_logsWhereInput =>
  status === undefined ? {} : { status };

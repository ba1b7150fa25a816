import { Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import type { litellm_rejected_status } from '../../generated/prisma/enums.js';
import type { LitellmRejectedLogRow } from '../../generated/rows.js';
import { Database, type Tx } from '../../platform/database.js';
import { NotFound } from '../../platform/errors.js';
import type { Position } from '../../platform/http/page.js';
import { wire } from '../../platform/wire.js';

/** A log to keep. */
export type NewRejected = Pick<
  LitellmRejectedLogRow,
  'log_hash' | 'log_id' | 'reason' | 'detail' | 'named_user' | 'log'
>;

/** Whose turn it is when lists wait. */
const READER = 'rejected logs';

/** All SQL on logs that could not be booked. */
@Injectable()
export class RejectedRepository {
  constructor(private readonly db: Database) {}

  /** Keeps logs, each once. @returns them as they are kept, by their hashes */
  async keep(logs: readonly NewRejected[]): Promise<Map<string, LitellmRejectedLogRow>> {
    if (logs.length === 0) return new Map();
    const data = logs.map((log) => ({ ...log, log: log.log as Prisma.InputJsonObject }));
    await this.db.prisma.litellm_rejected_logs.createMany({ data, skipDuplicates: true });
    return this.find(logs.map(({ log_hash }) => log_hash));
  }

  /** Those of the logs that are kept, by their hashes. */
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

  /** One row more than `limit` tells that there is a next page. Newest first. */
  async list(
    status: litellm_rejected_status | undefined,
    limit: number,
    offset: number,
    after: Position | null,
  ): Promise<LitellmRejectedLogRow[]> {
    const query: Prisma.litellm_rejected_logsFindManyArgs = {
      where: { AND: [only(status), after ? before(after) : {}] },
      orderBy: [{ created_at: 'desc' }, { id: 'desc' }],
      take: limit + 1,
      skip: after ? 0 : offset,
    };
    const rows = await this.db.reads.run(READER, (db) => db.litellm_rejected_logs.findMany(query));
    return rows.map(wire);
  }

  count(status: litellm_rejected_status | undefined): Promise<number> {
    return this.db.reads.run(READER, (db) => db.litellm_rejected_logs.count({ where: only(status) }));
  }

  /** Says whom an open log is going to be booked for; false when it is not open, or somebody else's already. */
  async claim(id: string, user_id: string): Promise<boolean> {
    const { count } = await this.db.prisma.litellm_rejected_logs.updateMany({
      where: { id, status: 'open', OR: [{ assigned_to: null }, { assigned_to: user_id }] },
      data: { assigned_to: user_id },
    });
    return count === 1;
  }

  /** Notes that a claimed log was booked; false when that is noted already. */
  async book(tx: Tx, id: string, event_id: string, resolved_by: string): Promise<boolean> {
    const data = { status: 'booked' as const, event_id, resolved_by, resolved_at: new Date() };
    const { count } = await tx.litellm_rejected_logs.updateMany({ where: { id, status: 'open' }, data });
    return count === 1;
  }

  /** Gives up an open log; false when it is not open, or about to be booked. */
  async discard(tx: Tx, id: string, resolved_by: string): Promise<boolean> {
    const data = { status: 'discarded' as const, resolved_by, resolved_at: new Date() };
    const { count } = await tx.litellm_rejected_logs.updateMany({
      where: { id, status: 'open', assigned_to: null },
      data,
    });
    return count === 1;
  }

  /** Forgets logs that came before an instant. @returns how many */
  async forget(before_at: Date): Promise<number> {
    const { count } = await this.db.prisma.litellm_rejected_logs.deleteMany({
      where: { created_at: { lt: before_at } },
    });
    return count;
  }
}

const only = (status: litellm_rejected_status | undefined): Prisma.litellm_rejected_logsWhereInput =>
  status === undefined ? {} : { status };

const before = ({ id, created_at }: Position): Prisma.litellm_rejected_logsWhereInput => ({
  created_at: { lte: created_at },
  OR: [{ created_at: { lt: created_at } }, { id: { lt: id } }],
});

import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/prisma/client.js';
import type { audit_result } from '../generated/prisma/enums.js';
import type { AuditLogRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { Database, type Tx } from '../platform/database/database.js';
import { newestFirst, olderThan } from '../platform/database/keyset.js';
import type { PageSlice, Position } from '../platform/database/paging.js';
import { wire } from '../platform/values/wire.js';
import { rowId } from '../platform/database/row-id.js';

/** An audit entry without actor, time and address. Metadata must not contain secrets. */
export interface AuditEntry {
  user_id: string;
  action: string;
  result?: 'success' | 'failure';
  resource_type: string;
  resource_id?: string | null;
  metadata?: Record<string, unknown>;
}

/** Filter of the log; `date_from` is inclusive, `date_to` exclusive. */
export interface AuditFilter {
  user_id?: string | undefined;
  action?: string | undefined;
  actor?: string | undefined;
  result?: audit_result | undefined;
  date_from?: Date | undefined;
  date_to?: Date | undefined;
}

/** Key for fair queueing of searches over all accounts. */
const READER = 'audit log';

/** Writes and reads the append-only audit log. */
@Injectable()
export class AuditRepository {
  constructor(private readonly db: Database) {}

  /** Returns entries, newest first. */
  async list(filter: AuditFilter, slice: PageSlice): Promise<AuditLogRow[]> {
    const query: Prisma.audit_logsFindManyArgs = {
      where: { AND: [where(filter), before(filter, slice.after)] },
      ...newestFirst(slice),
      ...(filter.user_id === undefined && { orderBy: { id: 'desc' } }),
    };
    const rows = await this.db.reads.run(filter.user_id ?? READER, (db) => db.audit_logs.findMany(query));
    return rows.map(wire);
  }

  /** Returns the latest entry about an action on an account; null if there is none. */
  async newest(tx: Tx, user_id: string, action: string): Promise<AuditLogRow | null> {
    const newest = [{ created_at: 'desc' as const }, { id: 'desc' as const }];
    const row = await tx.audit_logs.findFirst({ where: { user_id, action }, orderBy: newest });
    return row && wire(row);
  }

  count(filter: AuditFilter): Promise<number> {
    return this.db.reads.run(filter.user_id ?? READER, (db) => db.audit_logs.count({ where: where(filter) }));
  }

  /** Records an action in the transaction that performs it, so that both are committed or neither. */
  record(tx: Tx, actor: Actor, entry: AuditEntry): Promise<void> {
    return this.recordAll(tx, [{ ...entry, actor }]);
  }

  /** Records several actions, each with its own actor. */
  async recordAll(tx: Tx, entries: (AuditEntry & { actor: Actor })[]): Promise<void> {
    if (entries.length === 0) return;
    await tx.audit_logs.createMany({
      data: entries.map(({ actor, ...entry }, n) => ({
        ...entry,
        id: rowId(entry.user_id, undefined, n),
        result: entry.result ?? 'success',
        resource_id: entry.resource_id ?? null,
        metadata: (entry.metadata ?? {}) as Prisma.InputJsonObject,
        actor: actor.user_id,
        request_id: actor.request_id,
        ip: actor.ip,
      })),
    });
  }
}

function where({ user_id, action, actor, result, date_from, date_to }: AuditFilter): Prisma.audit_logsWhereInput {
  const created_at = { ...(date_from && { gte: date_from }), ...(date_to && { lt: date_to }) };
  return { user_id, action, actor, result, created_at }; // Prisma ignores undefined members
}

/** Entries of one account are read by its index; those of all accounts by the primary key, whose ids rise with time. */
function before({ user_id }: AuditFilter, after: Position | null): Prisma.audit_logsWhereInput {
  return after && user_id === undefined ? { id: { lt: after.id } } : olderThan(after);
}

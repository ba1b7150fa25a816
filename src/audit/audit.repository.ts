import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/prisma/client.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/database.js';

/** What an audit entry says besides who, when and whence. Metadata must hold no secrets. */
export interface AuditEntry {
  user_id: string;
  action: string;
  result?: 'success' | 'failure';
  resource_type: string;
  resource_id?: string | null;
  metadata?: Record<string, unknown>;
}

/** Writes the append-only audit log. */
@Injectable()
export class AuditRepository {
  /** Records an act in the transaction that does it: both happen or neither. */
  async record(tx: Tx, actor: Actor, entry: AuditEntry): Promise<void> {
    await tx.audit_logs.create({
      data: {
        ...entry,
        result: entry.result ?? 'success',
        resource_id: entry.resource_id ?? null,
        metadata: (entry.metadata ?? {}) as Prisma.InputJsonObject,
        actor: actor.user_id,
        request_id: actor.request_id,
        ip: actor.ip,
      },
      select: { id: true },
    });
  }
}

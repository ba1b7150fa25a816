import { Injectable } from '@nestjs/common';
import type { StoredEvent } from '../../events/stored-event.js';
import type { Prisma, webhook_deliveries } from '../../generated/prisma/client.js';
import type { webhook_delivery_status } from '../../generated/prisma/enums.js';
import type { WebhookDeliveryRow } from '../../generated/rows.js';
import { Database, type Tx } from '../../platform/database/database.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { firstIdAt } from '../../platform/database/row-id.js';
import { json, wire } from '../../platform/values/wire.js';

/** Which deliveries a list has; `date_from` is inclusive, `date_to` exclusive. */
export interface DeliveryFilter {
  endpoint_id?: string | undefined;
  status?: webhook_delivery_status | undefined;
  type?: string | undefined;
  user_id?: string | undefined;
  date_from?: Date | undefined;
  date_to?: Date | undefined;
}

/** An event for an endpoint. */
export interface NewDelivery extends Pick<StoredEvent, 'user_id' | 'type' | 'sequence'> {
  readonly endpoint_id: string;
  readonly event_id: string;
}

/** Key for fair queueing of lists of deliveries. */
const READER = 'webhook deliveries';

/** SQL on deliveries. An account's deliveries to an endpoint are queued under the lock of their `webhook_queues` row. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly db: Database) {}

  async find(id: string): Promise<WebhookDeliveryRow | null> {
    const row = await this.db.prisma.webhook_deliveries.findFirst({ where: { id } });
    return row && deliveryOf(row);
  }

  /** Returns deliveries, newest first. Their ids increase with the time at which they were queued. */
  async list(filter: DeliveryFilter, { take, skip, after }: PageSlice): Promise<WebhookDeliveryRow[]> {
    const behind = after ? [{ id: { lt: after.id } }] : [];
    const query: Prisma.webhook_deliveriesFindManyArgs = {
      where: { AND: [where(filter), ...behind] },
      orderBy: { id: 'desc' },
      take,
      skip,
    };
    const rows = await this.db.reads.run(READER, (db) => db.webhook_deliveries.findMany(query));
    return rows.map(deliveryOf);
  }

  count(filter: DeliveryFilter): Promise<number> {
    return this.db.reads.run(READER, (db) => db.webhook_deliveries.count({ where: where(filter) }));
  }

  /** Queues deliveries, in the given order. An event that was queued for the endpoint before is not queued again. */
  async queue(tx: Tx, deliveries: readonly NewDelivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    await this.lockQueues(tx, deliveries);
    await tx.$executeRaw`
      INSERT INTO webhook_deliveries (id, user_id, endpoint_id, event_id, type, sequence, created_at)
      SELECT tollgate_row_id(user_id, now(), (n % 16384)::int), user_id, endpoint_id, event_id, type, sequence, now()
      FROM jsonb_to_recordset(${json(deliveries.map(numbered))}::jsonb)
        AS d (n int, user_id text, endpoint_id uuid, event_id uuid, type text, sequence int)
      ON CONFLICT (endpoint_id, event_id, user_id) DO NOTHING`;
  }

  /** Queues deliveries as {@link queue} does, and those that failed once more. @returns how many */
  async requeue(tx: Tx, deliveries: readonly NewDelivery[]): Promise<number> {
    if (deliveries.length === 0) return 0;
    await this.lockQueues(tx, deliveries, true);
    return tx.$executeRaw`
      INSERT INTO webhook_deliveries AS d (id, user_id, endpoint_id, event_id, type, sequence, created_at)
      SELECT tollgate_row_id(user_id, now(), (n % 16384)::int), user_id, endpoint_id, event_id, type, sequence, now()
      FROM jsonb_to_recordset(${json(deliveries.map(numbered))}::jsonb)
        AS given (n int, user_id text, endpoint_id uuid, event_id uuid, type text, sequence int)
      ON CONFLICT (endpoint_id, event_id, user_id) DO UPDATE SET status = 'pending', tries = 0
      WHERE d.status = 'failed'`;
  }

  /** Queues a delivery once more, whatever its state. It is due now, and goes before later events of the account. */
  async resend(tx: Tx, { id, user_id, endpoint_id }: WebhookDeliveryRow): Promise<WebhookDeliveryRow> {
    await this.lockQueues(tx, [{ user_id, endpoint_id }], true);
    const data = { status: 'pending' as const, tries: 0, delivered_at: null, next_attempt_at: null };
    return deliveryOf(await tx.webhook_deliveries.update({ where: { id_user_id: { id, user_id } }, data }));
  }

  /** Deletes deliveries that were queued before an instant, and queues that have become empty. @returns how many */
  deleteOld(before: Date, limit: number): Promise<number> {
    return this.db.prisma.$executeRaw`
      DELETE FROM webhook_deliveries d
      USING (SELECT id, user_id FROM webhook_deliveries WHERE id < ${firstIdAt(before)}::uuid ORDER BY id LIMIT ${limit}) AS old
      WHERE d.id = old.id AND d.user_id = old.user_id`;
  }

  /**
   * Creates the queues of deliveries, or locks existing ones until the end of the transaction, so that a worker that
   * empties a queue sees what is added to it. `isUrgent` makes a queue due that waits for its next attempt.
   */
  private async lockQueues(
    tx: Tx,
    deliveries: readonly Pick<NewDelivery, 'endpoint_id' | 'user_id'>[],
    isUrgent = false,
  ): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO webhook_queues AS q (endpoint_id, user_id, due_at)
      SELECT DISTINCT endpoint_id, user_id, now()
      FROM unnest(${deliveries.map((d) => d.endpoint_id)}::uuid[], ${deliveries.map((d) => d.user_id)}::text[])
        AS d (endpoint_id, user_id)
      ORDER BY endpoint_id, user_id
      ON CONFLICT (endpoint_id, user_id) DO UPDATE
        SET due_at = CASE WHEN ${isUrgent} AND q.lease_id IS NULL THEN LEAST(q.due_at, now()) ELSE q.due_at END`;
  }
}

const deliveryOf = (row: webhook_deliveries): WebhookDeliveryRow => ({
  ...wire(row),
  attempts: row.attempts as unknown[],
});

const numbered = (delivery: NewDelivery, n: number): object => ({ ...delivery, n });

function where({ date_from, date_to, ...equal }: DeliveryFilter): Prisma.webhook_deliveriesWhereInput {
  const id = { ...(date_from && { gte: firstIdAt(date_from) }), ...(date_to && { lt: firstIdAt(date_to) }) };
  return { ...equal, ...(Object.keys(id).length > 0 && { id }) };
}

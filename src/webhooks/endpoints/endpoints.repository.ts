import { Injectable } from '@nestjs/common';
import type { WebhookEndpointRow } from '../../generated/rows.js';
import { Database, type Db, type Tx } from '../../platform/database/database.js';
import { newestFirst, olderThan } from '../../platform/database/keyset.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { wire } from '../../platform/values/wire.js';

/** Columns of an endpoint that change after it was created. */
export type EndpointColumns = Partial<Omit<WebhookEndpointRow, 'id' | 'created_at' | 'created_by'>>;

/** Endpoints that have failed for some time. */
export interface FailingEndpoint extends Pick<
  WebhookEndpointRow,
  'id' | 'url' | 'description' | 'status' | 'created_by' | 'failing_since'
> {
  readonly pending: number;
}

/** Key of the lock under which endpoints are counted. */
const COUNT_LOCK = 'webhook_endpoints';

const PENDING = `
  SELECT e.id, (SELECT count(*)::int FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.status = 'pending') AS pending
  FROM unnest($1::uuid[]) AS e (id)`;

/** All SQL on endpoints. */
@Injectable()
export class EndpointsRepository {
  constructor(private readonly db: Database) {}

  /** Returns all endpoints, oldest first; there are at most a hundred. */
  async all(db: Db | Tx = this.db.prisma): Promise<WebhookEndpointRow[]> {
    const rows = await db.webhook_endpoints.findMany({ orderBy: [{ created_at: 'asc' }, { id: 'asc' }] });
    return rows.map(wire);
  }

  async find(id: string): Promise<WebhookEndpointRow | null> {
    const row = await this.db.prisma.webhook_endpoints.findUnique({ where: { id } });
    return row && wire(row);
  }

  /** Reads an endpoint and locks it until the end of the transaction. */
  async lock(tx: Tx, id: string): Promise<WebhookEndpointRow | null> {
    await tx.$queryRaw`SELECT FROM webhook_endpoints WHERE id = ${id}::uuid FOR UPDATE`;
    const row = await tx.webhook_endpoints.findUnique({ where: { id } });
    return row && wire(row);
  }

  /** Returns endpoints, newest first. */
  async list(_filter: object, slice: PageSlice): Promise<WebhookEndpointRow[]> {
    const rows = await this.db.prisma.webhook_endpoints.findMany({
      where: olderThan(slice.after),
      ...newestFirst(slice),
    });
    return rows.map(wire);
  }

  count(): Promise<number> {
    return this.db.prisma.webhook_endpoints.count();
  }

  /** Counts the endpoints; no other transaction that counts adds one until this one ends. */
  async lockedCount(tx: Tx): Promise<number> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${COUNT_LOCK}, 0))`;
    return tx.webhook_endpoints.count();
  }

  /** Returns the number of pending deliveries of each endpoint. */
  async pending(ids: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.db.statement<{ id: string; pending: number }>('webhook_endpoints_pending', PENDING, [ids]);
    return new Map(rows.map(({ id, pending }) => [id, pending]));
  }

  async create(tx: Tx, endpoint: WebhookEndpointRow): Promise<WebhookEndpointRow> {
    return wire(await tx.webhook_endpoints.create({ data: endpoint }));
  }

  async change(tx: Tx, id: string, columns: EndpointColumns): Promise<WebhookEndpointRow> {
    return wire(await tx.webhook_endpoints.update({ where: { id }, data: columns }));
  }

  /** Deletes an endpoint with its deliveries. @returns whether it existed */
  async delete(tx: Tx, id: string): Promise<boolean> {
    const { count } = await tx.webhook_endpoints.deleteMany({ where: { id } });
    return count > 0;
  }

  /** Marks the enabled endpoints that have failed since `before` as told, and returns those that were not yet. */
  tellFailing(tx: Tx, before: Date): Promise<FailingEndpoint[]> {
    return tx.$queryRaw`
      UPDATE webhook_endpoints e SET failing_reported_at = now()
      WHERE status = 'enabled' AND failing_since <= ${before} AND failing_reported_at IS NULL
      RETURNING id, url, description, status, created_by, failing_since, (SELECT count(*)::int FROM webhook_deliveries d
        WHERE d.endpoint_id = e.id AND d.status = 'pending') AS pending`;
  }

  /** Disables the endpoints that have failed since `before`, and returns them. */
  disableFailing(tx: Tx, before: Date): Promise<FailingEndpoint[]> {
    return tx.$queryRaw`
      UPDATE webhook_endpoints e SET status = 'disabled', disabled_reason = 'failing', updated_at = now()
      WHERE status = 'enabled' AND failing_since <= ${before}
      RETURNING id, url, description, status, created_by, failing_since, (SELECT count(*)::int FROM webhook_deliveries d
        WHERE d.endpoint_id = e.id AND d.status = 'pending') AS pending`;
  }
}

import { Injectable } from '@nestjs/common';
import type { Prisma, subscriptions } from '../../generated/prisma/client.js';
import type { SubscriptionRow } from '../../generated/rows.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors.js';
import { wire } from '../../platform/values/wire.js';

/** The primary key of a subscription. */
export interface SubscriptionKey {
  user_id: string;
  subscription_id: string;
}

/** How long a process can take to push a change to the provider before another process retries. */
const LEASE_S = 120;

/** All SQL on subscriptions. Callers that change paid terms hold the account's lock. */
@Injectable()
export class SubscriptionsRepository {
  constructor(private readonly db: Database) {}

  /** Returns the account's subscription that is not canceled, or null. */
  async findLive(user_id: string, tx: Tx | null = null): Promise<SubscriptionRow | null> {
    const row = await (tx ?? this.db.prisma).subscriptions.findFirst({
      where: { user_id, status: { not: 'canceled' } },
    });
    return row && wire(row);
  }

  async find(tx: Tx, { user_id, subscription_id }: SubscriptionKey): Promise<SubscriptionRow | null> {
    const where = { user_id_subscription_id: { user_id, subscription_id } };
    const row = await tx.subscriptions.findUnique({ where });
    return row && wire(row);
  }

  /** @throws NotFound */
  async get(tx: Tx, key: SubscriptionKey): Promise<SubscriptionRow> {
    const row = await this.find(tx, key);
    if (!row) throw new NotFound(`Subscription ${key.subscription_id}`);
    return row;
  }

  /** Returns the owner of a subscription, or null if it is not known (yet). */
  async ownerOf(subscription_id: string): Promise<string | null> {
    const row = await this.db.prisma.subscriptions.findFirst({ where: { subscription_id }, select: { user_id: true } });
    return row?.user_id ?? null;
  }

  async create(tx: Tx, data: Prisma.subscriptionsUncheckedCreateInput): Promise<SubscriptionRow> {
    return wire(await tx.subscriptions.create({ data }));
  }

  /** Updates a subscription without pushing the change to the provider. */
  async update(tx: Tx, key: SubscriptionKey, data: Prisma.subscriptionsUncheckedUpdateInput): Promise<void> {
    const { user_id, subscription_id } = key;
    const where = { user_id_subscription_id: { user_id, subscription_id } };
    await tx.subscriptions.update({ where, data: { ...data, updated_at: new Date() } });
  }

  /** Records a change decided here and schedules it to be pushed to the provider. A push in progress picks it up. */
  async decide(tx: Tx, key: SubscriptionKey, data: Prisma.subscriptionsUncheckedUpdateInput): Promise<void> {
    await this.update(tx, key, { ...data, version: { increment: 1 } });
    await tx.$executeRaw`
      UPDATE subscriptions SET sync_at = COALESCE(sync_at, date_trunc('milliseconds', clock_timestamp()))
      WHERE user_id = ${key.user_id} AND subscription_id = ${key.subscription_id}`;
  }

  /** Returns the accounts whose `paid_until` is later than that of their subscription. */
  async postponed(): Promise<string[]> {
    const rows = await this.db.statement<{ user_id: string }>(
      'subscriptions_postponed',
      `SELECT s.user_id FROM subscriptions s JOIN user_credits a USING (user_id)
       WHERE s.status <> 'canceled' AND a.paid_until > s.paid_until`,
      [],
    );
    return rows.map((row) => row.user_id);
  }

  /** Claims a subscription with pending changes for {@link LEASE_S} seconds, optionally of one user. */
  async claimUnsynced(user_id: string | null): Promise<SubscriptionRow | null> {
    const [row] = await this.db.prisma.$queryRaw<subscriptions[]>`
      UPDATE subscriptions SET sync_at = clock_timestamp() + ${LEASE_S} * interval '1 second'
      WHERE (user_id, subscription_id) = (
        SELECT user_id, subscription_id FROM subscriptions
        WHERE sync_at <= clock_timestamp() AND (${user_id}::text IS NULL OR user_id = ${user_id})
        ORDER BY sync_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING *`;
    return row ? wire(row) : null;
  }

  /** Records that the provider has this version. A newer version is pushed next. */
  async synced({ user_id, subscription_id, version }: SubscriptionRow): Promise<void> {
    await this.db.prisma.$executeRaw`
      UPDATE subscriptions SET sync_at = CASE WHEN version = ${version} THEN NULL ELSE date_trunc('milliseconds', clock_timestamp()) END
      WHERE user_id = ${user_id} AND subscription_id = ${subscription_id}`;
  }
}

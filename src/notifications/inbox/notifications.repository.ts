import { Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import type { NotificationRow } from '../../generated/rows.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { newestFirst, olderThan } from '../../platform/database/keyset.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { rowId } from '../../platform/database/row-id.js';
import { json, wire } from '../../platform/values/wire.js';

/** Which notifications a list has. */
export interface InboxFilter {
  user_id: string;
  unread: boolean;
}

/** A notification to store. */
export type NewNotification = Pick<NotificationRow, 'user_id' | 'kind' | 'cause' | 'in_inbox'> & { facts: object };

/** All SQL on notifications. */
@Injectable()
export class NotificationsRepository {
  constructor(private readonly db: Database) {}

  /** Stores a notification. Returns false if the person was told of its cause already. */
  async create(tx: Tx, { user_id, kind, cause, in_inbox, facts }: NewNotification): Promise<boolean> {
    const created = await tx.$executeRaw`
      INSERT INTO notifications (id, user_id, kind, cause, facts, in_inbox)
      VALUES (${rowId(user_id)}::uuid, ${user_id}, ${kind}, ${cause}, ${json(facts)}::jsonb, ${in_inbox})
      ON CONFLICT (user_id, cause) DO NOTHING`;
    return created > 0;
  }

  async list(filter: InboxFilter, slice: PageSlice): Promise<NotificationRow[]> {
    const where = { ...filterOf(filter), ...olderThan(slice.after) };
    return (await this.db.prisma.notifications.findMany({ where, ...newestFirst(slice) })).map(wire);
  }

  count(filter: InboxFilter): Promise<number> {
    return this.db.prisma.notifications.count({ where: filterOf(filter) });
  }

  /** Marks a notification as read. Returns false if the person has none with the id. */
  async read(user_id: string, id: string): Promise<boolean> {
    const marked = await this.db.prisma.$executeRaw`
      UPDATE notifications SET read_at = COALESCE(read_at, now())
      WHERE id = ${id}::uuid AND user_id = ${user_id} AND in_inbox`;
    return marked > 0;
  }

  /** Marks all notifications of a person as read. */
  async readAll(user_id: string): Promise<void> {
    await this.db.prisma.notifications.updateMany({
      where: { user_id, in_inbox: true, read_at: null },
      data: { read_at: new Date() },
    });
  }

  /** Gives the notifications of an account, and what it was told of, to the account that took it over. Safe to repeat. */
  async transfer(tx: Tx, from: string, to: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE notifications n SET user_id = ${to} WHERE user_id = ${from}
        AND NOT EXISTS (SELECT FROM notifications own WHERE own.user_id = ${to} AND own.cause = n.cause)`;
    await tx.$executeRaw`
      UPDATE notification_alerts a SET user_id = ${to} WHERE user_id = ${from}
        AND NOT EXISTS (SELECT FROM notification_alerts own WHERE own.user_id = ${to} AND own.name = a.name)`;
  }

  /** Deletes notifications that are older than 180 days. @returns how many */
  deleteOld(): Promise<number> {
    return this.db.prisma.$executeRaw`DELETE FROM notifications WHERE created_at < now() - interval '180 days'`;
  }
}

const filterOf = ({ user_id, unread }: InboxFilter): Prisma.notificationsWhereInput => ({
  user_id,
  in_inbox: true,
  ...(unread && { read_at: null }),
});

import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/prisma/client.js';
import type { PortalSessionRow } from '../generated/rows.js';
import { Database, type Tx } from '../platform/database/database.js';
import type { PageSlice } from '../platform/database/paging.js';

/** Which sessions a list has. */
interface SessionFilter {
  user_id: string;
}

/** All SQL on portal sessions. A session that has ended has no row; one that has expired keeps it for a day. */
@Injectable()
export class PortalSessionsRepository {
  constructor(private readonly db: Database) {}

  find(id: string): Promise<PortalSessionRow | null> {
    return this.db.prisma.portal_sessions.findFirst({ where: { id } });
  }

  /** Returns the sessions of a user that have not expired, newest first. */
  list({ user_id }: SessionFilter, { take, skip, after }: PageSlice): Promise<PortalSessionRow[]> {
    const older = after && { OR: [{ created_at: { lt: after.created_at } }, { ...after, id: { lt: after.id } }] };
    const query: Prisma.portal_sessionsFindManyArgs = {
      where: { AND: [live(user_id), older ?? {}] },
      orderBy: [{ created_at: 'desc' }, { id: 'desc' }],
      take,
      skip,
    };
    return this.db.prisma.portal_sessions.findMany(query);
  }

  count({ user_id }: SessionFilter): Promise<number> {
    return this.db.prisma.portal_sessions.count({ where: live(user_id) });
  }

  create(tx: Tx, session: PortalSessionRow): Promise<PortalSessionRow> {
    return tx.portal_sessions.create({ data: session });
  }

  /** Deletes a session. Returns null if there is none. */
  async end(tx: Tx, id: string): Promise<PortalSessionRow | null> {
    const row = await tx.portal_sessions.findFirst({ where: { id } });
    if (!row) return null;
    const { count } = await tx.portal_sessions.deleteMany({ where: { id } });
    return count === 0 ? null : row;
  }

  /** Deletes all sessions of a user. */
  async endAll(tx: Tx, user_id: string): Promise<void> {
    await tx.portal_sessions.deleteMany({ where: { user_id } });
  }

  /** Deletes the sessions that expired before `instant`. @returns how many */
  async deleteExpired(instant: Date): Promise<number> {
    const { count } = await this.db.prisma.portal_sessions.deleteMany({ where: { expires_at: { lt: instant } } });
    return count;
  }
}

const live = (user_id: string): Prisma.portal_sessionsWhereInput => ({ user_id, expires_at: { gt: new Date() } });

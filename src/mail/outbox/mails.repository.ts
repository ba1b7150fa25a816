import { Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import type { MailRow } from '../../generated/rows.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { newestFirst, olderThan } from '../../platform/database/keyset.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { wire } from '../../platform/values/wire.js';

/** Which mails a list has. */
export interface MailFilter {
  state?: MailRow['state'] | undefined;
  user_id?: string | undefined;
}

/** A mail to store; the rest has defaults. */
export type NewMail = Pick<MailRow, 'id' | 'user_id' | 'kind' | 'email' | 'language' | 'timezone' | 'sealed_path'> & {
  facts: object;
};

type Key = Pick<MailRow, 'id' | 'user_id'>;

/** All SQL on mails. */
@Injectable()
export class MailsRepository {
  constructor(private readonly db: Database) {}

  async create(tx: Tx, mail: NewMail): Promise<void> {
    await tx.mails.create({ data: { ...mail, facts: mail.facts } });
  }

  /**
   * Takes mails that are due, oldest first, for `lease_s`: no other process gets them meanwhile, and if this one dies,
   * they are due again then.
   */
  claim(limit: number, lease_s: number): Promise<MailRow[]> {
    return this.db.statement<MailRow>(
      'mails_claim',
      `UPDATE mails SET attempts = attempts + 1, next_try_at = now() + make_interval(secs => $2)
       WHERE (id, user_id) IN (
         SELECT id, user_id FROM mails WHERE state = 'queued' AND next_try_at <= now()
         ORDER BY next_try_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING *`,
      [limit, lease_s],
    );
  }

  /** Notes that the mail server accepted a mail. Its link is forgotten. */
  async markSent({ id, user_id }: Key): Promise<void> {
    await this.db.prisma.mails.updateMany({
      where: { id, user_id },
      data: { state: 'sent', sent_at: new Date(), error: null, sealed_path: null },
    });
  }

  /** Notes that a try failed. `wait_s` is the time until the next one; null if there is none. */
  async markFailed({ id, user_id }: Key, error: string, wait_s: number | null): Promise<void> {
    await this.db.prisma.$executeRaw`
      UPDATE mails SET error = left(${error}, 500), state = ${wait_s === null ? 'failed' : 'queued'}::message_state,
        next_try_at = now() + make_interval(secs => ${wait_s ?? 0}::float8)
      WHERE id = ${id}::uuid AND user_id = ${user_id} AND state = 'queued'`;
  }

  /** Queues a failed mail again. Returns null if there is none with the id. */
  async retry(tx: Tx, id: string): Promise<MailRow | null> {
    const [row] = await tx.$queryRaw<MailRow[]>`
      UPDATE mails SET state = 'queued', next_try_at = now(), created_at = now()
      WHERE id = ${id}::uuid AND state = 'failed' RETURNING *`;
    return row ?? null;
  }

  async list(filter: MailFilter, slice: PageSlice): Promise<MailRow[]> {
    const where = { ...filterOf(filter), ...olderThan(slice.after) };
    return (await this.db.prisma.mails.findMany({ where, ...newestFirst(slice) })).map(wire);
  }

  count(filter: MailFilter): Promise<number> {
    return this.db.prisma.mails.count({ where: filterOf(filter) });
  }

  /** Returns when mails of a kind were written about an account since `instant`, and how many went to an address. */
  async recent(
    tx: Tx,
    kind: string,
    since: Date,
    { user_id, email }: { user_id: string; email: string },
  ): Promise<{ of_user: Date[]; to_address: number }> {
    const where = { kind, created_at: { gt: since } };
    const rows = await tx.mails.findMany({ where: { ...where, user_id }, select: { created_at: true } });
    const to_address = await tx.mails.count({ where: { ...where, email } });
    return { of_user: rows.map(({ created_at }) => created_at), to_address };
  }

  /** Deletes mails that are no longer needed. @returns how many */
  deleteOld(): Promise<number> {
    return this.db.prisma.$executeRaw`
      DELETE FROM mails WHERE (state = 'sent' AND created_at < now() - interval '30 days')
        OR created_at < now() - interval '90 days'`;
  }
}

const filterOf = ({ state, user_id }: MailFilter): Prisma.mailsWhereInput => ({
  ...(state !== undefined && { state }),
  ...(user_id !== undefined && { user_id }),
});

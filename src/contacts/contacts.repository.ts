import { Injectable } from '@nestjs/common';
import { Prisma } from '../generated/prisma/client.js';
import type { ContactRow } from '../generated/rows.js';
import { Database, type Db, type Tx } from '../platform/database/database.js';

/** An address that somebody vouches for. */
export interface KnownAddress {
  user_id: string;
  email: string;
  source: NonNullable<ContactRow['source']>;
  /** Used unless the person has chosen one. */
  language?: string | null;
}

/** An address to confirm. */
export interface PendingAddress {
  user_id: string;
  email: string;
  hash: string;
  expires_at: Date;
}

/** What people choose about what they are told. */
export type Preferences = Pick<ContactRow, 'language' | 'timezone' | 'muted_mails' | 'muted_inbox'>;

/** All SQL on contacts. */
@Injectable()
export class ContactsRepository {
  constructor(private readonly db: Database) {}

  find(user_id: string, db: Db | Tx = this.db.prisma): Promise<ContactRow | null> {
    return db.contacts.findUnique({ where: { user_id } });
  }

  /** Stores an address that is known to be the person's, unless the person has confirmed another one. */
  async learn({ user_id, email, source, language = null }: KnownAddress): Promise<void> {
    await this.db.prisma.$executeRaw`
      INSERT INTO contacts AS c (user_id, email, source, verified_at, language)
      VALUES (${user_id}, ${email}, ${source}::contact_source, now(), ${language})
      ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, source = excluded.source, verified_at = now(),
        language = COALESCE(c.language, excluded.language), changed_at = now()
      WHERE c.source IS DISTINCT FROM 'person' AND c.email IS DISTINCT FROM excluded.email`;
  }

  /** Stores an address to confirm in place of an earlier one, and locks the contact until the transaction ends. */
  async setPending(tx: Tx, { user_id, email, hash, expires_at }: PendingAddress): Promise<ContactRow> {
    const pending = {
      pending_email: email,
      pending_hash: hash,
      pending_expires_at: expires_at,
      changed_at: new Date(),
    };
    return tx.contacts.upsert({ where: { user_id }, create: { user_id, ...pending }, update: pending });
  }

  /** Forgets the address to confirm. */
  async cancel(tx: Tx, user_id: string): Promise<void> {
    const nothing = { pending_email: null, pending_hash: null, pending_expires_at: null };
    await tx.contacts.updateMany({ where: { user_id }, data: { ...nothing, changed_at: new Date() } });
  }

  /** Makes the address to confirm the person's, once. Returns null if the link has expired, was used or replaced. */
  async confirm(tx: Tx, user_id: string, hash: string): Promise<ContactRow | null> {
    const [row] = await tx.$queryRaw<ContactRow[]>`
      UPDATE contacts SET email = pending_email, source = 'person', verified_at = now(), changed_at = now(),
        pending_email = NULL, pending_hash = NULL, pending_expires_at = NULL
      WHERE user_id = ${user_id} AND pending_hash = ${hash} AND pending_expires_at > now()
      RETURNING *`;
    return row ?? null;
  }

  /** Stores preferences. */
  async prefer(tx: Tx, user_id: string, preferences: Preferences): Promise<ContactRow> {
    const data = { ...preferences, changed_at: new Date() };
    return tx.contacts.upsert({ where: { user_id }, create: { user_id, ...data }, update: data });
  }

  /**
   * Gives what is known of a person to another id of theirs. Own choices of the other id stay; an address that the person
   * confirmed wins against one that somebody else vouched for.
   */
  async transfer(tx: Tx, from: string, to: string): Promise<void> {
    const takes = Prisma.sql`(c.email IS NULL OR (c.source <> 'person' AND excluded.source = 'person'))`;
    await tx.$executeRaw`
      INSERT INTO contacts AS c (user_id, email, source, verified_at, language, timezone, muted_mails, muted_inbox)
      SELECT ${to}, email, source, verified_at, language, timezone, muted_mails, muted_inbox FROM contacts WHERE user_id = ${from}
      ON CONFLICT (user_id) DO UPDATE SET changed_at = now(),
        email = CASE WHEN ${takes} THEN excluded.email ELSE c.email END,
        source = CASE WHEN ${takes} THEN excluded.source ELSE c.source END,
        verified_at = CASE WHEN ${takes} THEN excluded.verified_at ELSE c.verified_at END,
        language = COALESCE(c.language, excluded.language),
        timezone = CASE WHEN c.timezone = 'UTC' THEN excluded.timezone ELSE c.timezone END,
        muted_mails = CASE WHEN c.muted_mails = '{}' THEN excluded.muted_mails ELSE c.muted_mails END,
        muted_inbox = CASE WHEN c.muted_inbox = '{}' THEN excluded.muted_inbox ELSE c.muted_inbox END`;
    await tx.contacts.deleteMany({ where: { user_id: from } });
  }

  /** Switches mails of a kind off. */
  async muteMails(tx: Tx, user_id: string, kind: string): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO contacts AS c (user_id, muted_mails) VALUES (${user_id}, ARRAY[${kind}::text])
      ON CONFLICT (user_id) DO UPDATE SET muted_mails = array_append(c.muted_mails, ${kind}), changed_at = now()
      WHERE NOT ${kind} = ANY (c.muted_mails)`;
  }
}

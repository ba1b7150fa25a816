import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import { rowId } from '../../platform/database/row-id.js';
import { KeyRing } from '../../platform/secrets/key-ring.js';
import type { Facts, Language, NoticeKind } from '../notices/kinds.js';
import { MailsRepository } from './mails.repository.js';

/** A mail to send. */
export interface Mail<Kind extends NoticeKind> {
  /** Account that the mail is about; for an invitation, the organization's. */
  readonly user_id: string;
  readonly email: string;
  readonly kind: Kind;
  readonly facts: Facts[Kind];
  readonly language: Language;
  readonly timezone: string;
  /** Page of the dashboard that the button leads to, if it contains a secret: `invitation#token=...`. Stored encrypted. */
  readonly path?: string;
}

/** The mails that are to be sent. */
@Injectable()
export class MailOutbox {
  constructor(
    private readonly mails: MailsRepository,
    private readonly ring: KeyRing,
  ) {}

  /**
   * Stores a mail in the transaction that causes it. It is sent soon after the commit by some instance, and again until
   * the mail server accepts it. A rollback discards it.
   * @throws DomainError `encryption_not_configured` for a mail with a secret where none can be stored
   */
  async enqueue<Kind extends NoticeKind>(tx: Tx, { path, ...mail }: Mail<Kind>): Promise<void> {
    const id = rowId(mail.user_id);
    const sealed_path = path === undefined ? null : this.ring.seal(path, ownerOf(id));
    await this.mails.create(tx, { ...mail, id, sealed_path });
  }
}

/** What the secret of a mail is encrypted for. */
export const ownerOf = (id: string): string => `mail ${id}`;

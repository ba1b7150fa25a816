import { Injectable } from '@nestjs/common';
import { ContactsRepository } from '../../contacts/contacts.repository.js';
import type { ContactRow } from '../../generated/rows.js';
import { KINDS, type NoticeKind } from '../../mail/notices/kinds.js';
import { languageOf } from '../../mail/notices/notice.js';
import { MailOutbox } from '../../mail/outbox/mail-outbox.js';
import type { Tx } from '../../platform/database/database.js';
import { UTC } from '../../platform/values/calendar.js';
import { NotificationsRepository } from '../inbox/notifications.repository.js';
import { AlertsRepository } from './alerts.repository.js';
import type { Telling } from './telling.js';

/** Why and when somebody is told. */
export interface Occasion {
  readonly user_id: string;
  /** Unique per account: nothing is told twice for the same cause. */
  readonly cause: string;
  readonly at: Date;
}

/** Tells people: in their inbox, and by mail if an address is known to be theirs. */
@Injectable()
export class Teller {
  constructor(
    private readonly contacts: ContactsRepository,
    private readonly notifications: NotificationsRepository,
    private readonly alerts: AlertsRepository,
    private readonly outbox: MailOutbox,
  ) {}

  /**
   * Tells a person, as part of the transaction: the notification and its mail are stored or neither is. A condition is
   * told once until it ends, and at most once a day; its end is told only to whom its beginning was.
   * @returns whether the person was told
   */
  async tell(tx: Tx, { user_id, cause, at }: Occasion, telling: Telling): Promise<boolean> {
    const { kind, facts, alert, ends } = telling;
    if (alert !== undefined && !(await this.alerts.begin(tx, user_id, alert, at))) return false;
    if (ends !== undefined && !(await this.alerts.end(tx, user_id, ends, at))) return false;
    const contact = await this.contacts.find(user_id, tx);
    const in_inbox = KINDS[kind].has_inbox && !(contact?.muted_inbox ?? []).includes(kind);
    if (!(await this.notifications.create(tx, { user_id, kind, cause, facts, in_inbox }))) return false;
    const email = addressFor(kind, contact);
    if (email !== null) {
      const reader = { language: languageOf(contact?.language), timezone: contact?.timezone ?? UTC };
      await this.outbox.enqueue(tx, { user_id, email, kind, facts, ...reader });
    }
    return true;
  }

  /** Gives the inbox of an account to the account that took it over, as part of the transaction. Safe to repeat. */
  move(tx: Tx, from: string, to: string): Promise<void> {
    return this.notifications.transfer(tx, from, to);
  }
}

/** Returns the address for a mail of the kind; null if none is sent. */
function addressFor(kind: NoticeKind, contact: ContactRow | null): string | null {
  const { mail } = KINDS[kind];
  if (!contact || mail === 'never') return null;
  return mail === 'on' && contact.muted_mails.includes(kind) ? null : contact.email;
}

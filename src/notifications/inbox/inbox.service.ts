import { Injectable } from '@nestjs/common';
import { ContactsRepository } from '../../contacts/contacts.repository.js';
import type { NotificationRow } from '../../generated/rows.js';
import { isNoticeKind } from '../../mail/notices/kinds.js';
import { languageOf, noticeOf } from '../../mail/notices/notice.js';
import type { Actor } from '../../platform/actor.js';
import { mapPage, type Page, paginate } from '../../platform/database/paging.js';
import { NotFound } from '../../platform/errors.js';
import { UTC } from '../../platform/values/calendar.js';
import type { InboxQuery, NotificationView, UnreadView } from './inbox.dto.js';
import { NotificationsRepository } from './notifications.repository.js';

/** The inbox of a person. */
@Injectable()
export class InboxService {
  constructor(
    private readonly notifications: NotificationsRepository,
    private readonly contacts: ContactsRepository,
  ) {}

  /**
   * Returns a page of the caller's notifications, newest first, in the caller's language.
   * @throws InvalidInput for an invalid cursor
   */
  async list({ user_id }: Actor, { unread, ...page }: InboxQuery): Promise<Page<NotificationView>> {
    const [rows, contact] = await Promise.all([
      paginate(this.notifications, { user_id, unread }, page),
      this.contacts.find(user_id),
    ]);
    const reader = { language: languageOf(contact?.language), timezone: contact?.timezone ?? UTC };
    return mapPage(rows, (row) => viewOf(row, reader));
  }

  /** Returns how many notifications of the caller are unread. */
  async unread({ user_id }: Pick<Actor, 'user_id'>): Promise<UnreadView> {
    return { unread: await this.notifications.count({ user_id, unread: true }) };
  }

  /** Marks a notification as read. @throws NotFound if the caller has none with the id */
  async read(actor: Actor, id: string): Promise<UnreadView> {
    if (!(await this.notifications.read(actor.user_id, id))) throw new NotFound('Notification');
    return this.unread(actor);
  }

  /** Marks all notifications of the caller as read. */
  async readAll(actor: Actor): Promise<UnreadView> {
    await this.notifications.readAll(actor.user_id);
    return this.unread(actor);
  }
}

function viewOf(row: NotificationRow, reader: Parameters<typeof noticeOf>[2]): NotificationView {
  const { id, kind, facts, read_at, created_at } = row;
  if (!isNoticeKind(kind)) throw new TypeError(`there is no notification of kind ${kind}`);
  const notice = noticeOf(kind, facts as never, reader);
  return { id, kind, read_at, created_at, ...notice, facts: [...notice.facts] };
}

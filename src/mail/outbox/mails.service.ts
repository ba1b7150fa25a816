import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { MailRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { Database } from '../../platform/database/database.js';
import { type Page, paginate } from '../../platform/database/paging.js';
import { NotFound } from '../../platform/errors.js';
import type { MailsQuery } from './mails.dto.js';
import { MailsRepository } from './mails.repository.js';

/** Shows operators what became of mails. */
@Injectable()
export class MailsService {
  constructor(
    private readonly db: Database,
    private readonly mails: MailsRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** Returns a page of mails, newest first. @throws InvalidInput for an invalid cursor */
  list({ state, user_id, ...page }: MailsQuery): Promise<Page<MailRow>> {
    return paginate(this.mails, { state, user_id }, page);
  }

  /** Queues a failed mail again. @throws NotFound if no failed mail has the id */
  retry(actor: Actor, id: string): Promise<MailRow> {
    return this.db.transaction(async (tx) => {
      const mail = await this.mails.retry(tx, id);
      if (!mail) throw new NotFound('Failed mail');
      const { user_id, kind } = mail;
      const entry = { user_id, action: 'mail.retry', resource_type: 'mail', resource_id: id, metadata: { kind } };
      await this.audit.record(tx, actor, entry);
      return mail;
    });
  }
}

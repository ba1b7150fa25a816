import { Inject, Injectable } from '@nestjs/common';
import type { OrganizationInvitationRow, OrganizationRow } from '../generated/rows.js';
import { languageOf } from '../mail/notices/notice.js';
import { MailOutbox } from '../mail/outbox/mail-outbox.js';
import { MailsRepository } from '../mail/outbox/mails.repository.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import type { Tx } from '../platform/database/database.js';
import { HOUR_MS } from '../platform/values/calendar.js';
import { pageWithToken } from '../portal/portal-urls.js';

const KIND = 'invitation';
/** Mails to one address in an hour, whoever invites it: nobody can flood a mailbox through us. */
const TO_ADDRESS_MAX = 5;

/** The links of invitations, and the mails that bring them. */
@Injectable()
export class InvitationLinks {
  constructor(
    private readonly outbox: MailOutbox,
    private readonly mails: MailsRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Returns the page on which an invitation is accepted.
   * @throws DomainError unavailable `public_url_not_configured`
   */
  urlOf(token: string, origin: string): string {
    return pageWithToken('invitation', token, origin, this.config);
  }

  /**
   * Mails the link to the invited address, in the transaction of the invitation. Without a mail server nothing is sent, and
   * whoever invites passes the link on.
   */
  async mail(
    tx: Tx,
    { user_id: invited_by }: Pick<Actor, 'user_id'>,
    { user_id, name: organization, timezone }: Pick<OrganizationRow, 'user_id' | 'name' | 'timezone'>,
    {
      email,
      role,
      expires_at,
      token,
    }: Pick<OrganizationInvitationRow, 'email' | 'role' | 'expires_at'> & { token: string },
  ): Promise<void> {
    if (this.config.mail.smtp === null) return;
    const since = new Date(Date.now() - HOUR_MS);
    const { to_address } = await this.mails.recent(tx, KIND, since, { user_id, email });
    if (to_address >= TO_ADDRESS_MAX) return;
    const facts = { organization, invited_by, role, expires_at: expires_at.toISOString() };
    const path = `invitation#token=${token}`;
    await this.outbox.enqueue(tx, { user_id, email, kind: KIND, facts, language: languageOf(null), timezone, path });
  }
}

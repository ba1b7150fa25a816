import { Inject, Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AuditRepository } from '../audit/audit.repository.js';
import type { ContactRow } from '../generated/rows.js';
import { readAddress } from '../mail/address.js';
import { languageOf } from '../mail/notices/notice.js';
import { MailOutbox } from '../mail/outbox/mail-outbox.js';
import { MailsRepository } from '../mail/outbox/mails.repository.js';
import { type Actor, systemActor } from '../platform/actor.js';
import { assertAttemptLeft, ATTEMPTS_WINDOW_MS, type AttemptLimit } from '../platform/attempt-limit.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { Database, type Tx } from '../platform/database/database.js';
import { DomainError, InvalidInput } from '../platform/errors.js';
import { DAY_MS } from '../platform/values/calendar.js';
import { makeAddressLink, readAddressLink } from './address-link.js';
import type { ContactView } from './contacts.dto.js';
import { ContactsRepository, type KnownAddress } from './contacts.repository.js';

const KIND = 'verify_address';
const LINK_MS = DAY_MS;
const LINKS: AttemptLimit = { policy: 'contact', what: 'addresses', quota: 5 };
/** Mails to one address in an hour, whoever asks for them: nobody can flood a mailbox through us. */
const TO_ADDRESS_MAX = 5;
const NOBODY = { email: null, source: null, verified_at: null, pending_email: null, pending_expires_at: null };
const REMEMBERED_MAX = 20_000;

/** Knows how people are reached. Mails go only to addresses that are known to be the person's. */
@Injectable()
export class ContactsService {
  private readonly log = new Logger('contacts');
  /** Addresses that this process has stored already. */
  private readonly remembered = new LRUCache<string, string>({ max: REMEMBERED_MAX });

  constructor(
    private readonly db: Database,
    private readonly contacts: ContactsRepository,
    private readonly outbox: MailOutbox,
    private readonly mails: MailsRepository,
    private readonly audit: AuditRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Returns how the caller is reached. */
  async of({ user_id }: Pick<Actor, 'user_id'>): Promise<ContactView> {
    return viewOf(await this.contacts.find(user_id));
  }

  /**
   * Asks the caller to confirm an address, by a link sent to it. Until then, mails go to the address known so far. The
   * answer is the same whether or not somebody else uses the address.
   * @throws InvalidInput for what is no address; RateLimited after five in an hour; DomainError unavailable
   *   `mail_not_configured`
   */
  change(actor: Actor, given: string): Promise<ContactView> {
    const email = readAddress(given);
    if (email === null) throw new InvalidInput([{ field: 'email', message: 'is not an e-mail address' }]);
    if (this.config.mail.smtp === null) throw NO_MAIL;
    return this.ask(actor, actor.user_id, email);
  }

  /**
   * Confirms an address with the token of a link. Each link works once.
   * @throws DomainError not_found `link_not_valid`
   */
  async confirm(token: string): Promise<void> {
    const { user_id, hash } = readAddressLink(token);
    await this.db.transaction(async (tx) => {
      const contact = await this.contacts.confirm(tx, user_id, hash);
      if (!contact) throw LINK_NOT_VALID;
      await this.record(tx, { ...systemActor('link'), user_id }, user_id, 'contact.confirm');
    });
    this.remembered.delete(user_id);
  }

  /**
   * Learns an address that a verified token names. The first request of a user waits for it, because what a new account
   * gets can depend on the address. What cannot be stored now is stored with a later token.
   */
  async sawVerified(user_id: string, email: string): Promise<void> {
    if (this.remembered.get(user_id) === email) return;
    this.remembered.set(user_id, email);
    try {
      await this.contacts.learn({ user_id, email, source: 'token' });
    } catch (error) {
      this.remembered.delete(user_id);
      this.log.warn(`an address could not be stored: ${(error as Error).message}`);
    }
  }

  /** Learns an address that the identity provider or the platform vouches for. What is no address is ignored. */
  async learn({ email: given, ...known }: KnownAddress): Promise<void> {
    const email = readAddress(given);
    if (email !== null) await this.contacts.learn({ ...known, email });
  }

  /** Asks a person to confirm the address that was given at registration. Without a mail server nothing happens. */
  async askToConfirm(actor: Actor, user_id: string, given: string): Promise<void> {
    const email = readAddress(given);
    if (email !== null && this.config.mail.smtp !== null) await this.ask(actor, user_id, email);
  }

  private ask(actor: Actor, user_id: string, email: string): Promise<ContactView> {
    return this.db.transaction(async (tx) => {
      const known = await this.contacts.find(user_id, tx);
      if (known?.email === email) {
        await this.contacts.cancel(tx, user_id);
        return viewOf(await this.contacts.find(user_id, tx));
      }
      const now = new Date();
      const { token, hash } = makeAddressLink(user_id);
      const expires_at = new Date(now.getTime() + LINK_MS);
      const contact = await this.contacts.setPending(tx, { user_id, email, hash, expires_at });
      const since = new Date(now.getTime() - ATTEMPTS_WINDOW_MS);
      const { of_user, to_address } = await this.mails.recent(tx, KIND, since, { user_id, email });
      assertAttemptLeft(LINKS, of_user, now);
      if (to_address < TO_ADDRESS_MAX) {
        const facts = { expires_at: expires_at.toISOString() };
        const reader = { language: languageOf(contact.language), timezone: contact.timezone };
        const path = `confirm-address#token=${token}`;
        await this.outbox.enqueue(tx, { user_id, email, kind: KIND, facts, ...reader, path });
      }
      await this.record(tx, actor, user_id, 'contact.change');
      return viewOf(contact);
    });
  }

  /** Notes a change; the address itself is in no audit entry. */
  private record(tx: Tx, actor: Actor, user_id: string, action: string): Promise<void> {
    return this.audit.record(tx, actor, { user_id, action, resource_type: 'contact', resource_id: user_id });
  }
}

const NO_MAIL = new DomainError(
  'unavailable',
  'mail_not_configured',
  'Addresses cannot be confirmed here: the operator must set SMTP_URL.',
);
const LINK_NOT_VALID = new DomainError(
  'not_found',
  'link_not_valid',
  'This link has expired, was used already or was replaced by a newer one. Enter the address again in the settings.',
);

const viewOf = (contact: ContactRow | null): ContactView => contact ?? NOBODY;

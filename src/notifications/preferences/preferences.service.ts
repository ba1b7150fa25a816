import { Injectable } from '@nestjs/common';
import { ContactsRepository } from '../../contacts/contacts.repository.js';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import { CreditsService } from '../../credits/credits.service.js';
import type { ContactRow } from '../../generated/rows.js';
import { KINDS } from '../../mail/notices/kinds.js';
import { languageOf, textsIn } from '../../mail/notices/notice.js';
import { subscriptionOf } from '../../mail/unsubscribe-token.js';
import type { Actor } from '../../platform/actor.js';
import { Database } from '../../platform/database/database.js';
import { KeyRing } from '../../platform/secrets/key-ring.js';
import { UTC } from '../../platform/values/calendar.js';
import { choicesOf, mutedAfter } from './choices.js';
import type { PreferencesBody, PreferencesView } from './preferences.dto.js';

const ALL_ON = { muted_mails: [], muted_inbox: [] };

/** What people want to be told, and how. */
@Injectable()
export class PreferencesService {
  constructor(
    private readonly db: Database,
    private readonly contacts: ContactsRepository,
    private readonly accounts: AccountsService,
    private readonly credits: CreditsService,
    private readonly ring: KeyRing,
  ) {}

  /** Returns the preferences of the caller. */
  async of({ user_id }: Actor): Promise<PreferencesView> {
    const [contact, threshold] = await Promise.all([this.contacts.find(user_id), this.thresholdOf(user_id)]);
    return viewOf(contact, threshold);
  }

  /**
   * Stores the preferences of the caller. Kinds that are not named, and a threshold that is left out, keep what they are.
   * @throws DomainError `account_closed` for a new threshold
   */
  async change(actor: Actor, { language, timezone, kinds, ...rest }: PreferencesBody): Promise<PreferencesView> {
    const { user_id } = actor;
    const known = await this.thresholdOf(user_id);
    const { low_balance_threshold: threshold = known } = rest;
    if (threshold !== known) await this.credits.setLowBalanceThreshold(actor, user_id, threshold);
    return this.db.transaction(async (tx) => {
      const muted = mutedAfter((await this.contacts.find(user_id, tx)) ?? ALL_ON, kinds);
      return viewOf(await this.contacts.prefer(tx, user_id, { language, timezone, ...muted }), threshold);
    });
  }

  private async thresholdOf(user_id: string): Promise<string | null> {
    return (await this.accounts.findOpen(user_id))?.low_balance_threshold ?? null;
  }

  /** Switches mails off as a signed token says. Returns whether the token is valid. Safe to repeat. */
  async unsubscribe(token: string): Promise<boolean> {
    const subscription = subscriptionOf(this.ring, token);
    if (!subscription || KINDS[subscription.kind].mail !== 'on') return false;
    await this.db.transaction((tx) => this.contacts.muteMails(tx, subscription.user_id, subscription.kind));
    return true;
  }

  /** Returns the person that a token to unsubscribe is about; null if it is not valid. */
  async subscriber(token: string): Promise<Pick<ContactRow, 'language'> | null> {
    const subscription = subscriptionOf(this.ring, token);
    return subscription && ((await this.contacts.find(subscription.user_id)) ?? { language: null });
  }
}

function viewOf(contact: ContactRow | null, low_balance_threshold: string | null): PreferencesView {
  const language = languageOf(contact?.language);
  const { kinds: names } = textsIn(language);
  const kinds = choicesOf(contact ?? ALL_ON).map((choice) => ({
    ...choice,
    name: names[choice.kind],
    has_mail_choice: KINDS[choice.kind].mail === 'on',
  }));
  return { language, timezone: contact?.timezone ?? UTC, low_balance_threshold, kinds };
}

import { Injectable, Logger } from '@nestjs/common';
import type { KnownAddress } from '../contacts/contacts.repository.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { GiftChecks } from '../growth/abuse/gift-checks.service.js';
import type { Observation } from '../growth/abuse/signals.js';
import type { Actor } from '../platform/actor.js';

/** What is known about a new user. */
export interface KnownUser {
  email?: string | undefined;
  /** Whether the address is known to be the user's. */
  email_verified?: boolean;
  /** Who vouches for a verified address; the platform, if it is not named. */
  vouched_by?: KnownAddress['source'];
  signals?: Pick<Observation, 'ip' | 'device'> | undefined;
}

/** Stores what is known about new users. Never fails a registration: failures are only logged. */
@Injectable()
export class NewUserService {
  private readonly log = new Logger('provisioning');

  constructor(
    private readonly contacts: ContactsService,
    private readonly checks: GiftChecks,
  ) {}

  /** Stores a verified address, and digests of everything if gifts are checked. */
  async note(user_id: string, known: KnownUser): Promise<void> {
    const { email, email_verified = false, vouched_by = 'registration', signals } = known;
    try {
      if (email !== undefined && email_verified) await this.contacts.learn({ user_id, email, source: vouched_by });
      await this.checks.observe(user_id, { ...signals, email, is_verified: email_verified });
    } catch (error) {
      this.log.error(`could not store what is known about a registered user: ${(error as Error).message}`);
    }
  }

  /** Sends a link to confirm the address. */
  async askToConfirm(actor: Actor, user_id: string, email: string): Promise<void> {
    try {
      await this.contacts.askToConfirm(actor, user_id, email);
    } catch (error) {
      this.log.error(`could not ask a registered user to confirm the address: ${(error as Error).message}`);
    }
  }
}

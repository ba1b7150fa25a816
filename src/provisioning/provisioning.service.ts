import { Injectable, Logger } from '@nestjs/common';
import { AccountsService } from '../credits/accounts/accounts.service.js';
import { OrganizationsService } from '../organizations/organizations.service.js';
import { type Opening, OpeningsRepository } from '../growth/analytics/openings.repository.js';
import { ReferralRedemption } from '../growth/referrals/referral-redemption.service.js';
import { WelcomeService } from '../growth/welcome/welcome.service.js';
import type { opening_layer } from '../generated/prisma/enums.js';
import type { Actor } from '../platform/actor.js';
import { type KnownUser, NewUserService } from './new-user.service.js';

/** The state of a registration. `ready`: the account exists; `pending`: it will be opened on first use. */
export type ProvisioningState = 'ready' | 'pending';

/** The result of a registration. */
export interface Registration {
  state: ProvisioningState;
  /** Only if an organization was named; null if it could not be opened. */
  organization_id?: string | null;
}

/** What the platform tells about a new user. */
interface Particulars extends KnownUser {
  source?: string | undefined;
  organization?: string | undefined;
  profile_complete?: boolean;
  /** Who tells. */
  layer?: opening_layer;
  /** Code of the user who invited the new one. */
  referral_code?: string | undefined;
}

/**
 * Opens accounts for new users. Accounts are also opened on first use (see the credits module). Both are safe to
 * repeat.
 */
@Injectable()
export class ProvisioningService {
  private readonly log = new Logger('provisioning');

  constructor(
    private readonly accounts: AccountsService,
    private readonly users: NewUserService,
    private readonly organizations: OrganizationsService,
    private readonly welcome: WelcomeService,
    private readonly referrals: ReferralRedemption,
    private readonly openings: OpeningsRepository,
  ) {}

  /**
   * Opens the account of a registered user, with an organization if one is named. Never fails the caller's registration:
   * if the account cannot be opened now, returns `pending`, and the account is opened on first use. `source` is where the
   * user comes from; it decides for which steps the user gets credits.
   */
  async register(actor: Actor, user_id: string, particulars: Particulars = {}): Promise<Registration> {
    const { source = '*', organization, layer = 'registration', referral_code, profile_complete } = particulars;
    // the initial credits depend on what is known about the user
    await this.users.note(user_id, particulars);
    const isNamed = organization !== undefined;
    const told = { user_id, layer, source };
    try {
      const result = (await this.openings.exists(user_id)) ? 'existed' : 'opened';
      if (!isNamed) await this.accounts.current(actor, user_id);
      const id = isNamed ? await this.organizations.register(actor, user_id, { name: organization }) : null;
      await this.note({ ...told, result });
      await this.begin(user_id, source, profile_complete);
      if (referral_code !== undefined) await this.redeem(actor, user_id, referral_code);
      return { state: 'ready', ...(isNamed && { organization_id: id }) };
    } catch (error) {
      this.log.error(
        `could not open the account of a registered user; it will be opened on first use: ${(error as Error).message}`,
      );
      await this.note({ ...told, result: 'pending' });
      return { state: 'pending', ...(isNamed && { organization_id: null }) };
    }
  }

  /** Records what came of a registration. A failure is only logged. */
  private async note(opening: Opening): Promise<void> {
    try {
      await this.openings.record(opening);
    } catch (error) {
      this.log.error(`could not record how an account was opened: ${(error as Error).message}`);
    }
  }

  /** Begins the welcome. A failure is only logged: the account is open. */
  private async begin(user_id: string, source: string, profile_complete = false): Promise<void> {
    try {
      await this.welcome.start(user_id, source);
      if (profile_complete) await this.welcome.completeProfile(user_id);
    } catch (error) {
      this.log.error(`could not begin the welcome of a registered user: ${(error as Error).message}`);
    }
  }

  /** Redeems the code of the user who invited. A code that cannot be redeemed is only logged. */
  private async redeem(actor: Actor, user_id: string, code: string): Promise<void> {
    try {
      await this.referrals.redeem(actor, user_id, code);
    } catch (error) {
      this.log.warn(`the referral code of a registered user was not redeemed: ${(error as Error).message}`);
    }
  }

  /** Opens the account of an unregistered user whose work is metered. */
  async ensure(actor: Actor, user_id: string): Promise<void> {
    await this.accounts.current(actor, user_id);
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { AccountsService } from '../credits/accounts/accounts.service.js';
import type { Actor } from '../platform/actor.js';

/** The state of a registration. `ready`: the account exists; `pending`: it will be opened on first use. */
export type ProvisioningState = 'ready' | 'pending';

/**
 * Opens accounts for new users. Accounts are also opened on first use (see the credits module). Both are safe to
 * repeat.
 */
@Injectable()
export class ProvisioningService {
  private readonly log = new Logger('provisioning');

  constructor(private readonly accounts: AccountsService) {}

  /**
   * Opens the account of a registered user. Never fails the caller's registration: if the account cannot be opened now,
   * returns `pending`, and the account is opened on first use.
   */
  async register(actor: Actor, user_id: string): Promise<ProvisioningState> {
    try {
      await this.accounts.current(actor, user_id);
      return 'ready';
    } catch (error) {
      this.log.error(
        `could not open the account of a registered user; it will be opened on first use: ${(error as Error).message}`,
      );
      return 'pending';
    }
  }

  /** Opens the account of an unregistered user whose work is metered. */
  async ensure(actor: Actor, user_id: string): Promise<void> {
    await this.accounts.current(actor, user_id);
  }
}

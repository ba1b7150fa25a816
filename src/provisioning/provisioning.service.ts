import { Injectable, Logger } from '@nestjs/common';
import { AccountsService } from '../credits/accounts.service.js';
import type { Actor } from '../platform/actor.js';

/** How a registration stands: `ready` has an account; `pending` gets it with the first touch. */
export type ProvisioningState = 'ready' | 'pending';

/**
 * Gives users their accounts. Three layers call it, each safe to repeat: registration, the first touch of credits
 * (inside the credits module), and the ingest path.
 */
@Injectable()
export class ProvisioningService {
  private readonly log = new Logger('provisioning');

  constructor(private readonly accounts: AccountsService) {}

  /**
   * Layer for registration: never fails the caller's own registration. When the account can't be opened now, the
   * state is `pending` and the next touch repairs it.
   */
  async register(actor: Actor, user_id: string): Promise<ProvisioningState> {
    try {
      await this.accounts.current(actor, user_id);
      return 'ready';
    } catch (error) {
      this.log.error(`no account for a registered user yet; the first touch will open it: ${(error as Error).message}`);
      return 'pending';
    }
  }

  /** Layer for ingest: makes sure that metered work of a user nobody registered finds an account. */
  async ensure(actor: Actor, user_id: string): Promise<void> {
    await this.accounts.current(actor, user_id);
  }
}

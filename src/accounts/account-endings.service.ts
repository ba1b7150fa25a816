import { Inject, Injectable } from '@nestjs/common';
import { AccountsService } from '../credits/accounts/accounts.service.js';
import { BillingTermination } from '../payments/plans/billing-termination.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { AccountErasure } from './account-erasure.service.js';
import { AccountStatusService } from './account-status.service.js';

/** What happened to the account of a user deleted at the identity provider; `ignored` if there is none. */
export type Departure = 'suspended' | 'erasing' | 'ignored';

/** Ends the accounts of users deleted at the identity provider. */
@Injectable()
export class AccountEndings {
  constructor(
    private readonly accounts: AccountsService,
    private readonly status: AccountStatusService,
    private readonly erasure: AccountErasure,
    private readonly termination: BillingTermination,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Suspends or erases the account, as configured, and ends its billing. Safe to repeat. */
  async end(actor: Actor, user_id: string): Promise<Departure> {
    const { keycloak_deletion } = this.config.provisioning;
    const account = await this.accounts.findOpen(user_id);
    if (!account || keycloak_deletion === 'ignore') return 'ignored';
    if (keycloak_deletion === 'erase') {
      await this.erasure.request(actor, user_id);
      return 'erasing';
    }
    const reason = 'The user was deleted at the identity provider';
    await this.status.suspend(actor, user_id, reason);
    await this.termination.end(actor, user_id);
    return 'suspended';
  }
}

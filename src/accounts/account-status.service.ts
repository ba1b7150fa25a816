import { Injectable } from '@nestjs/common';
import { AccountsService } from '../credits/accounts/accounts.service.js';
import { accountResult, CreditsService } from '../credits/credits.service.js';
import { idempotencyKey } from '../credits/posting/idempotency.js';
import type { BalanceView } from '../credits/credits.views.js';
import type { Actor } from '../platform/actor.js';
import type { Replayable } from '../platform/replayable.js';

/** Suspends and resumes accounts. A suspended account pays only for finished work. */
@Injectable()
export class AccountStatusService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly credits: CreditsService,
  ) {}

  /**
   * Suspends an account: it cannot spend until it is resumed. If it is already suspended, replaces the reason.
   * @throws DomainError `not_found`, `account_closed`, `idempotency_conflict`
   */
  async suspend(actor: Actor, user_id: string, reason: string, key?: string): Promise<Replayable<BalanceView>> {
    await this.accounts.read(actor, user_id);
    const once = idempotencyKey(key, actor, 'suspend', { reason });
    const done = await this.credits.change(actor, user_id, 'account.suspend', once, ({ state, now }) => {
      Object.assign(state, { status: 'suspended', status_reason: reason, status_changed_at: now });
      return Promise.resolve({ reason });
    });
    return accountResult(done);
  }

  /**
   * Resumes a suspended account. Does nothing if it is not suspended.
   * @throws DomainError `not_found`, `account_closed`, `idempotency_conflict`
   */
  async resume(actor: Actor, user_id: string, key?: string): Promise<Replayable<BalanceView>> {
    await this.accounts.read(actor, user_id);
    const once = idempotencyKey(key, actor, 'resume', {});
    const done = await this.credits.change(actor, user_id, 'account.resume', once, ({ state, now }) => {
      const { status, status_reason } = state;
      if (status === 'suspended') {
        Object.assign(state, { status: 'active', status_reason: null, status_changed_at: now });
      }
      return Promise.resolve({ was: status, reason: status_reason });
    });
    return accountResult(done);
  }
}

import { Injectable } from '@nestjs/common';
import { AccountsService } from '../credits/accounts/accounts.service.js';
import { type AdminResult, CreditsService } from '../credits/credits.service.js';
import type { IdempotencyKey } from '../credits/posting/idempotency.js';
import type { Actor } from '../platform/actor.js';

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
  async suspend(actor: Actor, user_id: string, reason: string, key: IdempotencyKey | undefined): Promise<AdminResult> {
    await this.accounts.read(actor, user_id);
    return this.credits.change(actor, user_id, 'account.suspend', key, ({ state, now }) => {
      Object.assign(state, { status: 'suspended', status_reason: reason, status_changed_at: now });
      return Promise.resolve({ reason });
    });
  }

  /**
   * Resumes a suspended account. Does nothing if it is not suspended.
   * @throws DomainError `not_found`, `account_closed`, `idempotency_conflict`
   */
  async resume(actor: Actor, user_id: string, key: IdempotencyKey | undefined): Promise<AdminResult> {
    await this.accounts.read(actor, user_id);
    return this.credits.change(actor, user_id, 'account.resume', key, ({ state, now }) => {
      const { status, status_reason } = state;
      if (status === 'suspended') {
        Object.assign(state, { status: 'active', status_reason: null, status_changed_at: now });
      }
      return Promise.resolve({ was: status, reason: status_reason });
    });
  }
}

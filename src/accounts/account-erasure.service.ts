import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountLocks } from '../credits/accounts/account-locks.js';
import { AccountsService, balanceView } from '../credits/accounts/accounts.service.js';
import { accountResult, CreditsService } from '../credits/credits.service.js';
import type { BalanceView } from '../credits/credits.views.js';
import { idempotencyKey } from '../credits/posting/idempotency.js';
import type { JobRun } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { BillingTermination } from '../payments/plans/billing-termination.service.js';
import { type Actor, systemActor } from '../platform/actor.js';
import type { Replayable } from '../platform/replayable.js';
import { ApiKeys } from '../keys/api-keys.service.js';
import { PortalSessions } from '../portal/portal-sessions.service.js';
import { KeyRing } from '../platform/secrets/key-ring.js';
import { bucketOf } from '../platform/database/row-id.js';
import { AccountErasureRepository } from './account-erasure.repository.js';

const ERASURES = 'account-erasures';
const ERASER = systemActor('erasure');

/** Requests erasures. */
@Injectable()
export class AccountErasure {
  constructor(
    private readonly accounts: AccountsService,
    private readonly credits: CreditsService,
    private readonly termination: BillingTermination,
    private readonly jobs: Jobs,
    private readonly portal: PortalSessions,
    private readonly keys: ApiKeys,
  ) {}

  /**
   * Closes an account immediately and ends its billing. A job erases it once no work in progress holds credits of it.
   * Safe to repeat.
   * @throws DomainError `not_found`; `account_closed` if the account was moved: erase the target account instead
   */
  async request(actor: Actor, user_id: string, key?: string): Promise<Replayable<BalanceView>> {
    const account = await this.accounts.read(actor, user_id);
    if (account.status === 'erasing') return { result: balanceView(account), replayed: false };
    const once = idempotencyKey(key, actor, 'erase', {});
    const done = await this.credits.change(actor, user_id, 'account.erase', once, async ({ state, now }, tx) => {
      Object.assign(state, { status: 'erasing', status_reason: null, status_changed_at: now });
      await this.jobs.enqueue(tx, ERASURES, {});
      await this.portal.endAll(tx, user_id);
      await this.keys.revokeAll(tx, actor, user_id);
      return {};
    });
    await this.termination.end(actor, user_id, 'now');
    return accountResult(done);
  }
}

/**
 * Erases the owners of accounts. Their id becomes a pseudonym in the ledger and the audit log, and all other personal
 * data is deleted. Amounts, prices and times remain, so the books still balance.
 */
@Injectable()
export class AccountErasureJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly locks: AccountLocks,
    private readonly repository: AccountErasureRepository,
    private readonly termination: BillingTermination,
    private readonly ring: KeyRing,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: ERASURES, cron: '* * * * *', run: (_data, run) => this.eraseAll(run) });
  }

  /** Erases the accounts that wait for erasure and have no work in progress. */
  async eraseAll({ signal }: Pick<JobRun, 'signal'>): Promise<void> {
    for (const user_id of await this.repository.waiting()) {
      signal.throwIfAborted();
      await this.termination.end(ERASER, user_id, 'now'); // in case the request failed before it ended the billing
      await this.forfeit(user_id);
      const owners = await this.repository.lineage(user_id);
      await this.repository.erase(
        owners.map((owner) => ({
          owner,
          pseudonym: pseudonymOf(owner),
          fingerprint: this.ring.fingerprint(owner),
        })),
      );
    }
  }

  /** Lapses the remaining credits. */
  private forfeit(user_id: string): Promise<void> {
    return this.locks.withLock(ERASER, user_id, async (account, tx) => {
      account.settleBurns();
      for (const grant of account.grants) {
        const metadata = { reason: 'account_erased', grant_id: grant.id };
        account.lapse(grant, grant.remaining, { description: 'Credits of an erased account lapse', metadata });
      }
      await this.locks.save(tx, account);
    });
  }
}

/** Returns a pseudonym in the bucket of the account, so that the remaining rows need not move. */
function pseudonymOf(user_id: string): string {
  for (;;) {
    const pseudonym = `erased-${randomUUID()}`;
    if (bucketOf(pseudonym) === bucketOf(user_id)) return pseudonym;
  }
}

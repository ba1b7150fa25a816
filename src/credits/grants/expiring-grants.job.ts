import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { systemActor } from '../../platform/actor.js';
import { Database } from '../../platform/database/database.js';
import { AccountLocks } from '../accounts/account-locks.js';
import { sweepAccounts } from '../accounts/account-sweep.js';
import { ExpiringGrantsRepository } from './expiring-grants.repository.js';

const SYSTEM_ACTOR = systemActor('tollgate');

/** Writes `credits.expiring` about credits that expire soon: once for each grant and expiry, on any number of instances. */
@Injectable()
export class ExpiringGrantsJob implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly jobs: Jobs,
    private readonly locks: AccountLocks,
    private readonly grants: ExpiringGrantsRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'expiring-credits', cron: '17 * * * *', run: (_data, run) => this.tellAll(run) });
  }

  /** Makes one pass over the accounts with such credits. @throws Error at the end when some failed */
  tellAll(run: JobRun): Promise<void> {
    return sweepAccounts(run, {
      first: { user_id: '' },
      next: (after, limit) => this.grants.accounts(after, limit),
      work: (user_id) => this.tell(user_id),
    });
  }

  private tell(user_id: string): Promise<void> {
    return this.db.transaction(async (tx) => {
      const account = await this.locks.lockExisting(tx, SYSTEM_ACTOR, user_id);
      account.settleBurns(); // only what is left is told
      await this.locks.save(tx, account);
      await this.grants.tell(tx, user_id);
    });
  }
}

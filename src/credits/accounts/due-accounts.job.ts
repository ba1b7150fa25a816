import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { systemActor } from '../../platform/actor.js';
import { AccountLocks } from './account-locks.js';
import { sweepAccounts } from './account-sweep.js';
import { AccountsRepository } from './accounts.repository.js';

const SYSTEM_ACTOR = systemActor('tollgate');

/**
 * Books what is due on idle accounts: renewals, expired grants and holds, new windows of exceeded budgets. Every access to an
 * account does the same, so no decision depends on this job. It keeps the tables current for direct readers and writes the
 * events about idle accounts in time.
 */
@Injectable()
export class DueAccountsJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly accounts: AccountsRepository,
    private readonly locks: AccountLocks,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'due-accounts', cron: '* * * * *', run: (_data, run) => this.bookAll(run) });
  }

  /**
   * Makes one pass over the accounts with something due.
   * @throws Error when some could not be booked, after booking all the others; they stay due
   */
  bookAll(run: JobRun): Promise<void> {
    return sweepAccounts(run, {
      first: { due_at: new Date(0), user_id: '' },
      next: (after, limit) => this.accounts.findDue(after, limit),
      work: (user_id) => this.locks.touch(SYSTEM_ACTOR, user_id),
    });
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import pLimit from 'p-limit';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { systemActor } from '../../platform/actor.js';
import { AccountLocks } from './account-locks.js';
import { AccountsRepository } from './accounts.repository.js';

const BATCH_ACCOUNTS = 200;
/** Low, to leave connections for charges. */
const CONCURRENCY = 2;
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
   * @throws Error when some could not be booked, after booking all the others
   */
  async bookAll({ signal, log }: JobRun): Promise<void> {
    const limit = pLimit(CONCURRENCY);
    let failures = 0;
    let last = { due_at: new Date(0), user_id: '' };
    for (;;) {
      signal.throwIfAborted();
      const due = await this.accounts.findDue(last, BATCH_ACCOUNTS);
      await limit.map(due, async ({ user_id }) => {
        try {
          await this.locks.touch(SYSTEM_ACTOR, user_id);
        } catch (error) {
          failures += 1;
          log.warn(error);
        }
      });
      const newest = due.at(-1);
      if (!newest) break;
      last = newest;
    }
    if (failures > 0) throw new Error(`${String(failures)} accounts could not be booked; they stay due`);
  }
}

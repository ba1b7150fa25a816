import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import { sweepAccounts } from '../../credits/accounts/account-sweep.js';
import { writeEvents } from '../../events/event-log.js';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { systemActor } from '../../platform/actor.js';
import { Database } from '../../platform/database/database.js';
import { DiscountsRepository } from './discounts.repository.js';

const SYSTEM_ACTOR = systemActor('tollgate');

/** Writes `coupon.expiring` about unused discounts that expire soon: once for each, on any number of instances. */
@Injectable()
export class ExpiringDiscountsJob implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly jobs: Jobs,
    private readonly locks: AccountLocks,
    private readonly discounts: DiscountsRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'expiring-coupons', cron: '19 * * * *', run: (_data, run) => this.tellAll(run) });
  }

  /** Makes one pass over the accounts with such discounts. @throws Error at the end when some failed */
  tellAll(run: JobRun): Promise<void> {
    return sweepAccounts(run, {
      first: { user_id: '' },
      next: (after, limit) => this.discounts.expiringAccounts(after, limit),
      work: (user_id) => this.tell(user_id),
    });
  }

  private tell(user_id: string): Promise<void> {
    return this.db.transaction(async (tx) => {
      await this.locks.lockExisting(tx, SYSTEM_ACTOR, user_id);
      const told = await this.discounts.markExpiring(tx, user_id);
      await writeEvents(
        tx,
        told.map((object) => ({ user_id, type: 'coupon.expiring', object })),
      );
    });
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { DAY_MS } from '../../platform/values/calendar.js';
import { DeliveriesRepository } from './deliveries.repository.js';

/** Deliveries are kept as long as the events themselves. */
const KEPT_DAYS = 30;
const BATCH = 5_000;

/** Deletes old deliveries once a day. */
@Injectable()
export class OldDeliveriesJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly deliveries: DeliveriesRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'old-webhook-deliveries', cron: '40 4 * * *', run: (_data, run) => this.deleteOld(run) });
  }

  async deleteOld({ signal, log }: JobRun): Promise<void> {
    const before = new Date(Date.now() - KEPT_DAYS * DAY_MS);
    let total = 0;
    for (let deleted = BATCH; deleted === BATCH; total += deleted) {
      signal.throwIfAborted();
      deleted = await this.deliveries.deleteOld(before, BATCH);
    }
    log.log(`Deleted ${total} webhook deliveries`);
  }
}

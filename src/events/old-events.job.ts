import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { DAY_MS } from '../platform/values/calendar.js';
import { EventLogRepository } from './event-log.repository.js';

export const KEPT_DAYS = 30;
const BATCH = 5_000;

/** Deletes events that are older than 30 days, once a day. */
@Injectable()
export class OldEventsJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly events: EventLogRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'old-events', cron: '25 4 * * *', run: (_data, run) => this.forget(run) });
  }

  /** Works in short transactions; an interrupted run is repeated. */
  async forget({ signal, log }: JobRun): Promise<void> {
    const before = new Date(Date.now() - KEPT_DAYS * DAY_MS);
    let total = 0;
    let deleted: number;
    do {
      signal.throwIfAborted();
      deleted = await this.events.forget(before, BATCH);
      total += deleted;
    } while (deleted === BATCH);
    log.log(`Deleted ${total} events older than ${KEPT_DAYS} days`);
  }
}

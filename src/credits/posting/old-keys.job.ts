import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { IdempotencyRepository } from './idempotency.js';

/** The API guarantees 24 hours. */
const KEPT_HOURS = 48;
const BATCH_PAGES = 1_000;

/** Deletes old idempotency keys, once a day. */
@Injectable()
export class OldKeysJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly keys: IdempotencyRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.define({
      name: 'old-idempotency-keys',
      cron: '10 4 * * *',
      run: (_data, run) => this.deleteExpired(run),
    });
  }

  /** Makes one pass over the table, in short transactions. */
  async deleteExpired({ signal, log }: JobRun): Promise<void> {
    const pages = await this.keys.pages();
    let deleted = 0;
    for (let page = 0; page < pages; page += BATCH_PAGES) {
      signal.throwIfAborted();
      deleted += await this.keys.forget(KEPT_HOURS, page, BATCH_PAGES);
    }
    log.log(`Deleted ${String(deleted)} idempotency keys older than ${String(KEPT_HOURS)} hours`);
  }
}

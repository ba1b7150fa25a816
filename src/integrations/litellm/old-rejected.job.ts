import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { DAY_MS } from '../../platform/values/calendar.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { RejectedRepository } from './rejected.repository.js';

/** Deletes old rejected logs once a day, whatever their status. */
@Injectable()
export class OldRejectedJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly rejected: RejectedRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'old-rejected-logs', cron: '40 4 * * *', run: (_data, run) => this.deleteOld(run) });
  }

  async deleteOld({ log }: Pick<JobRun, 'log'>): Promise<void> {
    const { rejected_days } = this.config.litellm;
    const forgotten = await this.rejected.forget(new Date(Date.now() - rejected_days * DAY_MS));
    log.log(`${String(forgotten)} rejected LiteLLM logs older than ${String(rejected_days)} days were deleted`);
  }
}

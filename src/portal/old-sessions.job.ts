import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { DAY_MS } from '../platform/values/calendar.js';
import { PortalSessionsRepository } from './portal-sessions.repository.js';

/** Deletes expired portal sessions once a day. For a day, the refusal of their token says that they have expired. */
@Injectable()
export class OldSessionsJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly sessions: PortalSessionsRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'old-portal-sessions', cron: '20 4 * * *', run: (_data, run) => this.deleteOld(run) });
  }

  async deleteOld({ log }: Pick<JobRun, 'log'>): Promise<void> {
    const deleted = await this.sessions.deleteExpired(new Date(Date.now() - DAY_MS));
    log.log(`Deleted ${String(deleted)} portal sessions that had expired`);
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Jobs } from '../jobs/jobs.js';
import { RunsService } from '../jobs/runs.service.js';
import { Database } from '../platform/database/database.js';
import { DAY_MS } from '../platform/values/calendar.js';
import { OperatorChat } from './operator-chat.js';

/** Characters of a timestamp up to its hour. */
const HOUR_CHARACTERS = '2026-11-30T09'.length;

/** Tells the operator of job runs that failed for good: once for each job and hour, however many runs it has. */
@Injectable()
export class DeadRunsJob implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly jobs: Jobs,
    private readonly runs: RunsService,
    private readonly chat: OperatorChat,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'dead-job-runs', every_s: 60, run: () => this.tell() });
  }

  /** Tells of the latest such run of each job within the last day. Safe to repeat. */
  async tell(): Promise<void> {
    for (const { queue, failed_at, error } of await this.runs.dead(new Date(Date.now() - DAY_MS))) {
      const cause = `dead ${queue} ${failed_at.toISOString().slice(0, HOUR_CHARACTERS)}`;
      const text = `A run of the job ${queue} failed for good and is not retried: ${error ?? 'no error was stored'}. Fix the cause, then retry it (tollgate jobs retry).`;
      await this.chat.tell(this.db.prisma, cause, text);
    }
  }
}

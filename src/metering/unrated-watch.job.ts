import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { UnratedWatchRepository } from './unrated-watch.repository.js';

const EVERY_S = 5;
const BATCH = 20_000;

/**
 * Writes `usage.unrated` when work of an account is recorded whose price is not known: once for each service and model, until
 * all such work is rated. It is found behind the recording, so that charges never wait for it.
 */
@Injectable()
export class UnratedWatchJob implements OnModuleInit {
  constructor(
    private readonly repository: UnratedWatchRepository,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'unrated-usage', every_s: EVERY_S, run: (_data, run) => this.catchUp(run) });
  }

  /** Looks at everything that was recorded, batch by batch. */
  async catchUp({ signal }: Pick<JobRun, 'signal'>): Promise<void> {
    while (!signal.aborted && (await this.repository.isPending())) await this.repository.advance(BATCH);
  }
}

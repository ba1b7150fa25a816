import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { RollupRepository } from './rollup.repository.js';

const EVERY_S = 2;
const BATCH_EVENTS = 20_000;

/**
 * Keeps usage_daily and usage_sessions up with usage_events. Reports read what is not rolled up yet from the events
 * themselves, so that this decides how fast they are, never what they say (docs/decisions/0006-usage-rollups.md).
 */
@Injectable()
export class Rollup implements OnModuleInit {
  constructor(
    private readonly repository: RollupRepository,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'usage-rollup', every_s: EVERY_S, run: (_data, run) => this.catchUp(run) });
  }

  /**
   * Rolls up, batch by batch, what can be rolled up now, unless another worker is at it. After a restore from a dump,
   * when transaction ids mean nothing any more, everything is rolled up anew.
   */
  async catchUp({ signal, log }: JobRun): Promise<void> {
    while (!signal.aborted) {
      const { is_pending, is_ahead } = await this.repository.state();
      if (is_ahead) {
        log.warn('this database was restored from a dump: usage is rolled up anew');
        await this.repository.rebuild();
        return;
      }
      if (!is_pending || (await this.repository.advance(BATCH_EVENTS)) === null) return;
    }
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { PassSize, ROLLUP_EVERY_S } from '../pass-size.js';
import { HourlyRollupRepository } from './hourly-rollup.repository.js';

/**
 * Updates usage_hourly from ledger and events. Reports read what is not rolled up yet directly, so the roll-up affects
 * only their speed, never their figures.
 */
@Injectable()
export class HourlyRollup implements OnModuleInit {
  constructor(
    private readonly repository: HourlyRollupRepository,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'hourly-rollup', every_s: ROLLUP_EVERY_S, run: (_data, run) => this.catchUp(run) });
  }

  /**
   * Rolls up, batch by batch, all that can be rolled up now, unless another worker does. After a restore from a dump it
   * waits until the daily roll-up is rebuilt, which starts this one from the beginning.
   */
  async catchUp({ signal }: Pick<JobRun, 'signal'>): Promise<void> {
    const passes = new PassSize();
    while (!signal.aborted) {
      const { is_ahead, has_events, has_lines } = await this.repository.state();
      if (is_ahead || !(has_events || has_lines)) return;
      if (!(await passes.of((size) => this.repository.advance(size)))) return;
    }
  }
}

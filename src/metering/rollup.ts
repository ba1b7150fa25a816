import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { PassSize, ROLLUP_EVERY_S } from './pass-size.js';
import { RollupRepository } from './rollup.repository.js';

/**
 * Updates usage_daily, the usage_by_hour of busy accounts, and usage_sessions from usage_events. Reports read events that
 * are not rolled up yet directly, so the roll-up affects only their speed, never their figures
 * (docs/decisions/0006-usage-rollups.md).
 */
@Injectable()
export class Rollup implements OnModuleInit {
  constructor(
    private readonly repository: RollupRepository,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'usage-rollup', every_s: ROLLUP_EVERY_S, run: (_data, run) => this.catchUp(run) });
  }

  /**
   * Rolls up, batch by batch, all events that can be rolled up now, unless another worker does. After a restore from a
   * dump, which invalidates transaction ids, the whole roll-up is rebuilt.
   */
  async catchUp({ signal, log }: JobRun): Promise<void> {
    const passes = new PassSize();
    while (!signal.aborted) {
      const { is_pending, is_ahead } = await this.repository.state();
      if (is_ahead) {
        log.warn('this database was restored from a dump: rebuilding the usage roll-up');
        await this.repository.rebuild();
        return;
      }
      const pass = is_pending ? await passes.of((size) => this.repository.advance(size)) : null;
      if (!pass) return;
      for (const user_id of pass.busy) await this.repository.makeHours(user_id);
    }
  }
}

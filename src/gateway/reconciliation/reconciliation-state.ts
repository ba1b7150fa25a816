import { Inject, Injectable } from '@nestjs/common';
import { RunsService } from '../../jobs/runs.service.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { RECONCILIATION } from './reconciliation.js';
import type { ReconciliationStateView, ReconciliationView } from './reconciliation.dto.js';

const RUNS_MAX = 31;

/** Reads the stored results of the daily comparison. */
@Injectable()
export class ReconciliationState {
  constructor(
    private readonly runs: RunsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Returns the comparisons that are still stored, newest first, and when the next one is made. */
  async read(): Promise<ReconciliationStateView> {
    const [results, jobs] = await Promise.all([
      this.runs.results<ReconciliationView>(RECONCILIATION, RUNS_MAX),
      this.runs.schedules(),
    ]);
    const job = jobs.find(({ name }) => name === RECONCILIATION);
    return {
      is_configured: this.config.openrouter.api_key !== null,
      compares_account: this.config.openrouter.management_key !== null,
      next_run_at: job?.next_run_at ?? null,
      error: job?.error ?? null,
      comparisons: results.map(({ completed_at, result }) => ({ ...result, compared_at: completed_at })),
    };
  }
}

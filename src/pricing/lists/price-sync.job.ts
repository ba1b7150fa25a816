import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { systemActor } from '../../platform/actor.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { PriceImportView } from './import.dto.js';
import { warningsOf } from './import-report.js';
import { PriceListsService } from './price-lists.service.js';

/** Name of the job. */
export const PRICE_SYNC = 'price-sync';

/** The result of a run. */
export type PriceSyncResult = Pick<PriceImportView, 'models' | 'added' | 'changed' | 'held_back'>;

const NIGHTLY = '20 3 * * *';

/** Imports OpenRouter's list once a night across all instances, and at start if the catalogue is stale. */
@Injectable()
export class PriceSyncJob implements OnModuleInit {
  constructor(
    private readonly lists: PriceListsService,
    private readonly jobs: Jobs,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    if (!this.config.openrouter.sync) return;
    const isDue = (): Promise<boolean> => this.lists.isStale();
    this.jobs.define({ name: PRICE_SYNC, cron: NIGHTLY, isDue, run: (_data, run) => this.run(run) });
  }

  /**
   * Returns what was imported and which models were held back. The result is stored with the run.
   * @throws DomainError `openrouter_unavailable`; the run is then retried
   */
  async run({ log }: Pick<JobRun, 'log'>): Promise<PriceSyncResult> {
    const report = await this.lists.sync(systemActor('price-sync'), false).catch(async (error: unknown) => {
      if (await this.lists.isStale()) log.warn(STALE);
      throw error;
    });
    const { models, added, changed, fully_read, partly_read, held_back } = report;
    log.log(
      `${models} models: ${fully_read} fully read, ${partly_read} partly read, ${held_back.length} held back; ${added} new prices, ${changed} changed`,
    );
    for (const line of warningsOf(report)) log.warn(line);
    return { models, added, changed, held_back };
  }
}

const STALE =
  "OpenRouter's list brought no price for more than a day: new models have no price, and plans that allow models by price class refuse them. Check the network, or run 'tollgate prices import FILE'.";

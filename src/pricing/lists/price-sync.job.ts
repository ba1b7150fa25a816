import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { systemActor } from '../../platform/actor.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { warningsOf } from './import-report.js';
import { PriceListsService } from './price-lists.service.js';

const NIGHTLY = '20 3 * * *';

/** Keeps the catalogue up with OpenRouter's list: once a night across all instances, and at a start that finds it stale. */
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
    this.jobs.define({ name: 'price-sync', cron: NIGHTLY, isDue, run: (_data, run) => this.run(run) });
  }

  /** @throws DomainError `openrouter_unavailable`: the run is retried then */
  async run({ log }: Pick<JobRun, 'log'>): Promise<void> {
    const report = await this.lists.sync(systemActor('price-sync'), false).catch(async (error: unknown) => {
      if (await this.lists.isStale()) log.warn(STALE);
      throw error;
    });
    const { models, added, changed, fully_read, partly_read, held_back } = report;
    log.log(
      `of ${models} models ${fully_read} were read fully, ${partly_read} partly, ${held_back.length} held back: ${added} prices are new, ${changed} changed`,
    );
    for (const line of warningsOf(report)) log.warn(line);
  }
}

const STALE =
  "No price of OpenRouter came in for a day: new models have no price, and plans that allow models by their price refuse them. Check the network, or run 'tollgate prices import FILE'.";

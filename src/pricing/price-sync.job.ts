import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { systemActor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { PricesService } from './prices.service.js';

const NIGHTLY = '20 3 * * *';

/** Keeps the catalogue up with OpenRouter's list, once a night across all instances. */
@Injectable()
export class PriceSyncJob implements OnModuleInit {
  constructor(
    private readonly prices: PricesService,
    private readonly jobs: Jobs,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    if (!this.config.openrouter.sync) return;
    this.jobs.define({ name: 'price-sync', cron: NIGHTLY, run: (_data, run) => this.run(run) });
  }

  /** @throws DomainError `openrouter_unavailable`: the run is retried then */
  async run({ log }: Pick<JobRun, 'log'>): Promise<void> {
    const { added, changed, held_back } = await this.prices.sync(systemActor('price-sync'), false);
    log.log(`${added} prices are new, ${changed} changed, ${held_back.length} were held back`);
    for (const { model, reason } of held_back) log.warn(`the price of ${model} was held back: ${reason}`);
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { UnratedRepository } from '../../metering/unrated.repository.js';
import { systemActor } from '../../platform/actor.js';
import { RERATING } from '../../pricing/prices/prices.service.js';
import { ReratingService } from './rerating.service.js';

const NIGHTLY = '50 3 * * *';

/** Re-rates provisionally priced usage whenever prices are added, and once a night. */
@Injectable()
export class ReratingJob implements OnModuleInit {
  constructor(
    private readonly rerating: ReratingService,
    private readonly unrated: UnratedRepository,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: RERATING, cron: NIGHTLY, run: (_data, run) => this.run(run) });
  }

  private async run({ signal, log }: JobRun): Promise<void> {
    const run = { actor: systemActor('rerating'), preview: false, signal };
    const { events, booked, unrated } = await this.rerating.rerate(run);
    if (events > 0) log.log(`${events} events re-rated; ${booked} credits booked`);
    if (unrated > 0) log.warn(await this.warning(unrated));
  }

  private async warning(unrated: number): Promise<string> {
    const [most] = await this.unrated.totals(null);
    const example = most ? `, most of them for ${most.model ?? most.service} (${most.event_count})` : '';
    return `${unrated} events have no final price${example}. List them: tollgate usage unrated`;
  }
}

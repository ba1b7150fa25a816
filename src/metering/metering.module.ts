import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { HourlyRollup } from './hourly/hourly-rollup.js';
import { HourlyRollupRepository } from './hourly/hourly-rollup.repository.js';
import { EventPartitionsJob } from './partitions/event-partitions.job.js';
import { EventPartitionsRepository } from './partitions/event-partitions.repository.js';
import { Rollup } from './rollup.js';
import { RollupLagRepository } from './rollup-lag.repository.js';
import { RollupRepository } from './rollup.repository.js';
import { RollupVerification } from './rollup-verification.js';
import { UnratedRepository } from './unrated.repository.js';
import { UnratedWatchJob } from './unrated-watch.job.js';
import { UnratedWatchRepository } from './unrated-watch.repository.js';
import { UsageEventsRepository } from './usage-events.repository.js';

@Module({
  imports: [JobsModule],
  providers: [
    EventPartitionsJob,
    EventPartitionsRepository,
    HourlyRollup,
    HourlyRollupRepository,
    Rollup,
    RollupLagRepository,
    RollupRepository,
    RollupVerification,
    UnratedRepository,
    UnratedWatchJob,
    UnratedWatchRepository,
    UsageEventsRepository,
  ],
  exports: [EventPartitionsJob, RollupLagRepository, RollupVerification, UnratedRepository, UsageEventsRepository],
})
export class MeteringModule {}

import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { Rollup } from './rollup.js';
import { RollupRepository } from './rollup.repository.js';
import { RollupVerification } from './rollup-verification.js';
import { UnratedRepository } from './unrated.repository.js';
import { UsageEventsRepository } from './usage-events.repository.js';

@Module({
  imports: [JobsModule],
  providers: [Rollup, RollupRepository, RollupVerification, UnratedRepository, UsageEventsRepository],
  exports: [RollupVerification, UnratedRepository, UsageEventsRepository],
})
export class MeteringModule {}

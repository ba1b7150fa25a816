import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { Rollup } from './rollup.js';
import { RollupVerification } from './rollup-verification.js';
import { RollupRepository } from './rollup.repository.js';

@Module({
  imports: [JobsModule],
  providers: [Rollup, RollupRepository, RollupVerification],
  exports: [RollupVerification],
})
export class RollupModule {}

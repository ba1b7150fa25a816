import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { Rollup } from './rollup.js';
import { RollupRepository } from './rollup.repository.js';

@Module({ imports: [JobsModule], providers: [Rollup, RollupRepository], exports: [Rollup, RollupRepository] })
export class RollupModule {}

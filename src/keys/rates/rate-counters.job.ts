import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Jobs } from '../../jobs/jobs.js';
import { RateCountersRepository } from './rate-counters.repository.js';

/** Deletes counts of requests and tokens whose minute is long over. */
@Injectable()
export class RateCountersJob implements OnModuleInit {
  constructor(
    private readonly counters: RateCountersRepository,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'old-rate-counters', cron: '41 * * * *', run: () => this.counters.deleteOld() });
  }
}

import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { GiftsRepository } from '../gifts/gifts.repository.js';
import { WelcomeRepository } from './welcome.repository.js';
import { WelcomeService } from './welcome.service.js';

const PAGE = 500;

/** Gives new users the credits of steps that they have done since, and what was withheld and may be given now. */
@Injectable()
export class WelcomeJob implements OnModuleInit {
  private readonly log = new Logger('welcome');

  constructor(
    private readonly jobs: Jobs,
    private readonly welcomes: WelcomeRepository,
    private readonly gifts: GiftsRepository,
    private readonly service: WelcomeService,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'welcome', cron: '* * * * *', run: (_data, run) => this.settleAll(run) });
  }

  /** Settles everybody who can still get credits. One account that fails does not stop the others. */
  async settleAll({ signal }: Pick<JobRun, 'signal'>): Promise<void> {
    await this.settleEach((after) => this.welcomes.open(after, PAGE), signal);
    await this.settleEach((after) => this.gifts.changed(after, PAGE), signal);
  }

  private async settleEach(next: (after: string) => Promise<string[]>, signal: AbortSignal): Promise<void> {
    let page: string[];
    let after = '';
    do {
      page = await next(after);
      for (const user_id of page) {
        signal.throwIfAborted();
        await this.service.settle(user_id).catch((error: unknown) => {
          this.log.warn(`a welcome could not be settled: ${(error as Error).message}`);
        });
      }
      after = page.at(-1) ?? '';
    } while (page.length === PAGE);
  }
}

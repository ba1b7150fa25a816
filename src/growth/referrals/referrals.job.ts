import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { ReferralRewards } from './referral-rewards.service.js';
import { ReferralsRepository } from './referrals.repository.js';

const PAGE = 500;

/** Gives rewards when invited users have paid, and takes them back when payments are returned. */
@Injectable()
export class ReferralsJob implements OnModuleInit {
  private readonly log = new Logger('referrals');

  constructor(
    private readonly jobs: Jobs,
    private readonly referrals: ReferralsRepository,
    private readonly rewards: ReferralRewards,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'referrals', cron: '*/5 * * * *', run: (_data, run) => this.settleAll(run) });
  }

  /** Decides about all referrals that are due. One that fails does not stop the others. */
  async settleAll({ signal }: Pick<JobRun, 'signal'>): Promise<void> {
    let page: string[];
    let after = '';
    do {
      page = await this.referrals.due(after, PAGE);
      for (const user_id of page) {
        signal.throwIfAborted();
        await this.rewards.settle(user_id).catch((error: unknown) => {
          this.log.warn(`a referral could not be settled: ${(error as Error).message}`);
        });
      }
      after = page.at(-1) ?? '';
    } while (page.length === PAGE);
  }
}

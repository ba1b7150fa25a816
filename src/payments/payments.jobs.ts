import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Jobs } from '../jobs/jobs.js';
import { PaymentEventInbox } from './inbox/inbox.service.js';
import { StaleCheckouts } from './provider/stale-checkouts.js';
import { PlansService } from './plans/plans.service.js';
import { TopupRunner } from './topups/topup-runner.js';

/** Interval of checks for accounts to top up, seconds. */
const TOPUP_EVERY_S = 15;

/** Background jobs of payments. Each job guards itself in the database, so any number of processes can run it. */
@Injectable()
export class PaymentsJobs implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly inbox: PaymentEventInbox,
    private readonly plans: PlansService,
    private readonly topups: TopupRunner,
    private readonly staleCheckouts: StaleCheckouts,
  ) {}

  onModuleInit(): void {
    this.jobs.define({
      name: 'auto-topups',
      every_s: TOPUP_EVERY_S,
      run: async (_data, { signal }) => {
        await this.topups.run(signal);
      },
    });
    this.jobs.define({
      name: 'payment-events',
      cron: '* * * * *',
      run: async (_data, { signal }) => {
        await this.inbox.retryDue(signal);
      },
    });
    this.jobs.define({
      name: 'payment-pages',
      cron: '* * * * *',
      run: async (_data, { signal }) => {
        await this.staleCheckouts.closeStale(null, signal);
      },
    });
    this.jobs.define({
      name: 'subscriptions',
      cron: '* * * * *',
      run: async (_data, { signal }) => {
        await this.plans.postpone(signal);
        await this.plans.pushToProvider(null, signal);
      },
    });
  }
}

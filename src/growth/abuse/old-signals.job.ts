import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Jobs } from '../../jobs/jobs.js';
import { DAY_MS } from '../../platform/values/calendar.js';
import { SignalsRepository } from './signals.repository.js';

/** Days for which signals are kept, also those of erased accounts. */
export const SIGNAL_DAYS = 180;

/** Deletes old signals. */
@Injectable()
export class OldSignalsJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly signals: SignalsRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'old-signals', cron: '47 3 * * *', run: () => this.forget() });
  }

  /** Deletes what is too old. @returns how many signals */
  forget(): Promise<number> {
    return this.signals.forget(new Date(Date.now() - SIGNAL_DAYS * DAY_MS));
  }
}

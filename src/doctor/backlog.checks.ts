import { Injectable, Logger } from '@nestjs/common';
import { AccountBook } from '../credits/account-book.js';
import { DueAccountsJob } from '../credits/due-accounts.job.js';
import { RunsService } from '../jobs/runs.service.js';
import { RollupLagRepository } from '../metering/rollup-lag.repository.js';
import { systemActor } from '../platform/actor.js';
import { DoctorRepository } from './doctor.repository.js';
import { type Check, counted, type Fault, warning } from './finding.js';

const ROLLUP_LAG_MAX_S = 300;
const HOLDERS_MAX = 10_000;
const DOCTOR = systemActor('doctor');
const WORKER = 'See that an instance with JOBS=on, or tollgate worker, runs and reaches the database';

/** Checks of work that waits for longer than it should, and of work that failed. */
@Injectable()
export class BacklogChecks {
  private readonly log = new Logger('doctor');

  constructor(
    private readonly repository: DoctorRepository,
    private readonly rollup: RollupLagRepository,
    private readonly runs: RunsService,
    private readonly due: DueAccountsJob,
    private readonly book: AccountBook,
  ) {}

  all(): Check[] {
    return [
      { name: 'backlog', run: () => this.findLate(), repair: () => this.bookDue() },
      { name: 'jobs', run: () => this.findFailed() },
    ];
  }

  private async findLate(): Promise<Fault[]> {
    const { due_accounts, expired_holds, unkept_calls, waiting_runs } = await this.repository.backlog();
    const { rollup_lag_s } = await this.rollup.lag('doctor');
    const repair = 'Run: tollgate doctor --repair';
    const faults: Fault[] = [];
    const late = (n: number, found: string, remedy: string): void => {
      if (n > 0) faults.push(warning(`${found} for more than 15 minutes`, remedy));
    };
    late(due_accounts, `${counted(due_accounts, 'account')} had something due`, `${WORKER}; or ${repair}`);
    late(expired_holds, `${counted(expired_holds, 'hold')} expired and was not released`, `${WORKER}; or ${repair}`);
    late(unkept_calls, `${counted(unkept_calls, 'gateway call')} had nobody to settle it`, WORKER);
    for (const { name, runs } of waiting_runs) late(runs, `${counted(runs, 'run')} of ${name} waited`, WORKER);
    if (rollup_lag_s > ROLLUP_LAG_MAX_S) {
      const found = `Usage is not rolled up since ${String(Math.round(rollup_lag_s))} s: reports are right, and slow`;
      faults.push(warning(found, `${WORKER}; a long transaction holds it back, too (pg_stat_activity)`));
    }
    return faults;
  }

  /** Touches what is due, as whoever uses these accounts would: renewals, expired grants and holds are booked. */
  private async bookDue(): Promise<string> {
    await this.due.bookAll({ signal: new AbortController().signal, log: this.log });
    const holders = await this.repository.holdersOfExpired(HOLDERS_MAX);
    for (const user_id of holders) await this.book.touch(DOCTOR, user_id);
    return 'what was due on accounts was booked, and expired holds were released';
  }

  private async findFailed(): Promise<Fault[]> {
    const failed = (await this.runs.schedules()).filter((job) => job.failed > 0);
    return failed.map(({ name, failed: runs, error }) =>
      warning(
        `${counted(runs, 'run')} of ${name} was given up within a week: ${error ?? 'without a message'}`,
        `Run: tollgate jobs runs --state failed --job ${name}; then tollgate jobs retry ${name} RUN`,
      ),
    );
  }
}

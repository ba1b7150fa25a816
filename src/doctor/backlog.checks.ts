import { Injectable, Logger } from '@nestjs/common';
import { AccountLocks } from '../credits/accounts/account-locks.js';
import { DueAccountsJob } from '../credits/accounts/due-accounts.job.js';
import { RunsService } from '../jobs/runs.service.js';
import { EventPartitionsJob } from '../metering/partitions/event-partitions.job.js';
import { RollupLagRepository } from '../metering/rollup-lag.repository.js';
import { systemActor } from '../platform/actor.js';
import { DoctorRepository } from './doctor.repository.js';
import { counted } from '../platform/values/counted.js';
import { type Check, type Fault, warning } from './finding.js';

const ROLLUP_LAG_MAX_S = 300;
const HOLDERS_MAX = 10_000;
const DOCTOR = systemActor('doctor');
const WORKER = 'Make sure that an instance with JOBS=on, or tollgate worker, is running and can reach the database';

/** Checks for overdue and failed work. */
@Injectable()
export class BacklogChecks {
  private readonly log = new Logger('doctor');

  constructor(
    private readonly repository: DoctorRepository,
    private readonly rollup: RollupLagRepository,
    private readonly runs: RunsService,
    private readonly due: DueAccountsJob,
    private readonly locks: AccountLocks,
    private readonly partitions: EventPartitionsJob,
  ) {}

  all(): Check[] {
    return [
      { name: 'backlog', run: () => this.findLate(), repair: () => this.bookDue() },
      { name: 'jobs', run: () => this.findFailed() },
      { name: 'partitions', run: () => this.findUnpartitioned(), repair: () => this.partition() },
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
    late(
      due_accounts,
      `${counted(due_accounts, 'account')} had overdue renewals or expiries`,
      `${WORKER}; or ${repair}`,
    );
    late(expired_holds, `${counted(expired_holds, 'hold')} expired without being released`, `${WORKER}; or ${repair}`);
    late(unkept_calls, `${counted(unkept_calls, 'gateway call')} had no process to settle it`, WORKER);
    for (const { name, runs } of waiting_runs) late(runs, `${counted(runs, 'run')} of ${name} waited`, WORKER);
    if (rollup_lag_s > ROLLUP_LAG_MAX_S) {
      const found = `Usage has not been rolled up for ${String(Math.round(rollup_lag_s))} s: reports are correct but slow`;
      faults.push(warning(found, `${WORKER}; a long transaction delays it, too (see pg_stat_activity)`));
    }
    return faults;
  }

  /** Books due renewals and expired grants and holds, as the next use of these accounts would. */
  private async bookDue(): Promise<string> {
    await this.due.bookAll({ signal: new AbortController().signal, log: this.log });
    const holders = await this.repository.holdersOfExpired(HOLDERS_MAX);
    for (const user_id of holders) await this.locks.touch(DOCTOR, user_id);
    return 'due renewals and expiries were booked, and expired holds were released';
  }

  private async findUnpartitioned(): Promise<Fault[]> {
    if (await this.partitions.isAhead()) return [];
    const found = 'usage_events has no partition for one of the next two months';
    return [warning(found, `${WORKER}; or run: tollgate doctor --repair`)];
  }

  private async partition(): Promise<string> {
    await this.partitions.makeAhead({ log: this.log });
    return 'the partitions of the next three months were made';
  }

  private async findFailed(): Promise<Fault[]> {
    const failed = (await this.runs.schedules()).filter((job) => job.failed > 0);
    return failed.map(({ name, failed: runs, error }) =>
      warning(
        `${counted(runs, 'run')} of ${name} failed for good within a week: ${error ?? 'without a message'}`,
        `Run: tollgate jobs runs --state failed --job ${name}; then tollgate jobs retry ${name} RUN`,
      ),
    );
  }
}

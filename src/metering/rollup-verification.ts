import { Injectable } from '@nestjs/common';
import { type RollupFault, RollupRepository } from './rollup.repository.js';

/** What a verification of the roll-up found. */
export interface RollupReport {
  verified: boolean;
  users: number;
  /** All faults, also those that are not listed. */
  fault_count: number;
  /** The first faults. */
  faults: RollupFault[];
}

const BATCH_USERS = 200;
const FAULTS_LISTED_MAX = 1_000;

/** Proves that the roll-up holds what the events give, user by user, while the service goes on working. */
@Injectable()
export class RollupVerification {
  constructor(private readonly repository: RollupRepository) {}

  /**
   * Compares every day and session that is rolled up with its events; each batch of users as of one instant.
   * @param onProgress told how many of how many users are done
   */
  async verify(onProgress: (done: number, total: number) => void = () => undefined): Promise<RollupReport> {
    const total = await this.repository.users();
    const report: RollupReport = { verified: true, users: 0, fault_count: 0, faults: [] };
    let last = '';
    for (;;) {
      const batch = await this.repository.compare(last, BATCH_USERS);
      if (!batch) break;
      last = batch.last;
      report.users += batch.users;
      report.fault_count += batch.faults.length;
      report.faults.push(...batch.faults.slice(0, FAULTS_LISTED_MAX - report.faults.length));
      onProgress(report.users, Math.max(total, report.users));
    }
    return { ...report, verified: report.fault_count === 0 };
  }

  /** Rolls up everything anew, from the events: after it, everything is verified. */
  rebuild(): Promise<void> {
    return this.repository.rebuild();
  }
}

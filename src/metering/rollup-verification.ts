import { Injectable } from '@nestjs/common';
import { type RollupFault, RollupRepository } from './rollup.repository.js';

/** The result of a verification of the roll-up. */
export interface RollupReport {
  verified: boolean;
  users: number;
  /** Number of faults, including those that are not listed. */
  fault_count: number;
  /** The first faults. */
  faults: RollupFault[];
}

const BATCH_USERS = 200;
const FAULTS_LISTED_MAX = 1_000;

/** Verifies that the roll-ups agree with the events and the ledger, batch by batch, while the service is running. */
@Injectable()
export class RollupVerification {
  constructor(private readonly repository: RollupRepository) {}

  /**
   * Compares every day, session and hour of the roll-ups with their events and ledger lines. Each batch of users reads one snapshot.
   * @param onProgress called with the number of verified users and the total
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

  /** Rebuilds the daily roll-up from the events. The hourly one starts again and is filled by the service. */
  rebuild(): Promise<void> {
    return this.repository.rebuild();
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** One load: what to call, how often at once and for how long. */
export interface Job {
  port: number;
  path: string;
  /**
   * `hold` captures each hold it made before it makes the next; `track` sends a thousand charged events at once,
   * `deduct_batch` a thousand charges.
   */
  workload: 'deduct' | 'hold' | 'balance' | 'track' | 'deduct_batch';
  user_prefix: string;
  /** Requests are spread evenly over this many users. */
  users: number;
  /** Whether each charge carries an idempotency key of its own. */
  keyed: boolean;
  connections: number;
  /** Sent but not measured: connecting, and whatever the service warms up. */
  ramp_ms: number;
  measure_ms: number;
  requests_max: number;
  token: string;
  /** Start of every key; no two jobs have the same. */
  run: string;
}

/** What came back. Everything but the rate and the latencies includes the ramp. */
export interface Report {
  /** Answers a second; of batches, records. */
  per_s: number;
  p50_ms: number;
  p99_ms: number;
  /** Charges that were accepted: each must be one ledger line. */
  lines: number;
  keys: number;
  /** Credits of the accepted charges. */
  charged: number;
  /** Answers other than the expected, by kind. */
  faults: Record<string, number>;
  first_fault: string | null;
}

/** The load generator in a process of its own, kept for the whole run so that it is warm. */
export class LoadGenerator {
  private readonly child: ChildProcess = fork(path.join(import.meta.dirname, 'load-client.ts'));
  private readonly died = once(this.child, 'exit').then(() => 'died' as const);

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /**
   * Runs one job to its end.
   * @throws Error when any answer was not the expected one
   */
  async run(job: Job): Promise<Report> {
    const answer = this.child.connected ? once(this.child, 'message') : this.died;
    if (this.child.connected) this.child.send(job);
    const first = await Promise.race([answer, this.died]);
    if (first === 'died') throw new Error('the load generator died');
    const report = first[0] as Report;
    if (report.first_fault !== null) {
      throw new Error(
        `${job.path}: not all answers were right: ${JSON.stringify(report.faults)}; ${report.first_fault}`,
      );
    }
    return report;
  }

  stop(): void {
    if (this.child.connected) this.child.disconnect();
  }
}

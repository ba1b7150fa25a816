import type { Metrics } from '../platform/metrics.js';
import type { JobRun } from './job.js';

const DURATIONS_S = [0.05, 0.25, 1, 5, 15, 60, 300, 1_800];

/** Counts the runs of this process. */
export class JobMetrics {
  private readonly runs;
  private readonly durations;

  constructor(metrics: Metrics) {
    this.runs = metrics.counter({
      name: 'job_runs_total',
      help: 'Runs of jobs by this process, by outcome; a failed run is retried.',
      labels: ['queue', 'outcome'],
    });
    this.durations = metrics.histogram(
      { name: 'job_duration_seconds', help: 'Duration of one run of a job.', labels: ['queue'] },
      DURATIONS_S,
    );
  }

  /** Returns the job with its runs counted and timed. */
  watched<J extends { name: string; run: (data: never, run: JobRun) => Promise<unknown> }>(job: J): J {
    const run = async (data: never, given: JobRun): Promise<unknown> => {
      const end = this.durations.startTimer({ queue: job.name });
      let outcome = 'failed';
      try {
        const result = await job.run(data, given);
        outcome = 'completed';
        return result;
      } catch (error) {
        if (given.signal.aborted) outcome = 'stopped';
        throw error;
      } finally {
        end();
        this.runs.inc({ queue: job.name, outcome });
      }
    };
    return { ...job, run };
  }
}

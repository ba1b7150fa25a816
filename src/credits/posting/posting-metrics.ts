import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/metrics.js';
import type { Group } from './group.js';
import type { Outcome } from './posting.js';

const BATCH_SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000];
const DURATIONS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15];

/** Metrics of the posting engine. */
@Injectable()
export class PostingMetrics {
  private readonly postings;
  private readonly durations;
  private readonly sizes;
  private readonly refusals;
  private readonly excesses;

  constructor(private readonly metrics: Metrics) {
    this.postings = metrics.counter({
      name: 'postings_total',
      help: 'Postings by the path they took: a batch, or one by one under the lock of their account.',
      labels: ['way'],
    });
    this.durations = metrics.histogram(
      {
        name: 'posting_duration_seconds',
        help: 'Duration of one batch, or of the postings of one account under its lock.',
        labels: ['way'],
      },
      DURATIONS_S,
    );
    this.sizes = metrics.histogram({ name: 'batch_postings', help: 'Number of postings in a batch.' }, BATCH_SIZES);
    this.refusals = metrics.counter({
      name: 'postings_refused_total',
      help: 'Refused postings, by error code.',
      labels: ['code'],
    });
    this.excesses = metrics.counter({
      name: 'hold_exceeded_total',
      help: 'Captures that exceeded the amount of their hold.',
    });
  }

  readQueue(read: () => number): void {
    this.metrics.gauge({ name: 'posting_queue', help: 'Pending postings.' }, () => [{ labels: {}, value: read() }]);
  }

  /** Measures a batch. Counts only the postings it accepted; the others take the locked path and are counted there. */
  async batch(groups: readonly Group[], work: () => Promise<Map<string, Outcome[]>>): Promise<Map<string, Outcome[]>> {
    const end = this.durations.startTimer({ way: 'batch' });
    try {
      const posted = await work();
      this.sizes.observe(groups.reduce((sum, { steps }) => sum + steps.length, 0));
      let count = 0;
      for (const outcomes of posted.values()) count += outcomes.length;
      this.postings.inc({ way: 'batch' }, count);
      return posted;
    } finally {
      end();
    }
  }

  async locked<T>(postings: number, work: () => Promise<T>): Promise<T> {
    const end = this.durations.startTimer({ way: 'locked' });
    try {
      return await work();
    } finally {
      this.postings.inc({ way: 'locked' }, postings);
      end();
    }
  }

  refused(code: string): void {
    this.refusals.inc({ code });
  }

  exceeded(): void {
    this.excesses.inc();
  }
}

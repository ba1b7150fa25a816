import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/metrics.js';
import type { DeliveryResult } from './queues.repository.js';

const DURATIONS_S = [0.025, 0.1, 0.25, 1, 2.5, 5, 15];

const OUTCOMES = { delivered: 'delivered', pending: 'retried', failed: 'given_up' } as const;

/** Counts the attempts of this process to deliver events. */
@Injectable()
export class SenderMetrics {
  private readonly attempts;
  private readonly durations;

  constructor(metrics: Metrics) {
    this.attempts = metrics.counter({
      name: 'webhook_attempts_total',
      help: 'Attempts to deliver events to endpoints: delivered, to be retried, or given up.',
      labels: ['outcome'],
    });
    this.durations = metrics.histogram(
      { name: 'webhook_attempt_duration_seconds', help: 'Duration of one attempt to deliver an event.' },
      DURATIONS_S,
    );
  }

  count(status: DeliveryResult['status'], duration_ms: number): void {
    this.attempts.inc({ outcome: OUTCOMES[status] });
    this.durations.observe(duration_ms / 1000);
  }
}

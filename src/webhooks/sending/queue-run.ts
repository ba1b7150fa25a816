import type { StoredEvent } from '../../events/stored-event.js';
import type { DeliveryResult, DueDelivery } from './queues.repository.js';
import { messageOf } from './message.js';
import { pauseAfter } from './retry-schedule.js';
import type { SenderMetrics } from './sender-metrics.js';
import type { Attempt, Target, WebhookClient } from './webhook.client.js';

/** No delivery is begun after this time, so that a run ends before its lease does. */
const RUN_MAX_MS = 20_000;

/** Sends deliveries of one queue, in order. */
export class QueueRun {
  constructor(
    private readonly client: WebhookClient,
    private readonly target: Target,
    private readonly metrics: SenderMetrics,
  ) {}

  /**
   * Sends deliveries one after the other, until one must be repeated later, which those behind it wait for.
   * @param signal no further delivery is begun once it is aborted
   * @param stopped aborts the attempt that has begun; it counts as not made
   * @returns what came of those that were sent
   */
  async send(deliveries: readonly DueDelivery[], signal: AbortSignal, stopped: AbortSignal): Promise<DeliveryResult[]> {
    const until = Date.now() + RUN_MAX_MS;
    const results: DeliveryResult[] = [];
    for (const delivery of deliveries) {
      if (signal.aborted || Date.now() > until) break;
      const result = await this.attempt(delivery, stopped);
      if (!result) break;
      results.push(result);
      if (result.status === 'pending') break;
    }
    return results;
  }

  private async attempt(delivery: DueDelivery, stopped: AbortSignal): Promise<DeliveryResult | null> {
    const { delivery_id, user_id, data } = delivery;
    if (data === null) return { delivery_id, user_id, status: 'failed', attempt: FORGOTTEN(), pause_ms: null };
    try {
      const { attempt, retry_after_ms } = await this.client.send(
        this.target,
        messageOf(eventOf(delivery, data)),
        stopped,
      );
      const isDelivered = attempt.error === null;
      const pause_ms = isDelivered ? null : pauseAfter(delivery.tries + 1, retry_after_ms);
      const status = isDelivered ? 'delivered' : pause_ms === null ? 'failed' : 'pending';
      this.metrics.count(status, attempt.duration_ms);
      return { delivery_id, user_id, status, attempt, pause_ms };
    } catch (error) {
      if (stopped.aborted) return null;
      throw error;
    }
  }
}

const eventOf = (
  { id, user_id, sequence, type, occurred_at }: DueDelivery,
  data: StoredEvent['data'],
): StoredEvent => ({ id, user_id, sequence, type, occurred_at, data });

const FORGOTTEN = (): Attempt => ({
  attempted_at: new Date().toISOString(),
  status_code: null,
  duration_ms: 0,
  error: 'The event is no longer kept.',
  response: null,
});

import { Injectable } from '@nestjs/common';
import { DomainError } from './errors.js';
import { Metrics } from './metrics.js';
import { Tracing } from './tracing/tracing.js';

/** Services that send messages here by themselves. */
export type WebhookProvider = 'stripe' | 'keycloak' | 'litellm';

/** Watches the messages of other services: a span for each delivery, a count of what became of each message. */
@Injectable()
export class Webhooks {
  private readonly messages;

  constructor(
    metrics: Metrics,
    private readonly tracing: Tracing,
  ) {
    this.messages = metrics.counter({
      name: 'webhook_messages_total',
      help: 'Messages of other services by what became of them; refused and failed deliveries count as one message.',
      labels: ['provider', 'outcome'],
    });
  }

  /** Takes a delivery in. `outcomesOf` names what became of each message in it, in words of the code. */
  receive<T>(
    provider: WebhookProvider,
    take: () => Promise<T>,
    outcomesOf: (taken: T) => readonly string[],
  ): Promise<T> {
    return this.tracing.during(`webhook ${provider}`, {}, async (span) => {
      const count = (outcomes: readonly string[]): void => {
        for (const outcome of outcomes) this.messages.inc({ provider, outcome });
        span?.setAttribute('tollgate.webhook.messages', outcomes.length);
        span?.setAttribute('tollgate.webhook.outcomes', [...new Set(outcomes)]);
      };
      try {
        const taken = await take();
        count(outcomesOf(taken));
        return taken;
      } catch (error) {
        count([isRefusal(error) ? 'refused' : 'failed']);
        throw error;
      }
    });
  }
}

/** Whether the sender is at fault, whom a repetition will not help. */
const isRefusal = (error: unknown): boolean => error instanceof DomainError && error.kind !== 'unavailable';

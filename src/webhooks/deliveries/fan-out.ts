import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventFeed } from '../../events/event-feed.js';
import { coversType } from '../../events/event-types.js';
import type { StoredEvent } from '../../events/stored-event.js';
import type { WebhookEndpointRow } from '../../generated/rows.js';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Tx } from '../../platform/database/database.js';
import { EndpointsRepository } from '../endpoints/endpoints.repository.js';
import { DeliveriesRepository, type NewDelivery } from './deliveries.repository.js';

const EVERY_S = 1;
/** Events that are queued in one transaction. */
const EVENTS_MAX = 500;

/** Returns whether an endpoint receives an event. */
export const isFor = ({ events, user_ids }: WebhookEndpointRow, { type, user_id }: StoredEvent): boolean =>
  events.some((pattern) => coversType(pattern, type)) && (user_ids.length === 0 || user_ids.includes(user_id));

/** Returns the delivery of an event to an endpoint. */
export const deliveryOf = ({ id: endpoint_id }: WebhookEndpointRow, event: StoredEvent): NewDelivery => {
  const { id: event_id, user_id, type, sequence } = event;
  return { endpoint_id, event_id, user_id, type, sequence };
};

/** Queues each event once for each endpoint that receives it, in the transaction that moves the position in the feed. */
@Injectable()
export class FanOut implements OnModuleInit {
  constructor(
    private readonly feed: EventFeed,
    private readonly endpoints: EndpointsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'webhook-queueing', every_s: EVERY_S, run: (_data, run) => this.catchUp(run) });
  }

  /** Queues all events so far, unless another process does. */
  async catchUp({ signal }: Pick<JobRun, 'signal'>): Promise<void> {
    let taken: number;
    do taken = await this.feed.take('webhooks', EVENTS_MAX, (tx, events) => this.queue(tx, events));
    while (taken > 0 && !signal.aborted);
  }

  private async queue(tx: Tx, events: StoredEvent[]): Promise<void> {
    const enabled = (await this.endpoints.all(tx)).filter(({ status }) => status === 'enabled');
    const pairs = events.flatMap((event) =>
      enabled.filter((endpoint) => isFor(endpoint, event)).map((endpoint) => deliveryOf(endpoint, event)),
    );
    await this.deliveries.queue(tx, pairs);
  }
}

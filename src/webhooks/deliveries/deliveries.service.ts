import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import { EventLogRepository } from '../../events/event-log.repository.js';
import { webhookBody } from '../../events/event-webhooks.js';
import type { WebhookDeliveryRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { Database } from '../../platform/database/database.js';
import { mapPage, type Page, paginate } from '../../platform/database/paging.js';
import { NotFound } from '../../platform/errors.js';
import type {
  WebhookAttemptView,
  WebhookDeliveriesQuery,
  WebhookDeliveryDetailView,
  WebhookDeliveryView,
} from './deliveries.dto.js';
import { DeliveriesRepository } from './deliveries.repository.js';

/** The deliveries of events to endpoints, for administrators. */
@Injectable()
export class WebhookDeliveries {
  constructor(
    private readonly db: Database,
    private readonly deliveries: DeliveriesRepository,
    private readonly events: EventLogRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** Returns a page of deliveries, newest first. @throws InvalidInput for an invalid cursor */
  async list({ limit, offset, cursor, count, ...filter }: WebhookDeliveriesQuery): Promise<Page<WebhookDeliveryView>> {
    return mapPage(await paginate(this.deliveries, filter, { limit, offset, cursor, count }), viewOf);
  }

  /** Returns a delivery with what is sent. @throws NotFound */
  async get(id: string): Promise<WebhookDeliveryDetailView> {
    const delivery = await this.find(id);
    const event = await this.events.find(delivery.user_id, delivery.event_id);
    return { ...viewOf(delivery), payload: event && { ...webhookBody(event) } };
  }

  /**
   * Sends a delivery again, whether it failed, was delivered or waits for its next attempt. The receiver gets the same
   * id. Later events of the account wait until it is delivered or given up.
   * @throws NotFound
   */
  async resend(actor: Actor, id: string): Promise<WebhookDeliveryView> {
    const delivery = await this.find(id);
    return this.db.transaction(async (tx) => {
      const queued = await this.deliveries.resend(tx, delivery);
      const entry = { user_id: delivery.user_id, resource_type: 'webhook_delivery', resource_id: id };
      const metadata = { endpoint_id: delivery.endpoint_id };
      await this.audit.record(tx, actor, { ...entry, action: 'webhook_delivery.resend', metadata });
      return viewOf(queued);
    });
  }

  private async find(id: string): Promise<WebhookDeliveryRow> {
    const delivery = await this.deliveries.find(id);
    if (!delivery) throw new NotFound('Webhook delivery');
    return delivery;
  }
}

const viewOf = (delivery: WebhookDeliveryRow): WebhookDeliveryView => ({
  ...delivery,
  attempts: delivery.attempts as WebhookAttemptView[],
});

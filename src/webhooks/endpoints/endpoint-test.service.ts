import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import { WebhookEventObject } from '../../events/objects/webhook-object.js';
import type { Actor } from '../../platform/actor.js';
import { Database } from '../../platform/database/database.js';
import { rowId } from '../../platform/database/row-id.js';
import type { WebhookTestView } from '../deliveries/deliveries.dto.js';
import { toWire } from '../../platform/http/view.js';
import { messageOf } from '../sending/message.js';
import { WebhookClient } from '../sending/webhook.client.js';
import { EndpointSecrets } from './endpoint-secrets.js';
import { WebhookEndpoints } from './endpoints.service.js';

/** Sends test messages to endpoints. */
@Injectable()
export class EndpointTest {
  constructor(
    private readonly db: Database,
    private readonly endpoints: WebhookEndpoints,
    private readonly secrets: EndpointSecrets,
    private readonly client: WebhookClient,
    private readonly audit: AuditRepository,
  ) {}

  /** Sends a message of the type `webhook.test` once and returns what came of it. @throws NotFound */
  async run(actor: Actor, id: string): Promise<WebhookTestView> {
    const endpoint = await this.endpoints.find(id);
    const occurred_at = new Date();
    const event_id = rowId(actor.user_id, occurred_at);
    const object = toWire(WebhookEventObject, {
      ...endpoint,
      endpoint_id: id,
      host: new URL(endpoint.url).host,
      pending: 0,
    });
    const about = { id: event_id, user_id: actor.user_id, sequence: 0, occurred_at, data: { object } };
    const message = messageOf({ ...about, type: 'webhook.test' });
    const { attempt } = await this.client.send(this.secrets.targetOf(endpoint, occurred_at), message);
    const delivered = attempt.error === null;
    const entry = { user_id: actor.user_id, resource_type: 'webhook_endpoint', resource_id: id };
    await this.db.transaction((tx) =>
      this.audit.record(tx, actor, { ...entry, action: 'webhook_endpoint.test', metadata: { delivered } }),
    );
    return { event_id, delivered, ...attempt, attempted_at: occurred_at };
  }
}

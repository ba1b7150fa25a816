import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import { coversType, EVENT_TYPE_NAMES } from '../../events/event-types.js';
import type { WebhookEndpointRow } from '../../generated/rows.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Actor } from '../../platform/actor.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { type Page, type PageRequest, paginate } from '../../platform/database/paging.js';
import { rowId } from '../../platform/database/row-id.js';
import { DomainError, InvalidInput, NotFound } from '../../platform/errors.js';
import { RECOVERY_JOB } from '../deliveries/recovery.job.js';
import { makeSigningSecret } from '../sending/message.js';
import { assertTarget } from '../sending/target.js';
import { WebhookClient } from '../sending/webhook.client.js';
import { EndpointSecrets } from './endpoint-secrets.js';
import type {
  NewWebhookEndpointView,
  WebhookEndpointBody,
  WebhookEndpointChanges,
  WebhookEndpointView,
} from './endpoints.dto.js';
import { type EndpointColumns, EndpointsRepository } from './endpoints.repository.js';
import { assertHeaders } from './request-headers.js';

/** Every event is compared with each endpoint. */
const ENDPOINTS_MAX = 100;

/** The endpoints of the operator that receive events. Every change is in the audit log. */
@Injectable()
export class WebhookEndpoints {
  constructor(
    private readonly db: Database,
    private readonly endpoints: EndpointsRepository,
    private readonly secrets: EndpointSecrets,
    private readonly client: WebhookClient,
    private readonly jobs: Jobs,
    private readonly audit: AuditRepository,
  ) {}

  /**
   * Creates an endpoint and returns its secret, which is not shown again. It receives the events from now on.
   * @throws InvalidInput; DomainError conflict `too_many_endpoints`; unavailable `encryption_not_configured`
   */
  async create(actor: Actor, body: WebhookEndpointBody): Promise<NewWebhookEndpointView> {
    const { url, events, description = null, user_ids = [], headers = {} } = body;
    await this.assertValid(body);
    const secret = makeSigningSecret();
    const created_at = new Date();
    const id = rowId(actor.user_id, created_at);
    const row = {
      ...NEW,
      id,
      url,
      events,
      description,
      user_ids,
      created_at,
      updated_at: created_at,
      ...this.secrets.sealHeaders(id, headers),
      encrypted_secret: this.secrets.seal(id, secret),
      created_by: actor.user_id,
    };
    const endpoint = await this.db.transaction(async (tx) => {
      if ((await this.endpoints.lockedCount(tx)) >= ENDPOINTS_MAX) throw tooMany();
      const created = await this.endpoints.create(tx, row);
      await this.record(tx, actor, 'create', id, { origin: new URL(url).origin, events });
      return created;
    });
    return { ...endpoint, pending: 0, secret };
  }

  /** Returns a page of the endpoints, newest first. @throws InvalidInput for an invalid cursor */
  async list(page: PageRequest): Promise<Page<WebhookEndpointView>> {
    const found = await paginate(this.endpoints, {}, page);
    const pending = await this.endpoints.pending(found.items.map(({ id }) => id));
    return { ...found, items: found.items.map((row) => ({ ...row, pending: pending.get(row.id) ?? 0 })) };
  }

  /** @throws NotFound */
  async get(id: string): Promise<WebhookEndpointView> {
    return this.viewOf(await this.find(id));
  }

  /**
   * Changes an endpoint; what is left out stays. A disabled endpoint gets no new deliveries, and its pending ones wait
   * until it is enabled.
   * @throws NotFound; InvalidInput; DomainError unavailable `encryption_not_configured`
   */
  async update(actor: Actor, id: string, body: WebhookEndpointChanges): Promise<WebhookEndpointView> {
    await this.assertValid(body);
    const { headers, status, ...given } = body;
    const columns = {
      ...given,
      ...(headers && this.secrets.sealHeaders(id, headers)),
      ...(status && STATES[status]),
    };
    return this.viewOf(await this.change(actor, id, 'update', columns, { fields: Object.keys(body) }));
  }

  /** Deletes an endpoint with its deliveries. @throws NotFound */
  delete(actor: Actor, id: string): Promise<void> {
    return this.db.transaction(async (tx) => {
      if (!(await this.endpoints.delete(tx, id))) throw new NotFound('Webhook endpoint');
      await this.record(tx, actor, 'delete', id, {});
    });
  }

  /**
   * Replaces the secret of an endpoint. Deliveries are signed with the old one as well for `grace_seconds`; one that was
   * replaced before is no longer used.
   * @throws NotFound; DomainError unavailable `encryption_not_configured`
   */
  async rotateSecret(actor: Actor, id: string, grace_seconds: number): Promise<NewWebhookEndpointView> {
    const secret = makeSigningSecret();
    const encrypted_secret = this.secrets.seal(id, secret);
    const previous_expires_at = new Date(Date.now() + grace_seconds * 1000);
    const rotated = await this.change(
      actor,
      id,
      'rotate_secret',
      ({ encrypted_secret: previous }) => ({
        encrypted_secret,
        encrypted_previous_secret: previous,
        previous_expires_at,
      }),
      { grace_seconds },
    );
    return { ...(await this.viewOf(rotated)), secret };
  }

  /**
   * Sends the undelivered events since an instant, in the background: those whose delivery failed, and those that
   * occurred while the endpoint was disabled or did not exist.
   * @throws NotFound
   */
  async recover(actor: Actor, id: string, since: Date): Promise<WebhookEndpointView> {
    const endpoint = await this.find(id);
    await this.db.transaction(async (tx) => {
      await this.jobs.enqueue(tx, RECOVERY_JOB, { endpoint_id: id, since: since.toISOString() });
      await this.record(tx, actor, 'recover', id, { since: since.toISOString() });
    });
    return this.viewOf(endpoint);
  }

  /** @throws NotFound */
  async find(id: string): Promise<WebhookEndpointRow> {
    const endpoint = await this.endpoints.find(id);
    if (!endpoint) throw new NotFound('Webhook endpoint');
    return endpoint;
  }

  private async viewOf(endpoint: WebhookEndpointRow): Promise<WebhookEndpointView> {
    const pending = await this.endpoints.pending([endpoint.id]);
    return { ...endpoint, pending: pending.get(endpoint.id) ?? 0 };
  }

  private async assertValid({ url, events, headers }: WebhookEndpointChanges): Promise<void> {
    const unknown = events?.find((pattern) => !EVENT_TYPE_NAMES.some((type) => coversType(pattern, type)));
    if (unknown !== undefined) {
      throw new InvalidInput([{ field: 'events', message: `must only contain types of events: ${unknown} is none` }]);
    }
    if (headers) assertHeaders(headers);
    if (url !== undefined) await assertTarget(url, this.client.rules);
  }

  private change(
    actor: Actor,
    id: string,
    action: string,
    columns: EndpointColumns | ((endpoint: WebhookEndpointRow) => EndpointColumns),
    metadata: Record<string, unknown>,
  ): Promise<WebhookEndpointRow> {
    return this.db.transaction(async (tx) => {
      const endpoint = await this.endpoints.lock(tx, id);
      if (!endpoint) throw new NotFound('Webhook endpoint');
      const changes = typeof columns === 'function' ? columns(endpoint) : columns;
      const changed = await this.endpoints.change(tx, id, { ...changes, updated_at: new Date() });
      await this.record(tx, actor, action, id, metadata);
      return changed;
    });
  }

  private record(tx: Tx, actor: Actor, action: string, id: string, metadata: Record<string, unknown>): Promise<void> {
    const entry = { user_id: actor.user_id, resource_type: 'webhook_endpoint', resource_id: id, metadata };
    return this.audit.record(tx, actor, { ...entry, action: `webhook_endpoint.${action}` });
  }
}

/** Columns of an endpoint that was just created. */
const NEW = {
  status: 'enabled' as const,
  disabled_reason: null,
  encrypted_previous_secret: null,
  previous_expires_at: null,
  failing_since: null,
  failing_reported_at: null,
};

/** Columns of an endpoint that an administrator enables or disables. One that is enabled starts afresh. */
const STATES: Record<WebhookEndpointRow['status'], EndpointColumns> = {
  enabled: { status: 'enabled', disabled_reason: null, failing_since: null, failing_reported_at: null },
  disabled: { status: 'disabled', disabled_reason: 'manual' },
};

const tooMany = (): DomainError =>
  new DomainError(
    'conflict',
    'too_many_endpoints',
    `There are ${ENDPOINTS_MAX} webhook endpoints already. Delete one that is no longer used.`,
  );

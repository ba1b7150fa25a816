import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { writeEvents } from '../../events/event-log.js';
import { Jobs } from '../../jobs/jobs.js';
import { Database } from '../../platform/database/database.js';
import { DAY_MS } from '../../platform/values/calendar.js';
import { EndpointsRepository, type FailingEndpoint } from './endpoints.repository.js';

const TOLD_AFTER_MS = DAY_MS;
const DISABLED_AFTER_MS = 5 * DAY_MS;

/**
 * Tells the operator of endpoints that have failed for a day, and disables those that have failed for five: by an event
 * of the account that created the endpoint, and in the log. Each is told once, on whichever instance.
 */
@Injectable()
export class FailingEndpointsJob implements OnModuleInit {
  private readonly log = new Logger('webhooks');

  constructor(
    private readonly db: Database,
    private readonly endpoints: EndpointsRepository,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'failing-webhook-endpoints', cron: '*/5 * * * *', run: () => this.review() });
  }

  async review(): Promise<void> {
    const now = Date.now();
    const [failing, disabled] = await this.db.transaction(async (tx) => {
      const stopped = await this.endpoints.disableFailing(tx, new Date(now - DISABLED_AFTER_MS));
      const told = await this.endpoints.tellFailing(tx, new Date(now - TOLD_AFTER_MS));
      const changes = [
        ...told.map((e) => eventOf('webhook.failing', e)),
        ...stopped.map((e) => eventOf('webhook.disabled', e)),
      ];
      await writeEvents(tx, changes);
      return [told, stopped];
    });
    for (const { id, pending } of failing) {
      this.log.warn(`webhook endpoint ${id} has failed for a day; ${pending} deliveries wait`);
    }
    for (const { id, pending } of disabled) {
      this.log.error(`webhook endpoint ${id} has failed for five days and is disabled; ${pending} deliveries wait`);
    }
  }
}

const eventOf = <T extends 'webhook.failing' | 'webhook.disabled'>(type: T, endpoint: FailingEndpoint) => {
  const { id: endpoint_id, created_by: user_id, url, description, status, failing_since, pending } = endpoint;
  return {
    user_id,
    type,
    object: { endpoint_id, host: new URL(url).host, description, status, failing_since, pending },
  };
};

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventLogRepository } from '../../events/event-log.repository.js';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { Database } from '../../platform/database/database.js';
import { firstIdAt } from '../../platform/database/row-id.js';
import { EndpointsRepository } from '../endpoints/endpoints.repository.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { deliveryOf, isFor } from './fan-out.js';

export const RECOVERY_JOB = 'webhook-recovery';

/** Events that are queued in one transaction. */
const EVENTS_MAX = 1_000;

interface Recovery {
  readonly endpoint_id: string;
  readonly since: string;
}

/** Queues the events since an instant that an endpoint did not get. Safe to repeat: what was delivered stays. */
@Injectable()
export class RecoveryJob implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly events: EventLogRepository,
    private readonly endpoints: EndpointsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.define<Recovery>({ name: RECOVERY_JOB, run: (order, run) => this.recover(order, run) });
  }

  /** @returns the number of deliveries that were queued */
  async recover({ endpoint_id, since }: Recovery, { signal }: Pick<JobRun, 'signal'>): Promise<{ queued: number }> {
    const from = new Date(since);
    let queued = 0;
    for (let after = firstIdAt(from); ;) {
      signal.throwIfAborted();
      const endpoint = await this.endpoints.find(endpoint_id);
      const events = endpoint ? await this.events.ofAll({ after, types: endpoint.events, limit: EVENTS_MAX }) : [];
      const last = events.at(-1);
      if (!endpoint || !last) return { queued };
      const missing = events.filter((event) => event.occurred_at >= from && isFor(endpoint, event));
      queued += await this.db.transaction((tx) =>
        this.deliveries.requeue(
          tx,
          missing.map((event) => deliveryOf(endpoint, event)),
        ),
      );
      after = last.id;
    }
  }
}

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { WebhookEndpointRow } from '../../generated/rows.js';
import type { JobRun } from '../../jobs/job.js';
import { ProcessorWait } from '../../platform/processor-wait.js';
import { EndpointSecrets } from '../endpoints/endpoint-secrets.js';
import { EndpointsRepository } from '../endpoints/endpoints.repository.js';
import { QueueRun } from './queue-run.js';
import { type DueDelivery, type LeasedQueue, QueuesRepository } from './queues.repository.js';
import { ResultWriter } from './result-writer.js';
import { SenderMetrics } from './sender-metrics.js';
import { WebhookClient } from './webhook.client.js';

/** Queues that a process sends to one endpoint at the same time. A receiver that hangs holds only these. */
const QUEUES_PER_ENDPOINT = 16;
/** Deliveries of a queue that are read at once; their results are stored together. */
const DELIVERIES_PER_LEASE = 25;
/** Several queues that end shortly one after the other are replaced by one statement. */
const GATHER_MS = 20;
const IDLE_MS = 1_000;
/** Pause for each millisecond that the process waited for a processor, so that charges on the same machine are not slower. */
const PAUSE_PER_WAIT = 8;
const PAUSE_MAX_MS = 1_000;
/** Time for attempts that have begun when the process stops. */
const GRACE_MS = 5_000;

/**
 * Sends pending deliveries: those of an account to an endpoint one after the other, in the order of the events; those of
 * different accounts and endpoints at the same time. Any number of processes can run it.
 */
@Injectable()
export class Sender {
  private readonly log = new Logger('webhooks');
  /** Number of queues being sent, by endpoint. */
  private readonly busy = new Map<string, number>();
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly queues: QueuesRepository,
    private readonly endpoints: EndpointsRepository,
    private readonly secrets: EndpointSecrets,
    private readonly client: WebhookClient,
    private readonly results: ResultWriter,
    private readonly metrics: SenderMetrics,
  ) {}

  /** Sends all deliveries that are due, and those that become due meanwhile. When stopped, ends attempts that have begun. */
  async sendDue({ signal }: Pick<JobRun, 'signal'>): Promise<void> {
    const stopping = new AbortController();
    const stopSoon = (): unknown => setTimeout(() => stopping.abort(), GRACE_MS).unref();
    signal.addEventListener('abort', stopSoon, { once: true });
    const wait = new ProcessorWait();
    try {
      while (!signal.aborted) {
        const started = await this.startDue(signal, stopping.signal);
        if (started === 0 && this.running.size === 0) return;
        await Promise.race([...this.running, pause(IDLE_MS, undefined, { ref: false })]);
        await pause(Math.min(PAUSE_MAX_MS, Math.max(GATHER_MS, PAUSE_PER_WAIT * wait.lap())), undefined, {
          ref: false,
        });
      }
    } finally {
      await Promise.all([...this.running]);
      signal.removeEventListener('abort', stopSoon);
    }
  }

  /** Leases queues that are due as far as their endpoints have room, and begins to send them. @returns how many */
  private async startDue(signal: AbortSignal, stopped: AbortSignal): Promise<number> {
    const endpoints = (await this.endpoints.all()).filter(({ status }) => status === 'enabled');
    const free = new Map(endpoints.map(({ id }) => [id, QUEUES_PER_ENDPOINT - (this.busy.get(id) ?? 0)]));
    const leased = free.size === 0 ? [] : await this.queues.claim(free, randomUUID());
    if (leased.length === 0) return 0;
    const due = Map.groupBy(await this.queues.next(leased, DELIVERIES_PER_LEASE), keyOf);
    const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
    for (const queue of leased) {
      const endpoint = byId.get(queue.endpoint_id);
      if (endpoint) this.track(queue, this.send(queue, endpoint, due.get(keyOf(queue)) ?? [], { signal, stopped }));
    }
    return leased.length;
  }

  private async send(
    queue: LeasedQueue,
    endpoint: WebhookEndpointRow,
    deliveries: readonly DueDelivery[],
    { signal, stopped }: { signal: AbortSignal; stopped: AbortSignal },
  ): Promise<void> {
    try {
      const target = this.secrets.targetOf(endpoint, new Date());
      const run = new QueueRun(this.client, target, this.metrics);
      await this.results.write({ queue, results: await run.send(deliveries, signal, stopped) });
    } catch (error) {
      this.log.error(`webhooks to endpoint ${endpoint.id} cannot be sent: ${String(error)}`);
    }
  }

  private track({ endpoint_id }: LeasedQueue, work: Promise<void>): void {
    this.busy.set(endpoint_id, (this.busy.get(endpoint_id) ?? 0) + 1);
    const ended = work.finally(() => {
      this.busy.set(endpoint_id, (this.busy.get(endpoint_id) ?? 1) - 1);
      this.running.delete(ended);
    });
    this.running.add(ended);
  }
}

const keyOf = ({ endpoint_id, user_id }: Pick<LeasedQueue, 'endpoint_id' | 'user_id'>): string =>
  `${endpoint_id} ${user_id}`;

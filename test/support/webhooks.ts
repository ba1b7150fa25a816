import { FanOut } from '../../src/webhooks/deliveries/fan-out.js';
import { RecoveryJob } from '../../src/webhooks/deliveries/recovery.job.js';
import { Sender } from '../../src/webhooks/sending/sender.js';
import { writeEvents } from '../../src/events/event-log.js';
import { Database } from '../../src/platform/database/database.js';
import { KeyRing } from '../../src/platform/secrets/key-ring.js';
import type { TestApp } from './app.js';
import { type Json, type TestEnv, UNKNOWN_ID } from './factories.js';

/** Settings with which webhooks reach this machine. */
export const WEBHOOKS_ENV = {
  ENCRYPTION_KEYS: KeyRing.make('test'),
  WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
};

const run = (): { signal: AbortSignal } => ({ signal: new AbortController().signal });

/** The webhooks of an application whose jobs do not run by themselves. */
export class WebhooksOf {
  constructor(
    private readonly w: TestEnv,
    private readonly t: TestApp = w.t,
  ) {}

  /** Creates an endpoint. Returns it with its secret. */
  endpoint(url: string, more: object = {}): Promise<Json & { id: string; secret: string }> {
    return this.w.done('webhooks/endpoints', { url, events: ['*'], ...more }) as Promise<
      Json & { id: string; secret: string }
    >;
  }

  /** Writes events about an account. */
  async happen(user_id: string, count = 1): Promise<void> {
    const object = { id: UNKNOWN_ID, service: 'tts', model: 'm', request_id: 'r', occurred_at: new Date() };
    const events = Array.from({ length: count }, () => ({ user_id, type: 'usage.unrated' as const, object }));
    await this.t.app.get(Database).transaction((tx) => writeEvents(tx, events));
  }

  /** Queues what happened. */
  queue(): Promise<void> {
    return this.t.app.get(FanOut).catchUp(run());
  }

  /** Sends what is due. */
  send(): Promise<void> {
    return this.t.app.get(Sender).sendDue(run());
  }

  async deliver(): Promise<void> {
    await this.queue();
    await this.send();
  }

  recover(endpoint_id: string, since: Date): Promise<{ queued: number }> {
    return this.t.app.get(RecoveryJob).recover({ endpoint_id, since: since.toISOString() }, run());
  }

  /** Lets time pass: everything planned comes closer, and everything past is longer ago. */
  async pass(interval: string): Promise<void> {
    const { w } = this;
    await w.sql(`UPDATE webhook_queues SET due_at = due_at - $1::interval`, [interval]);
    await w.sql(`UPDATE webhook_deliveries SET next_attempt_at = next_attempt_at - $1::interval`, [interval]);
    await w.sql(
      `UPDATE webhook_endpoints SET failing_since = failing_since - $1::interval,
        failing_reported_at = failing_reported_at - $1::interval`,
      [interval],
    );
  }

  async deliveries(query: Record<string, string> = {}): Promise<Json[]> {
    return (await this.w.get('webhooks/deliveries', query)).body as unknown as Json[];
  }
}

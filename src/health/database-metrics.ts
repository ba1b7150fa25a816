import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { type Label, Metrics, type Reading } from '../platform/metrics.js';
import { DatabaseMetricsRepository, type QueueStanding, type Standing } from './database-metrics.repository.js';

/** The database is queried at most this often, however many scrapes there are. */
const KEPT_MS = 10_000;
/** Maximum time that a scrape waits for the database; then its metrics are left out. */
const PATIENCE_MS = 3_000;

type Values = Exclude<keyof Standing, 'jobs'>;

const VALUES: Record<Values, { name: string; help: string }> = {
  rollup_events: { name: 'rollup_lag_events', help: 'Usage events that are not rolled up yet, counted up to 100000.' },
  rollup_lag_s: { name: 'rollup_lag_seconds', help: 'Age of the oldest usage event that is not rolled up yet.' },
  holds: { name: 'holds_active', help: 'Holds that are neither captured nor released.' },
  held_credits: { name: 'held_credits', help: 'Credits held by active holds.' },
  accounts_in_debt: { name: 'accounts_in_debt', help: 'Accounts in debt.' },
  debt_credits: { name: 'debt_credits', help: 'Total debt of all accounts, credits.' },
  webhooks_pending: { name: 'webhook_deliveries_pending', help: 'Webhook deliveries that wait, counted up to 100000.' },
  webhooks_failing: { name: 'webhook_endpoints_failing', help: 'Webhook endpoints whose last attempts all failed.' },
  webhooks_disabled: {
    name: 'webhook_endpoints_disabled',
    help: 'Webhook endpoints that were disabled because they failed for five days.',
  },
};

/**
 * Metrics of the whole installation from the database. Every instance reports the same values, so aggregate them with
 * max.
 */
@Injectable()
export class DatabaseMetrics {
  private readonly log = new Logger('metrics');
  private asked_at_ms = -Infinity;
  private asking: Promise<Standing | null> = Promise.resolve(null);

  constructor(
    private readonly repository: DatabaseMetricsRepository,
    metrics: Metrics,
  ) {
    metrics.gauge({ name: 'db_up', help: '1 if the database answered the queries of this scrape.' }, async () => [
      { labels: {}, value: (await this.standing()) ? 1 : 0 },
    ]);
    for (const key of Object.keys(VALUES) as Values[]) {
      metrics.gauge(VALUES[key], () => this.read((standing) => [{ labels: {}, value: standing[key] }]));
    }
    metrics.gauge({ name: 'jobs', help: 'Runs of jobs in the database.', labels: ['queue', 'state'] }, () =>
      this.read(({ jobs }) => jobs.flatMap(runsOf)),
    );
    metrics.gauge(
      { name: 'job_waiting_seconds', help: 'How long the oldest waiting run has been due.', labels: ['queue'] },
      () => this.read(({ jobs }) => jobs.map(({ name, waiting_s }) => ({ labels: { queue: name }, value: waiting_s }))),
    );
  }

  private async read<L extends Label>(readingsOf: (standing: Standing) => Reading<L>[]): Promise<Reading<L>[]> {
    const standing = await this.standing();
    return standing ? readingsOf(standing) : [];
  }

  /** Returns the state; null if the database fails or is too slow. */
  private standing(): Promise<Standing | null> {
    const now_ms = performance.now();
    if (now_ms - this.asked_at_ms >= KEPT_MS) {
      this.asked_at_ms = now_ms;
      this.asking = this.ask();
    }
    return this.asking;
  }

  private ask(): Promise<Standing | null> {
    const reading = this.repository.standing().catch((error: unknown) => {
      this.log.warn(error);
      return null;
    });
    return Promise.race([reading, sleep(PATIENCE_MS, null, { ref: false })]);
  }
}

function runsOf({ name, waiting, active, failed }: QueueStanding): Reading<'queue' | 'state'>[] {
  return Object.entries({ waiting, active, failed }).map(([state, value]) => ({
    labels: { queue: name, state },
    value,
  }));
}

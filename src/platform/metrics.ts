import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { VERSION } from './version.js';

/**
 * Labels that metrics can have. Each has a small, fixed set of values: never a user, key, address or name chosen by a
 * caller, so that the number of series stays bounded. Prometheus adds `job` and `instance`.
 */
export type Label =
  'method' | 'route' | 'status' | 'code' | 'pool' | 'state' | 'queue' | 'outcome' | 'way' | 'provider' | 'version';

/** A value of a gauge, with its labels. */
export interface Reading<L extends Label> {
  labels: Record<L, string>;
  value: number;
}

/** Name and description of a metric. By Prometheus convention, names end in their unit. */
export interface Described<L extends Label> {
  /** Without the common prefix `tollgate_`. */
  name: string;
  help: string;
  labels?: readonly L[];
}

/** A NaN sample; process metrics have some before the first measurement. */
const NO_NUMBER = /^[^#\n].* nan\n/gim;

/**
 * Metrics of this process for Prometheus. Each class defines its metrics in its constructor and counts in memory;
 * gauges are read at scrape time.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private hasProcess = false;

  readonly content_type = this.registry.contentType;

  constructor() {
    this.gauge(
      { name: 'build_info', help: 'Always 1; the label is the release that runs.', labels: ['version'] },
      () => [{ labels: { version: VERSION }, value: 1 }],
    );
  }

  counter<L extends Label = never>(described: Described<L>): Counter<L> {
    return new Counter<L>(this.settings(described));
  }

  /** Defines a histogram. `buckets` are ascending upper bounds. */
  histogram<L extends Label = never>(described: Described<L>, buckets: readonly number[]): Histogram<L> {
    return new Histogram<L>({ ...this.settings(described), buckets: [...buckets] });
  }

  /** Defines a gauge that is read at each scrape. Series that `read` no longer returns are removed. */
  gauge<L extends Label = never>(
    described: Described<L>,
    read: () => readonly Reading<L>[] | Promise<readonly Reading<L>[]>,
  ): void {
    const gauge = new Gauge<L>({
      ...this.settings(described),
      collect: async () => {
        const readings = await read();
        gauge.reset();
        gauge.remove({}); // a gauge without labels would otherwise report 0
        for (const { labels, value } of readings) gauge.set(labels, value);
      },
    });
  }

  /** Returns all metrics in the Prometheus text format. */
  async text(): Promise<string> {
    if (!this.hasProcess) collectDefaultMetrics({ register: this.registry });
    this.hasProcess = true;
    return (await this.registry.metrics()).replace(NO_NUMBER, '');
  }

  private settings<L extends Label>({ name, help, labels = [] }: Described<L>) {
    return { name: `tollgate_${name}`, help, labelNames: [...labels], registers: [this.registry] };
  }
}

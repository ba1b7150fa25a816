import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * Everything that a metric may be told apart by. Each has few values, which the code decides: no user, key, address or
 * name that a caller chose is among them, so that the number of series does not grow with what is served. Prometheus
 * itself says `job` and `instance`.
 */
export type Label = 'method' | 'route' | 'status' | 'code' | 'pool' | 'state' | 'queue' | 'outcome' | 'way';

/** A value of a gauge, with its labels. */
export interface Reading<L extends Label> {
  labels: Record<L, string>;
  value: number;
}

/** What a metric is called and what it counts. Names end in their unit, as Prometheus wants it. */
export interface Described<L extends Label> {
  /** Without `tollgate_`, which all of ours begin with. */
  name: string;
  help: string;
  labels?: readonly L[];
}

/** A sample without a number: the process metrics have some before there was anything to measure. */
const NO_NUMBER = /^[^#\n].* nan\n/gim;

/**
 * What Prometheus reads of this process. Whoever does the work defines a metric in its constructor and counts in memory;
 * what has to be asked is asked when somebody scrapes.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private hasProcess = false;

  readonly content_type = this.registry.contentType;

  counter<L extends Label = never>(described: Described<L>): Counter<L> {
    return new Counter<L>(this.settings(described));
  }

  /** Seconds, and whatever else is worth a distribution. `buckets` are upper bounds, rising. */
  histogram<L extends Label = never>(described: Described<L>, buckets: readonly number[]): Histogram<L> {
    return new Histogram<L>({ ...this.settings(described), buckets: [...buckets] });
  }

  /** A value that is read at each scrape; what `read` does not mention any more is gone. */
  gauge<L extends Label = never>(
    described: Described<L>,
    read: () => readonly Reading<L>[] | Promise<readonly Reading<L>[]>,
  ): void {
    const gauge = new Gauge<L>({
      ...this.settings(described),
      collect: async () => {
        const readings = await read();
        gauge.reset();
        gauge.remove({}); // without labels it would be 0 now, which nobody said
        for (const { labels, value } of readings) gauge.set(labels, value);
      },
    });
  }

  /** All of it, in the text format of Prometheus. */
  async text(): Promise<string> {
    if (!this.hasProcess) collectDefaultMetrics({ register: this.registry });
    this.hasProcess = true;
    return (await this.registry.metrics()).replace(NO_NUMBER, '');
  }

  private settings<L extends Label>({ name, help, labels = [] }: Described<L>) {
    return { name: `tollgate_${name}`, help, labelNames: [...labels], registers: [this.registry] };
  }
}

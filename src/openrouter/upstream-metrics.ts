import type { Metrics } from '../platform/metrics.js';

const DURATIONS_S = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const MS_PER_S = 1_000;

/** Counts the calls that are made at the provider. */
export class UpstreamMetrics {
  private readonly calls;
  private readonly durations;

  constructor(metrics: Metrics, inFlight: () => number) {
    this.calls = metrics.counter({
      name: 'upstream_requests_total',
      help: "Calls at the provider, by the status of the answer; failed: none came, aborted: we ended it, busy: it wasn't made.",
      labels: ['route', 'status'],
    });
    this.durations = metrics.histogram(
      {
        name: 'upstream_response_seconds',
        help: 'Time from the call to the head of the answer.',
        labels: ['route'],
      },
      DURATIONS_S,
    );
    metrics.gauge({ name: 'upstream_in_flight', help: 'Calls at the provider that go on, streams included.' }, () => [
      { labels: {}, value: inFlight() },
    ]);
  }

  answered(route: string, status: number, started_ms: number): void {
    this.calls.inc({ route, status: String(status) });
    this.durations.observe({ route }, (performance.now() - started_ms) / MS_PER_S);
  }

  ended(route: string, status: 'failed' | 'aborted' | 'busy'): void {
    this.calls.inc({ route, status });
  }
}

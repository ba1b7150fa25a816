import type { Metrics } from '../platform/metrics.js';

const DURATIONS_S = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const MS_PER_S = 1_000;

/** Counts the calls to the provider. */
export class UpstreamMetrics {
  private readonly calls;
  private readonly durations;

  constructor(metrics: Metrics, inFlight: () => number) {
    this.calls = metrics.counter({
      name: 'upstream_requests_total',
      help: 'Calls to the provider by response status; failed: no response, aborted: ended by us, busy: not sent.',
      labels: ['route', 'status'],
    });
    this.durations = metrics.histogram(
      {
        name: 'upstream_response_seconds',
        help: 'Time until the response headers arrive.',
        labels: ['route'],
      },
      DURATIONS_S,
    );
    metrics.gauge({ name: 'upstream_in_flight', help: 'Running calls to the provider, including streams.' }, () => [
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

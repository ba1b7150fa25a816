import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.js';

/** From a balance read to a stream of minutes. */
const DURATIONS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300];
const MS_PER_S = 1_000;

/** Counts answers by the pattern of their route, never by the path that was asked. */
export function registerRequestMetrics(fastify: FastifyInstance, metrics: Metrics): void {
  const requests = metrics.counter({
    name: 'http_requests_total',
    help: 'Requests answered, by route and status.',
    labels: ['method', 'route', 'status'],
  });
  const durations = metrics.histogram(
    {
      name: 'http_request_duration_seconds',
      help: 'Time from the head of a request to the end of its answer, streams included.',
      labels: ['method', 'route'],
    },
    DURATIONS_S,
  );
  const problems = metrics.counter({
    name: 'http_problems_total',
    help: 'Requests answered with a problem, by its code.',
    labels: ['code'],
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { url } = request.routeOptions;
    // a path that leads nowhere may be asked with any method
    const [method, route] = url === undefined ? ['any', 'unknown'] : [request.method, url];
    requests.inc({ method, route, status: String(reply.statusCode) });
    durations.observe({ method, route }, reply.elapsedTime / MS_PER_S);
    if (request.problem_code !== undefined) problems.inc({ code: request.problem_code });
    done();
  });
}

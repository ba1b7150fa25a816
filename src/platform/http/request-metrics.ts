import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.js';

/** From a balance read to a stream that takes minutes. */
const DURATIONS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300];
const MS_PER_S = 1_000;

/** Counts responses by route pattern, never by the requested path. */
export function registerRequestMetrics(fastify: FastifyInstance, metrics: Metrics): void {
  const requests = metrics.counter({
    name: 'http_requests_total',
    help: 'Requests answered, by route and status.',
    labels: ['method', 'route', 'status'],
  });
  const durations = metrics.histogram(
    {
      name: 'http_request_duration_seconds',
      help: 'Time from the request headers to the end of the response, including streams.',
      labels: ['method', 'route'],
    },
    DURATIONS_S,
  );
  const problems = metrics.counter({
    name: 'http_problems_total',
    help: 'Error responses, by code.',
    labels: ['code'],
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { url } = request.routeOptions;
    // unknown paths can be requested with any method
    const [method, route] = url === undefined ? ['any', 'unknown'] : [request.method, url];
    requests.inc({ method, route, status: String(reply.statusCode) });
    durations.observe({ method, route }, reply.elapsedTime / MS_PER_S);
    if (request.problem_code !== undefined) problems.inc({ code: request.problem_code });
    done();
  });
}

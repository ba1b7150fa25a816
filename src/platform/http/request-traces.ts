import type { Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { markFailed, type Tracing, within } from '../tracing/tracing.js';
import { callerOf } from './request-context.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The span of the request, where there are traces. */
    span?: Span;
  }
}

/** Asked every few seconds by whoever watches, for as long as the process lives. */
const PROBES = /^\/(health\/|metrics$)/;
const FAULT_MIN_STATUS = 500;

/**
 * Makes a span of every request, as a part of the caller's trace where there is one. It is named by the pattern of the
 * route: paths hold ids of users. Does nothing when there are no traces.
 */
export function registerRequestTraces(fastify: FastifyInstance, tracing: Tracing): void {
  if (!tracing.is_on) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    const { url } = request.routeOptions;
    if (url !== undefined && PROBES.test(url)) {
      done();
      return;
    }
    const span = begun(tracing, request);
    request.span = span;
    // of an answer that the client does not wait for there is no onResponse
    reply.raw.once('close', () => {
      if (span?.isRecording() === true) span.setAttribute('tollgate.client_gone', true);
      end(span, request, reply);
    });
    within(span, done);
  });
  // a body arrives on the socket's own async context
  fastify.addHook('preValidation', (request, _reply, done) => within(request.span, done));
  fastify.addHook('onResponse', (request, reply, done) => {
    end(request.span, request, reply);
    done();
  });
}

function begun(tracing: Tracing, request: FastifyRequest): Span | undefined {
  const { url: route } = request.routeOptions;
  const attributes = { 'http.request.method': request.method, 'url.scheme': request.protocol };
  const caller = callerOf(request);
  return tracing.start(route === undefined ? request.method : `${request.method} ${route}`, {
    kind: 'server',
    attributes: { ...attributes, ...(route !== undefined && { 'http.route': route }) },
    parent: caller ? tracing.callerOf(caller) : null,
  });
}

/** Once: a span that has ended records nothing more. */
function end(span: Span | undefined, { problem_code }: FastifyRequest, { statusCode }: FastifyReply): void {
  if (span?.isRecording() !== true) return;
  span.setAttribute('http.response.status_code', statusCode);
  if (problem_code !== undefined) span.setAttribute('tollgate.problem_code', problem_code);
  if (statusCode >= FAULT_MIN_STATUS) markFailed(span, problem_code ?? String(statusCode));
  span.end();
}

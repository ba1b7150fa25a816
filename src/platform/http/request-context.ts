import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { activeSpan, type Caller, headersOf } from '../tracing/tracing.js';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
const context = new AsyncLocalStorage<RequestContext>();

/** W3C Trace Context: version, trace, span of the caller, flags. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const TRACEPARENT_MAX_CHARACTERS = 128;
const TRACESTATE_MAX_CHARACTERS = 512;

/** Ids of a request in the log. */
interface LogIds {
  readonly request_id: string;
  /** Trace id of the request, and a span id: ours if tracing is on, otherwise the caller's. */
  readonly trace_id?: string;
  readonly span_id?: string;
}

interface RequestContext {
  readonly ids: LogIds;
  /** Trace headers for requests to other services. */
  readonly trace_headers: Readonly<Record<string, string>>;
}

/** Returns the caller's X-Request-Id if it is safe to log, otherwise a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Returns the ids of the current request or job, for log lines below the controller. */
export function currentIds(): Partial<LogIds> | undefined {
  const ids = context.getStore()?.ids;
  const span = activeSpan();
  return span ? { ...ids, ...traceIdsOf(span) } : ids;
}

/** Returns headers that make an outgoing request part of the trace; empty if there is no trace. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const span = activeSpan();
  return span ? headersOf(span) : (context.getStore()?.trace_headers ?? {});
}

/** Returns the ids of a request: its id, and its trace if there is one. */
export function idsOf(request: Pick<FastifyRequest, 'id' | 'headers' | 'span'>): LogIds {
  const { id, span } = request;
  if (span) return { request_id: id, ...traceIdsOf(span) };
  const caller = callerOf(request);
  return caller ? { request_id: id, trace_id: caller.trace_id, span_id: caller.span_id } : { request_id: id };
}

/** Returns the caller's position in its trace, from the W3C Trace Context headers; null if there is none. */
export function callerOf({ headers }: Pick<FastifyRequest, 'headers'>): Caller | null {
  const { traceparent, tracestate } = headers as Record<string, string | undefined>;
  const isShort = traceparent !== undefined && traceparent.length <= TRACEPARENT_MAX_CHARACTERS;
  const [, trace_id, span_id, flags] = isShort ? (TRACEPARENT.exec(traceparent) ?? []) : [];
  if (trace_id === undefined || span_id === undefined || flags === undefined) return null;
  const isKept = tracestate !== undefined && tracestate.length <= TRACESTATE_MAX_CHARACTERS;
  return { trace_id, span_id, flags: Number.parseInt(flags, 16), tracestate: isKept ? tracestate : null };
}

function traceIdsOf(span: Span): Required<Pick<LogIds, 'trace_id' | 'span_id'>> {
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}

function contextOf(request: FastifyRequest): RequestContext {
  const ids = idsOf(request);
  const caller = callerOf(request);
  if (!caller) return { ids, trace_headers: {} };
  const { traceparent } = request.headers as Record<string, string>;
  const { tracestate } = caller;
  return { ids, trace_headers: { traceparent: String(traceparent), ...(tracestate !== null && { tracestate }) } };
}

/** Adds the request id to every response and makes it available while the request is served. */
export function registerRequestContext(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    context.run(contextOf(request), done);
  });
  // a body arrives in the async context of the socket, which does not have the id
  fastify.addHook('preValidation', (request, _reply, done) => context.run(contextOf(request), done));
}

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

/** What a request is known by in the log. */
interface LogIds {
  readonly request_id: string;
  /** The trace that the request belongs to, and a span in it: ours where we make traces, else the caller's. */
  readonly trace_id?: string;
  readonly span_id?: string;
}

interface RequestContext {
  readonly ids: LogIds;
  /** To be passed on to whoever is called for the request. */
  readonly trace_headers: Readonly<Record<string, string>>;
}

/** The caller's X-Request-Id where it is harmless to log, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** What the work that goes on is known by, for log lines written far below the controller. */
export function currentIds(): Partial<LogIds> | undefined {
  const ids = context.getStore()?.ids;
  const span = activeSpan();
  return span ? { ...ids, ...traceIdsOf(span) } : ids;
}

/** Headers that make a call part of the trace; none when there is no trace. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const span = activeSpan();
  return span ? headersOf(span) : (context.getStore()?.trace_headers ?? {});
}

/** What a request is known by: its id, and its trace where there is one. */
export function idsOf(request: Pick<FastifyRequest, 'id' | 'headers' | 'span'>): LogIds {
  const { id, span } = request;
  if (span) return { request_id: id, ...traceIdsOf(span) };
  const caller = callerOf(request);
  return caller ? { request_id: id, trace_id: caller.trace_id, span_id: caller.span_id } : { request_id: id };
}

/** Where the caller stands in a trace of its own, as the headers of W3C say it. */
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

/** Answers every request with its id, and keeps the id at hand while the request is served. */
export function registerRequestContext(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    context.run(contextOf(request), done);
  });
  // a body arrives on the socket's own async context, where the id is not known any more
  fastify.addHook('preValidation', (request, _reply, done) => context.run(contextOf(request), done));
}

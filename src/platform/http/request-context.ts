import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
const context = new AsyncLocalStorage<RequestContext>();

/** W3C Trace Context: version, trace, span of the caller, flags. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
const TRACEPARENT_MAX_CHARACTERS = 128;
const TRACESTATE_MAX_CHARACTERS = 512;

/** What a request is known by in the log. */
interface LogIds {
  readonly request_id: string;
  /** The trace that the request belongs to, and the caller's span in it. */
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

/** What the request being served is known by, for log lines written far below the controller. */
export function currentIds(): LogIds | undefined {
  return context.getStore()?.ids;
}

/** Headers that make a call part of the caller's trace; none when there is no trace. */
export function traceHeaders(): Readonly<Record<string, string>> {
  return context.getStore()?.trace_headers ?? {};
}

/** What a request is known by: its id, and its trace where the caller has one. */
export function idsOf({ id, headers: { traceparent } }: Pick<FastifyRequest, 'id' | 'headers'>): LogIds {
  const isShort = typeof traceparent === 'string' && traceparent.length <= TRACEPARENT_MAX_CHARACTERS;
  const [, trace_id, span_id] = isShort ? (TRACEPARENT.exec(traceparent) ?? []) : [];
  return trace_id === undefined || span_id === undefined ? { request_id: id } : { request_id: id, trace_id, span_id };
}

function contextOf(request: FastifyRequest): RequestContext {
  const ids = idsOf(request);
  if (ids.trace_id === undefined) return { ids, trace_headers: {} };
  const { traceparent, tracestate } = request.headers as Record<string, string>;
  const isKept = tracestate !== undefined && tracestate.length <= TRACESTATE_MAX_CHARACTERS;
  return { ids, trace_headers: { traceparent: String(traceparent), ...(isKept && { tracestate }) } };
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

import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
// types only: the packages are loaded only if tracing is on
import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import { DomainError } from '../errors.js';

/** Options of a span. */
export interface SpanOrder {
  kind?: Kind;
  attributes?: Attributes;
  /** Parent of the span: by default the active span; null starts a new trace. */
  parent?: Span | SpanContext | null;
  /** Other spans that the work is done for. */
  links?: readonly Span[];
}

/** The caller's position in its trace. */
export interface Caller {
  trace_id: string;
  span_id: string;
  /** Trace flags; the lowest bit means that the caller's trace is sampled. */
  flags: number;
  tracestate: string | null;
}

/** Creates and exports spans (`otlp.ts`). A span with an `error.type` ends as an error. */
export interface SpanSource {
  start(name: string, order: { kind: Kind; attributes: Attributes; parent: SpanContext | null }): Span;
  /** Parses a W3C `tracestate` header. */
  stateOf(tracestate: string): SpanContext['traceState'];
  /** Exports the ended spans. */
  flush(): Promise<void>;
}

/** Whether the work is internal, for a caller, or a request to another service. */
type Kind = 'internal' | 'server' | 'client';
/** Shorter than the time left after the shutdown grace. */
const LAST_FLUSH_MAX_MS = 2_000;

const active = new AsyncLocalStorage<Span>();

/**
 * OpenTelemetry traces. Off unless an endpoint is configured; then no spans are created. Attributes never contain
 * users, keys, addresses or prompts: see docs/operations.md.
 */
@Injectable()
export class Tracing implements OnApplicationShutdown {
  constructor(private readonly source: SpanSource | null) {}

  /** Whether tracing is on. */
  get is_on(): boolean {
    return this.source !== null;
  }

  /** Starts a span, which the caller ends; undefined if tracing is off. */
  start(name: string, { kind = 'internal', attributes = {}, parent, links = [] }: SpanOrder = {}): Span | undefined {
    if (this.source === null) return undefined;
    const above = parent === undefined ? active.getStore() : parent;
    const context = above && 'spanContext' in above ? above.spanContext() : (above ?? null);
    const span = this.source.start(name, { kind, attributes, parent: context });
    for (const link of links) span.addLink({ context: link.spanContext() });
    return span;
  }

  /** Runs work in a span that ends with its promise; an exception marks the span as failed. */
  async during<T>(name: string, order: SpanOrder, work: (span: Span | undefined) => Promise<T>): Promise<T> {
    const span = this.start(name, order);
    if (span === undefined) return work(undefined);
    try {
      return await active.run(span, () => work(span));
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  /** Returns the caller's context as the parent of a span. */
  callerOf({ trace_id, span_id, flags, tracestate }: Caller): SpanContext {
    const traceState = tracestate === null ? undefined : this.source?.stateOf(tracestate);
    const known = { traceId: trace_id, spanId: span_id, traceFlags: flags, isRemote: true };
    return traceState ? { ...known, traceState } : known;
  }

  /** Exports the spans that have ended, waiting at most two seconds for the collector. */
  async flush(): Promise<void> {
    if (this.source === null) return;
    const impatience = new AbortController();
    const enough = sleep(LAST_FLUSH_MAX_MS, undefined, { signal: impatience.signal }).catch(() => undefined); // aborted
    await Promise.race([this.source.flush().finally(() => impatience.abort()), enough]);
  }

  /** Runs after everything that creates spans has ended. */
  onApplicationShutdown(): Promise<void> {
    return this.flush();
  }
}

/** Runs work with the span as the active span, if there is one. */
export const within = <T>(span: Span | undefined, work: () => T): T =>
  span === undefined ? work() : active.run(span, work);

/** Returns the active span. */
export const activeSpan = (): Span | undefined => active.getStore();

/**
 * Marks a span as failed with a code or the name of an error; messages can contain personal data. The span ends as an
 * error.
 */
export function markFailed(span: Span | undefined, error: unknown): void {
  span?.setAttribute('error.type', typeof error === 'string' ? error : typeOf(error));
}

function typeOf(error: unknown): string {
  if (error instanceof DomainError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

/** Returns the W3C Trace Context headers of a span for outgoing requests. */
export function headersOf(span: Span): Record<string, string> {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const tracestate = traceState?.serialize() ?? '';
  const flags = traceFlags.toString(16).padStart(2, '0');
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, ...(tracestate !== '' && { tracestate }) };
}

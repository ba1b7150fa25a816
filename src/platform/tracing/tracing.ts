import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
// types alone: the packages are loaded only when traces are made
import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import { DomainError } from '../errors.js';

/** A piece of work in a trace. */
export interface SpanOrder {
  kind?: Kind;
  attributes?: Attributes;
  /** What it is a part of: by default the work that goes on; null makes a trace of its own. */
  parent?: Span | SpanContext | null;
  /** Other work that it is done for. */
  links?: readonly Span[];
}

/** Where a caller stands in a trace of its own. */
export interface Caller {
  trace_id: string;
  span_id: string;
  /** Bits, of which the first says whether the caller's trace is kept. */
  flags: number;
  tracestate: string | null;
}

/** What makes spans and sends them (`otlp.ts`). One that has an `error.type` ends as an error. */
export interface SpanSource {
  start(name: string, order: { kind: Kind; attributes: Attributes; parent: SpanContext | null }): Span;
  /** The state of a trace as W3C's `tracestate` has it. */
  stateOf(tracestate: string): SpanContext['traceState'];
  /** Sends what has ended, as far as somebody takes it. */
  flush(): Promise<void>;
}

/** Whether it is done here, for a caller, or by asking another service. */
type Kind = 'internal' | 'server' | 'client';
/** Within what is left of the process after its grace. */
const LAST_FLUSH_MAX_MS = 2_000;

const active = new AsyncLocalStorage<Span>();

/**
 * Traces in the terms of OpenTelemetry. Off unless the configuration says where they go: then there are no spans, and
 * nothing is done. No attribute names a person, a key, an address or what was asked: see docs/operations.md.
 */
@Injectable()
export class Tracing implements OnApplicationShutdown {
  constructor(private readonly source: SpanSource | null) {}

  /** Whether there are traces at all. */
  get is_on(): boolean {
    return this.source !== null;
  }

  /** Begins a piece of work, which its caller ends; undefined when there are no traces. */
  start(name: string, { kind = 'internal', attributes = {}, parent, links = [] }: SpanOrder = {}): Span | undefined {
    if (this.source === null) return undefined;
    const above = parent === undefined ? active.getStore() : parent;
    const context = above && 'spanContext' in above ? above.spanContext() : (above ?? null);
    const span = this.source.start(name, { kind, attributes, parent: context });
    for (const link of links) span.addLink({ context: link.spanContext() });
    return span;
  }

  /** Does a piece of work, which ends with its promise; one that throws has failed. */
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

  /** The caller as the parent of a span. */
  callerOf({ trace_id, span_id, flags, tracestate }: Caller): SpanContext {
    const traceState = tracestate === null ? undefined : this.source?.stateOf(tracestate);
    const known = { traceId: trace_id, spanId: span_id, traceFlags: flags, isRemote: true };
    return traceState ? { ...known, traceState } : known;
  }

  /** Sends what has ended so far. A collector that takes nothing is not waited for longer than two seconds. */
  async flush(): Promise<void> {
    if (this.source === null) return;
    const impatience = new AbortController();
    const enough = sleep(LAST_FLUSH_MAX_MS, undefined, { signal: impatience.signal }).catch(() => undefined);
    await Promise.race([this.source.flush().finally(() => impatience.abort()), enough]);
  }

  /** By then everything that makes spans has ended. */
  onApplicationShutdown(): Promise<void> {
    return this.flush();
  }
}

/** Does work as a part of the span, where there is one. */
export const within = <T>(span: Span | undefined, work: () => T): T =>
  span === undefined ? work() : active.run(span, work);

/** The span of the work that goes on. */
export const activeSpan = (): Span | undefined => active.getStore();

/** Says that the work of a span failed: by a code, or the name of an error, for messages may name people. It ends as an error. */
export function markFailed(span: Span | undefined, error: unknown): void {
  span?.setAttribute('error.type', typeof error === 'string' ? error : typeOf(error));
}

function typeOf(error: unknown): string {
  if (error instanceof DomainError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

/** What W3C's headers say of a span, for whoever is called as a part of its work. */
export function headersOf(span: Span): Record<string, string> {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const tracestate = traceState?.serialize() ?? '';
  const flags = traceFlags.toString(16).padStart(2, '0');
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, ...(tracestate !== '' && { tracestate }) };
}

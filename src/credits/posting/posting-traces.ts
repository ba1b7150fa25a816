import { Injectable } from '@nestjs/common';
import type { Span } from '@opentelemetry/api';
import { markFailed, Tracing } from '../../platform/tracing/tracing.js';
import { DomainError } from '../../platform/errors.js';
import type { Group } from './group.js';
import type { Posting } from './posting.js';

/**
 * Traces postings, from the moment they are queued, and the batches and transactions that post them. A batch serves
 * many requests: its span belongs to the trace of the first one and is linked to the others. Does nothing when tracing
 * is off.
 */
@Injectable()
export class PostingTraces {
  private readonly spans = new WeakMap<Posting, Span>();

  constructor(private readonly tracing: Tracing) {}

  taken(posting: Posting): void {
    if (!this.tracing.is_on) return;
    const span = this.tracing.start(`post ${posting.kind}`, { attributes: { 'tollgate.posting.kind': posting.kind } });
    if (span) this.spans.set(posting, span);
  }

  /** Ends the posting's span. A refusal is a normal outcome; any other error marks the span as failed. */
  ended(posting: Posting, error?: unknown): void {
    if (!this.tracing.is_on) return;
    const span = this.spans.get(posting);
    if (error instanceof DomainError) span?.setAttribute('tollgate.refusal', error.code);
    else if (error !== undefined) markFailed(span, error);
    span?.end();
  }

  batch<T>(groups: readonly Group[], work: () => Promise<T>): Promise<T> {
    if (!this.tracing.is_on) return work();
    const postings = groups.flatMap(({ steps }) => steps.map(({ posting }) => posting));
    return this.together('post batch', postings, { 'tollgate.batch.accounts': groups.length }, work);
  }

  locked<T>(postings: readonly Posting[], work: () => Promise<T>): Promise<T> {
    return this.tracing.is_on ? this.together('post under lock', postings, {}, work) : work();
  }

  private together<T>(
    name: string,
    postings: readonly Posting[],
    more: Record<string, number>,
    work: () => Promise<T>,
  ): Promise<T> {
    const spans = postings.flatMap((posting) => this.spans.get(posting) ?? []);
    const attributes = { 'tollgate.batch.size': postings.length, ...more };
    // the parent must be a sampled span, or the batch would be missing from every trace
    const first = spans.find((span) => span.isRecording()) ?? spans[0] ?? null;
    const others = spans.filter((span) => span !== first && span.isRecording());
    return this.tracing.during(name, { attributes, parent: first, links: others }, (span) => {
      if (span) for (const other of others) other.addLink({ context: span.spanContext() });
      return work();
    });
  }
}

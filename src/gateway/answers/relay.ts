import { PassThrough, type Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import type { CompletionPath } from '../../openrouter/completions.client.js';
import { DomainError } from '../../platform/errors.js';
import type { AnswerFacts } from './answer-facts.js';
import { KEPT_ANSWER_MAX_CHARACTERS } from '../calls/call-keys.js';
import type { Settled } from '../calls/open-calls.js';
import { StreamReader } from './stream-reader.js';
import { eventsWithCost, type AnswerCost } from './usage-cost.js';

/** Callbacks and options for relaying the stream of a call. */
export interface StreamCallbacks {
  /** The API that the client uses. */
  path: CompletionPath;
  /** Number of answers that the call asked for. */
  choices: number;
  /**
   * Returns the cost that usages in the stream show, given null before the call is settled. Undefined leaves them
   * unchanged.
   */
  costOf: ((settled: Settled | null) => AnswerCost) | undefined;
  /** Whether to add a comment with cost and balance. */
  comments: boolean;
  /** Whether to collect the text of the stream for `settle`. */
  keeps_text: boolean;
  /** Stores the provider's id of the call, before any text that contains it is passed on. */
  identify: (generation_id: string) => Promise<void>;
  /**
   * Called when the stream ended or broke off, with its text up to the end marker if it was collected and is not too
   * long.
   */
  settle: (facts: AnswerFacts, text: string | null) => Promise<Settled | null>;
}

/** Why an answer ended early. */
type Reason = Pick<DomainError, 'code' | 'message'>;

/** Limit of the text buffered while the id of a call is being stored, which takes about a millisecond. */
const KEPT_MAX_CHARACTERS = 64 * 1024;
/**
 * How long a stream is still read after the client disconnected. If it ends in that time, its usage is known exactly.
 */
const DRAIN_MAX_MS = 5_000;
/** A client that reads nothing for this long counts as disconnected. */
const STALL_MAX_MS = 120_000;
const LOG = new Logger('gateway');
const BROKEN_OFF = { message: 'The provider ended the answer early.', code: 'provider_broke_off' };

/**
 * Relays a stream of events as it arrives, with backpressure. The call is settled before the end marker is sent, so
 * that a comment can show cost and balance. `abort` cancels the request to the provider.
 */
export function relay(source: Readable, callbacks: StreamCallbacks, abort: () => void): Readable {
  const sink = new PassThrough();
  sink.on('error', () => undefined);
  let isOver = false;
  let draining: NodeJS.Timeout | undefined;
  sink.once('close', () => {
    if (!isOver) draining = setTimeout(abort, DRAIN_MAX_MS).unref();
  });
  void pump(source, sink, callbacks)
    .catch((error: unknown) => {
      LOG.error(error);
      sink.destroy();
    })
    .finally(() => {
      isOver = true;
      clearTimeout(draining);
    });
  return sink;
}

async function pump(source: Readable, sink: PassThrough, callbacks: StreamCallbacks): Promise<void> {
  const reader = new StreamReader(callbacks.choices, callbacks.costOf !== undefined);
  const { facts } = reader;
  const outlet = new GatedWriter(sink);
  const withoutCost = callbacks.costOf?.(null);
  const passed = (text: string): string => (withoutCost ? eventsWithCost(text, withoutCost) : text);
  let isNoted = false;
  let kept = callbacks.keeps_text ? '' : null;
  let reason: Reason = BROKEN_OFF;
  try {
    for await (const bytes of source.iterator({ destroyOnReturn: false })) {
      const text = passed(reader.push(bytes as Buffer));
      if (!isNoted && facts.generation_id !== null) {
        outlet.pauseUntil(callbacks.identify(facts.generation_id));
        isNoted = true;
      }
      kept = kept === null || kept.length > KEPT_ANSWER_MAX_CHARACTERS ? null : kept + text;
      await outlet.write(text);
      if (reader.is_done) break;
    }
    source.resume(); // drain it, so that the connection can be reused
    await outlet.write(passed(reader.end()));
    facts.end();
  } catch (error) {
    // broken off by the provider or by us: settle with what is known so far
    if (error instanceof DomainError) reason = error;
    // after the client disconnected the stream is broken off on purpose
    else if (!sink.destroyed) LOG.warn(error);
  }
  await finish(sink, reader, callbacks, { kept, opened: outlet.resumed, reason });
  sink.end();
}

/**
 * Settles the call and sends the end of the stream: the usage held back, the cost comment, and the end marker or an
 * error.
 */
async function finish(
  sink: PassThrough,
  { facts, held, is_done, has_ended }: StreamReader,
  { path, costOf, comments, settle }: StreamCallbacks,
  { kept, opened, reason }: { kept: string | null; opened: Promise<void>; reason: Reason },
): Promise<void> {
  const [settled] = await Promise.all([settle(facts, kept === null ? null : kept + held), opened]);
  if (costOf) await write(sink, eventsWithCost(held, costOf(settled)));
  if (settled && comments) await write(sink, `: cost ${settled.cost} balance ${settled.balance}\n\n`);
  if (!is_done && !has_ended && facts.error === null) await write(sink, brokenOff(path, reason));
  if (is_done) await write(sink, 'data: [DONE]\n\n');
}

/** Returns the event that reports an early end, in the error format of the client's API. */
function brokenOff(path: CompletionPath, { message, code }: Reason): string {
  const error = (event: object): string => `event: error\ndata: ${JSON.stringify({ type: 'error', ...event })}\n\n`;
  if (path === '/messages') return error({ error: { type: 'api_error', message } });
  if (path === '/responses') return error({ code, message, param: null });
  return `data: ${JSON.stringify({ error: { message, type: 'server_error', code } })}\n\n`;
}

/** Writes text to the client. While closed it buffers, so that reading from the provider continues. */
class GatedWriter {
  /** Resolves when all buffered text has been written. */
  resumed = Promise.resolve();
  private buffered: string | null = null;

  constructor(private readonly sink: PassThrough) {}

  /** Buffers until `done` resolves. `done` must not reject. */
  pauseUntil(done: Promise<void>): void {
    this.buffered = '';
    this.resumed = done.then(() => {
      const text = this.buffered ?? '';
      this.buffered = null;
      return write(this.sink, text);
    });
  }

  async write(text: string): Promise<void> {
    if (this.buffered === null) return write(this.sink, text);
    this.buffered += text;
    if (this.buffered.length > KEPT_MAX_CHARACTERS) await this.resumed;
  }
}

/** Writes with backpressure; resolves when the client has caught up or disconnected. */
async function write(sink: PassThrough, text: string): Promise<void> {
  if (text === '' || sink.destroyed || sink.write(text)) return;
  const stalled = setTimeout(() => sink.destroy(), STALL_MAX_MS);
  await new Promise<void>((resolve) => {
    const done = (): void => {
      sink.off('drain', done).off('close', done);
      resolve();
    };
    sink.on('drain', done).on('close', done);
  });
  clearTimeout(stalled);
}

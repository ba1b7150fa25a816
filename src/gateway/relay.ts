import { PassThrough, type Readable } from 'node:stream';
import type { CompletionPath } from '../openrouter/completions.client.js';
import { DomainError } from '../platform/errors.js';
import type { AnswerFacts } from './answer-facts.js';
import { KEPT_ANSWER_MAX_CHARACTERS } from './call-keys.js';
import type { Settled } from './open-calls.js';
import { StreamReader } from './stream-reader.js';
import { eventsWithCost, type ToldCost } from './usage-cost.js';

/** What is done about the call while and after its stream is passed on. */
export interface Keeper {
  /** The interface that the client speaks. */
  path: CompletionPath;
  /** How many answers were asked for. */
  choices: number;
  /** What usages of the stream tell of costs, null while the call is not settled; undefined leaves them as they are. */
  costOf: ((settled: Settled | null) => ToldCost) | undefined;
  /** Whether a comment tells cost and balance. */
  comments: boolean;
  /** Whether the text of the stream is wanted at its end. */
  keeps_text: boolean;
  /** The provider's id of the call, before anything with it is passed on. */
  identify: (generation_id: string) => Promise<void>;
  /** The stream is over, or broke off. Its text up to the mark of the end, where it is kept and not too long. */
  settle: (facts: AnswerFacts, text: string | null) => Promise<Settled | null>;
}

/** Why an answer ended before its end. */
type Reason = Pick<DomainError, 'code' | 'message'>;

/** What is kept while the id of a call is written down, which takes a millisecond. */
const KEPT_MAX_CHARACTERS = 64 * 1024;
/** How long a stream is read on after the client went away: what was made until its end is known exactly then. */
const DRAIN_MAX_MS = 5_000;
/** A client that takes nothing for so long has gone, whatever its connection says. */
const STALL_MAX_MS = 120_000;
const BROKEN_OFF = { message: 'The provider broke the answer off.', code: 'provider_broke_off' };

/**
 * Passes a stream of events on as it comes, and only as fast as it is taken. Before the mark of the end the call is
 * settled, so that a comment can tell cost and balance. `abort` ends the provider's answer.
 */
export function relay(source: Readable, keeper: Keeper, abort: () => void): Readable {
  const sink = new PassThrough();
  sink.on('error', () => undefined);
  let isOver = false;
  let draining: NodeJS.Timeout | undefined;
  sink.once('close', () => {
    if (!isOver) draining = setTimeout(abort, DRAIN_MAX_MS).unref();
  });
  void pump(source, sink, keeper).finally(() => {
    isOver = true;
    clearTimeout(draining);
  });
  return sink;
}

async function pump(source: Readable, sink: PassThrough, keeper: Keeper): Promise<void> {
  const reader = new StreamReader(keeper.choices, keeper.costOf !== undefined);
  const { facts } = reader;
  const outlet = new Outlet(sink);
  const untold = keeper.costOf?.(null);
  const passed = (text: string): string => (untold ? eventsWithCost(text, untold) : text);
  let isNoted = false;
  let kept = keeper.keeps_text ? '' : null;
  let reason: Reason = BROKEN_OFF;
  try {
    for await (const bytes of source.iterator({ destroyOnReturn: false })) {
      const text = passed(reader.take(bytes as Buffer));
      if (!isNoted && facts.generation_id !== null) {
        outlet.closeUntil(keeper.identify(facts.generation_id));
        isNoted = true;
      }
      kept = kept === null || kept.length > KEPT_ANSWER_MAX_CHARACTERS ? null : kept + text;
      await outlet.write(text);
      if (reader.is_done) break;
    }
    source.resume(); // to its very end, so that the connection can be used again
    await outlet.write(passed(reader.end()));
    facts.end();
  } catch (error) {
    // cut off by the provider, or by us: what is known so far decides
    if (error instanceof DomainError) reason = error;
  }
  await finish(sink, reader, keeper, { kept, opened: outlet.opened, reason });
  sink.end();
}

/** Settles the call and tells the client its end: the usage that was held, what it cost, the mark or what went wrong. */
async function finish(
  sink: PassThrough,
  { facts, held, is_done, has_ended }: StreamReader,
  { path, costOf, comments, settle }: Keeper,
  { kept, opened, reason }: { kept: string | null; opened: Promise<void>; reason: Reason },
): Promise<void> {
  const [settled] = await Promise.all([settle(facts, kept === null ? null : kept + held), opened]);
  if (costOf) await write(sink, eventsWithCost(held, costOf(settled)));
  if (settled && comments) await write(sink, `: cost ${settled.cost} balance ${settled.balance}\n\n`);
  if (!is_done && !has_ended && facts.error === null) await write(sink, brokenOff(path, reason));
  if (is_done) await write(sink, 'data: [DONE]\n\n');
}

/** The event that tells the client that no more comes, as its interface tells errors. */
function brokenOff(path: CompletionPath, { message, code }: Reason): string {
  const error = (event: object): string => `event: error\ndata: ${JSON.stringify({ type: 'error', ...event })}\n\n`;
  if (path === '/messages') return error({ error: { type: 'api_error', message } });
  if (path === '/responses') return error({ code, message, param: null });
  return `data: ${JSON.stringify({ error: { message, type: 'server_error', code } })}\n\n`;
}

/** Where text goes on to the client. While it is closed the text is kept, so that reading goes on in the meantime. */
class Outlet {
  /** Resolves when everything that was kept is on its way. */
  opened = Promise.resolve();
  private kept: string | null = null;

  constructor(private readonly sink: PassThrough) {}

  /** Lets nothing out before that is done, which never fails. */
  closeUntil(done: Promise<void>): void {
    this.kept = '';
    this.opened = done.then(() => {
      const text = this.kept ?? '';
      this.kept = null;
      return write(this.sink, text);
    });
  }

  async write(text: string): Promise<void> {
    if (this.kept === null) return write(this.sink, text);
    this.kept += text;
    if (this.kept.length > KEPT_MAX_CHARACTERS) await this.opened;
  }
}

/** Waits until the client has taken enough, or is gone. */
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

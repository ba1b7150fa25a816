import { StringDecoder } from 'node:string_decoder';
import { AnswerFacts } from './answer-facts.js';
import { isLastEvent } from './told.js';

const DONE = /^data: ?\[DONE\]\s*$/;
const DATA = 'data:';
/** A line that does not end is no event of any provider. */
const LINE_MAX_CHARACTERS = 16 * 1024 * 1024;

/** An end of an answer, an error or a count of what was used: rare, and each says something new. */
const TELLING = /"usage"|"error"|"finish_reason"\s*:\s*"|"message_stop"|"response\.(completed|incomplete|failed)"/;

/**
 * Reads along in a stream of events: takes its bytes as they come and gives back what can be passed on, whole lines up to
 * the mark of the end. Only what may say something new is parsed.
 */
export class StreamReader {
  readonly facts: AnswerFacts;
  /** Whether the mark of the end came; it is not passed on, for a comment goes before it. */
  is_done = false;
  /** Whether an event came after which none comes; it was passed on. */
  has_ended = false;

  /** The lines from the usage of the call on, where they are held until the call is settled. */
  held = '';

  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  /** How lines name the model that was named last. */
  private sameModel = '';

  /** `choices` is how many answers were asked for; `holds` keeps the usage of the call back, and what follows it. */
  constructor(
    choices = 1,
    private readonly holds = false,
  ) {
    this.facts = new AnswerFacts(choices);
  }

  /**
   * What of the stream can be passed on.
   * @throws Error when the bytes are no stream of events
   */
  take(bytes: Buffer): string {
    const text = this.rest + this.decoder.write(bytes);
    const end = text.lastIndexOf('\n') + 1;
    this.rest = text.slice(end);
    if (this.rest.length > LINE_MAX_CHARACTERS) throw new Error('a line of the stream does not end');
    let heldFrom = this.isHolding ? 0 : null;
    for (let from = 0; from < end; from = text.indexOf('\n', from) + 1) {
      this.read(text.slice(from, text.indexOf('\n', from) + 1));
      if (this.is_done) return this.split(text.slice(0, from), heldFrom);
      if (this.isHolding) heldFrom ??= from;
    }
    return this.split(text.slice(0, end), heldFrom);
  }

  private get isHolding(): boolean {
    return this.holds && this.facts.is_whole_usage;
  }

  private split(text: string, heldFrom: number | null): string {
    if (heldFrom === null) return text;
    this.held += text.slice(heldFrom);
    return text.slice(0, heldFrom);
  }

  /** What is left when the stream has ended, in the middle of a line perhaps. */
  end(): string {
    return this.rest === '' || this.is_done ? '' : this.take(Buffer.from('\n'));
  }

  private read(line: string): void {
    if (!line.startsWith(DATA)) return;
    if (DONE.test(line)) {
      this.is_done = true;
      this.facts.complete();
    } else if (this.isTelling(line)) {
      const event = parsed(line.slice(DATA.length));
      this.facts.learn(event);
      if (isLastEvent((event as { type?: unknown } | null)?.type)) this.has_ended = true;
      this.sameModel = `"model":${JSON.stringify(this.facts.model)}`;
    }
  }

  private isTelling(line: string): boolean {
    const { generation_id, has_content } = this.facts;
    return generation_id === null || !has_content || !line.includes(this.sameModel) || TELLING.test(line);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null; // the client may make more of it
  }
}

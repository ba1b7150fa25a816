import { StringDecoder } from 'node:string_decoder';
import { parsedOrNull } from '../../platform/values/json-text.js';
import { AnswerFacts } from './answer-facts.js';
import { isLastEvent } from './answer-parts.js';

const DONE = /^data: ?\[DONE\]\s*$/;
const DATA = 'data:';
/** No provider sends longer lines; this bounds the memory that a stream without line ends can take. */
const LINE_MAX_CHARACTERS = 16 * 1024 * 1024;

/** Lines with a finish reason, an error or a usage. They are rare and always have to be parsed. */
const RELEVANT = /"usage"|"error"|"finish_reason"\s*:\s*"|"message_stop"|"response\.(completed|incomplete|failed)"/;

/**
 * Reads server-sent events while they are passed on: takes bytes, returns complete lines up to the end marker, and
 * extracts id, model, usage and error. Only lines that can contain something new are parsed.
 */
export class StreamReader {
  readonly facts: AnswerFacts;
  /** Whether the end marker arrived. It is not returned, because a comment is inserted before it. */
  is_done = false;
  /** Whether the API's final event arrived. It was passed on. */
  has_ended = false;

  /** The lines from the call's usage onwards, held back until the call is settled. */
  held = '';

  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  /** The latest model as lines spell it, to recognise lines that name the same one. */
  private sameModel = '';

  /**
   * @param choices number of answers that the call asked for
   * @param holds whether to hold back the call's usage and everything after it
   */
  constructor(
    choices = 1,
    private readonly holds = false,
  ) {
    this.facts = new AnswerFacts(choices);
  }

  /**
   * Takes the next bytes and returns the text that can be passed on.
   * @throws Error when the bytes are not a stream of events
   */
  push(bytes: Buffer): string {
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

  /** Returns the rest of a stream that has ended, perhaps in the middle of a line. */
  end(): string {
    return this.rest === '' || this.is_done ? '' : this.push(Buffer.from('\n'));
  }

  private read(line: string): void {
    if (!line.startsWith(DATA)) return;
    if (DONE.test(line)) {
      this.is_done = true;
      this.facts.complete();
    } else if (this.isRelevant(line)) {
      const event = parsedOrNull(line.slice(DATA.length));
      this.facts.read(event);
      if (isLastEvent((event as { type?: unknown } | null)?.type)) this.has_ended = true;
      this.sameModel = `"model":${JSON.stringify(this.facts.model)}`;
    }
  }

  private isRelevant(line: string): boolean {
    const { generation_id, has_content } = this.facts;
    return generation_id === null || !has_content || !line.includes(this.sameModel) || RELEVANT.test(line);
  }
}

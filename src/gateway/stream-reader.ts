import { StringDecoder } from 'node:string_decoder';
import { readUsage, type UpstreamUsage } from '../openrouter/upstream-usage.js';

const DONE = /^data: ?\[DONE\]\s*$/;
const DATA = 'data:';
/** A line that does not end is no event of any provider. */
const LINE_MAX_CHARACTERS = 16 * 1024 * 1024;

interface Chunk {
  id?: unknown;
  model?: unknown;
  usage?: unknown;
  error?: unknown;
}

/**
 * Reads along in a stream of events: takes its bytes as they come and gives back what can be passed on, whole lines up to
 * the mark of the end. Only what may say something new is parsed.
 */
export class StreamReader {
  generation_id: string | null = null;
  model: string | null = null;
  /** The last usage that was told. */
  usage: UpstreamUsage | null = null;
  /** Whether the provider broke off with an error. */
  has_failed = false;
  /** Whether the mark of the end came; it is not passed on, for a comment goes before it. */
  is_done = false;

  private readonly decoder = new StringDecoder('utf8');
  private rest = '';

  /**
   * What of the stream can be passed on.
   * @throws Error when the bytes are no stream of events
   */
  take(bytes: Buffer): string {
    const text = this.rest + this.decoder.write(bytes);
    const end = text.lastIndexOf('\n') + 1;
    this.rest = text.slice(end);
    if (this.rest.length > LINE_MAX_CHARACTERS) throw new Error('a line of the stream does not end');
    for (let from = 0; from < end; from = text.indexOf('\n', from) + 1) {
      this.read(text.slice(from, text.indexOf('\n', from) + 1));
      if (this.is_done) return text.slice(0, from);
    }
    return text.slice(0, end);
  }

  /** What is left when the stream has ended, in the middle of a line perhaps. */
  end(): string {
    return this.rest === '' || this.is_done ? '' : this.take(Buffer.from('\n'));
  }

  private read(line: string): void {
    if (!line.startsWith(DATA)) return;
    if (DONE.test(line)) this.is_done = true;
    else if (this.generation_id === null || line.includes('"usage"') || line.includes('"error"')) this.learn(line);
  }

  private learn(line: string): void {
    const { id, model, usage, error } = parsed(line.slice(DATA.length));
    if (typeof id === 'string' && id !== '' && id.length <= 255) this.generation_id ??= id;
    if (typeof model === 'string') this.model ??= model;
    if (usage) this.usage = readUsage(usage) ?? this.usage;
    if (error) this.has_failed = true;
  }
}

function parsed(text: string): Chunk {
  try {
    return (JSON.parse(text) ?? {}) as Chunk;
  } catch {
    return {}; // the client may make more of it
  }
}

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Behaviour, refusal } from './behaviour.ts';

/** A call as the stand-in received it. */
export interface RecordedCall {
  method: string;
  path: string;
  /** The bearer token; null without one. */
  api_key: string | null;
  headers: IncomingMessage['headers'];
  /** Parsed JSON; null without a body. */
  body: Record<string, unknown> | null;
  /** The body as sent. */
  text: string;
  status: number;
  /** Tokens sent. */
  tokens_sent: number;
  /** How it ended: `aborted` by the caller, `cut` by the stand-in. */
  ended: 'running' | 'finished' | 'aborted' | 'cut';
}

/** A request and its answer. */
export class Exchange {
  readonly call: RecordedCall;
  readonly behaviour: Behaviour;
  private readonly res: ServerResponse;

  constructor(res: ServerResponse, call: RecordedCall, behaviour: Behaviour) {
    this.res = res;
    this.call = call;
    this.behaviour = behaviour;
    res.on('close', () => {
      if (call.ended === 'running') call.ended = res.writableFinished ? 'finished' : 'aborted';
    });
  }

  /** Whether the caller disconnected. */
  get isGone(): boolean {
    return this.res.destroyed || this.call.ended === 'cut';
  }

  json(status: number, body: object): void {
    this.send(status, 'application/json', JSON.stringify(body));
  }

  send(status: number, type: string, text: string): void {
    this.call.status = status;
    if (!this.res.headersSent) {
      this.res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
    }
    this.res.end(text);
  }

  /** Sets the header with the id of the call's record. */
  name(generation_id: string): void {
    this.res.setHeader('x-generation-id', generation_id);
  }

  /** Sends the headers of an unstreamed answer long before its body. */
  sendHead(): void {
    this.call.status = 200;
    this.res.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  }

  refuse(status: number, behaviour: Behaviour = {}): void {
    if (behaviour.retry_after_s !== undefined) this.res.setHeader('retry-after', String(behaviour.retry_after_s));
    this.json(status, refusal(status, behaviour));
  }

  /** Applies a behaviour that replaces the answer. @returns whether there was one */
  async misbehaves(): Promise<boolean> {
    const { gate, first_byte_ms = 0, status, garbage, hang, reset, verbatim } = this.behaviour;
    await gate;
    if (first_byte_ms > 0) await sleep(first_byte_ms);
    if (reset) this.cut();
    else if (hang) await this.untilGone();
    else if (garbage) {
      this.call.status = status ?? 502;
      this.res.writeHead(this.call.status, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');
    } else if (verbatim !== undefined) await this.sendVerbatim(verbatim);
    else if (status !== undefined) this.refuse(status, this.behaviour);
    else return false;
    return true;
  }

  private async sendVerbatim(text: string): Promise<void> {
    const { cut_verbatim, stall_verbatim, generation_id } = this.behaviour;
    const type = this.call.body?.stream === true ? 'text/event-stream' : 'application/json';
    if (generation_id !== undefined) this.name(generation_id);
    if (!cut_verbatim && !stall_verbatim) {
      this.send(200, type, text);
      return;
    }
    this.call.status = 200;
    this.res.writeHead(200, { 'content-type': type }).flushHeaders();
    await this.write(text);
    if (stall_verbatim) await this.untilGone();
    else this.cut();
  }

  startStream(): void {
    this.call.status = 200;
    this.res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  }

  /** Writes a line of a stream with backpressure. */
  async write(line: string): Promise<void> {
    if (this.isGone || this.res.write(line)) return;
    const stopped = new AbortController();
    const { signal } = stopped;
    await Promise.race([once(this.res, 'drain', { signal }), once(this.res, 'close', { signal })]);
    stopped.abort();
  }

  end(): void {
    this.res.end();
  }

  /** Cuts the connection without ending the answer, after everything written is sent. */
  cut(): void {
    this.call.ended = 'cut';
    this.res.socket?.destroySoon();
  }

  async untilGone(): Promise<void> {
    if (!this.isGone) await once(this.res, 'close');
  }
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { urlOf } from '../../support/services/listen.ts';
import type { ChatRequest } from './answers.ts';
import type { Behaviour } from './behaviour.ts';
import { MODELS } from './catalogue.ts';
import { Completions } from './completions.ts';
import { Conversations, MESSAGES, RESPONSES } from './conversations.ts';
import { Exchange, type RecordedCall } from './exchange.ts';
import { type Key, keyInfo, Keys } from './keys.ts';

const BASE = '/api/v1';
const CONTROL = '/stand-in';
const REMEMBERED_CALLS_MAX = 1_000;

/**
 * A local OpenRouter. It checks keys, answers by fixed rules, counts tokens and money, records the calls, and
 * misbehaves on request.
 */
export class OpenRouterStandIn {
  /** The latest calls, oldest first. */
  readonly calls: RecordedCall[] = [];
  readonly keys = new Keys();
  /** The default behaviour. */
  behaviour: Behaviour = {};
  private readonly completions = new Completions();
  private readonly conversations = new Conversations(this.completions.generations);
  private readonly next = new Map<string, Behaviour[]>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((req, res) => void this.serve(req, res));
    this.server.keepAliveTimeout = 60_000;
  }

  /** Listens on the loopback interface; port 0 chooses a free one. */
  static async start(port = 0): Promise<OpenRouterStandIn> {
    const standIn = new OpenRouterStandIn();
    standIn.server.listen(port, '127.0.0.1');
    await once(standIn.server, 'listening');
    return standIn;
  }

  /** The value for OPENROUTER_BASE_URL. */
  get base_url(): string {
    return urlOf(this.server) + BASE;
  }

  /** Queues a behaviour for the next call of a path, such as `/key`. */
  onNext(path: string, behaviour: Behaviour): void {
    this.next.set(path, [...(this.next.get(path) ?? []), behaviour]);
  }

  /** Resets calls and behaviours; keys stay. */
  reset(): void {
    this.calls.length = 0;
    this.behaviour = {};
    this.next.clear();
  }

  /** Stops immediately, even during calls. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://stand-in');
    try {
      const written = await text(req);
      const body = parsed(written);
      if (pathname.startsWith(CONTROL)) {
        this.control(req.method ?? '', pathname, body, res);
        return;
      }
      const path = pathname.slice(BASE.length);
      const call = this.record(req, path, written);
      const asked = (body as ChatRequest | null)?.stand_in;
      const behaviour = { ...this.behaviour, ...this.next.get(path)?.shift(), ...asked };
      await this.route(new Exchange(res, call, behaviour), searchParams);
    } catch {
      res.destroy(); // the caller disconnected while sending
    }
  }

  private async route(exchange: Exchange, query: URLSearchParams): Promise<void> {
    const { record } = exchange.behaviour;
    if (record) this.completions.generations.keep(record);
    if (await exchange.misbehaves()) return;
    const { method, path, api_key } = exchange.call;
    const key = this.keys.find(api_key);
    if (path === '/models') exchange.json(200, { data: MODELS });
    else if (!key) exchange.refuse(401);
    else if (method === 'GET') this.tell(exchange, key, query.get('id') ?? '');
    else await this.run(exchange, key);
  }

  private tell(exchange: Exchange, key: Key, id: string): void {
    const { path } = exchange.call;
    if (path === '/key') exchange.json(200, { data: keyInfo(key) });
    else if (path === '/credits' && key.is_management_key) exchange.json(200, { data: this.keys.totals() });
    else if (path === '/credits') exchange.refuse(403, { message: 'Only management keys can perform this operation' });
    else if (path === '/generation') {
      const data = this.completions.generations.find(id);
      if (data) exchange.json(200, { data });
      else exchange.refuse(404, { message: `Generation ${id} not found` });
    } else exchange.refuse(404, { message: 'Not Found' });
  }

  private async run(exchange: Exchange, key: Key): Promise<void> {
    const { path } = exchange.call;
    if (key.is_management_key) exchange.refuse(401, { message: 'Management keys cannot run models' });
    else if (key.limit !== null && key.usage >= key.limit) exchange.refuse(402);
    else if (path === '/chat/completions') await this.completions.complete('chat', exchange, key);
    else if (path === '/completions') await this.completions.complete('text', exchange, key);
    else if (path === '/responses') await this.conversations.answer(exchange, key, RESPONSES);
    else if (path === '/messages') await this.conversations.answer(exchange, key, MESSAGES);
    else if (path === '/embeddings') this.completions.embed(exchange, key);
    else exchange.refuse(404, { message: 'Not Found' });
  }

  private record(req: IncomingMessage, path: string, written: string): RecordedCall {
    const { method = '', headers } = req;
    const api_key = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? null;
    const call: RecordedCall = {
      method,
      path,
      api_key,
      headers,
      body: parsed(written),
      text: written,
      status: 0,
      tokens_sent: 0,
      ended: 'running',
    };
    this.calls.push(call);
    if (this.calls.length > REMEMBERED_CALLS_MAX) this.calls.shift();
    return call;
  }

  /** The same controls over HTTP, for a stand-in in a separate process. */
  private control(method: string, path: string, body: Record<string, unknown> | null, res: ServerResponse): void {
    if (method === 'DELETE') this.reset();
    else if (method === 'PUT' && path === `${CONTROL}/behaviour`) this.behaviour = body ?? {};
    else if (method === 'POST' && path.startsWith(`${CONTROL}/next/`)) {
      this.onNext(path.slice(`${CONTROL}/next`.length), body ?? {});
    }
    const { behaviour, calls } = this;
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ behaviour, calls }));
  }
}

function parsed(body: string): Record<string, unknown> | null {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return null;
  }
}

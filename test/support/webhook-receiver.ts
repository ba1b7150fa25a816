import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { listen } from './services/listen.js';

/** A request that a receiver got. */
export interface Received {
  readonly id: string;
  readonly body: string;
  readonly event: { id: string; type: string; user_id: string; sequence: number; data: Record<string, unknown> };
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
  readonly at_ms: number;
}

type Answer = (received: Received, response: ServerResponse) => void;

const accept: Answer = (_received, response) => void response.writeHead(204).end();

/** A server that receives webhooks, as an operator would have it. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** How it answers; by default it accepts everything. */
  answer: Answer = accept;
  private readonly server: Server;
  private port_url = '';

  private constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const { headers, url: path = '' } = request;
        const event = JSON.parse(body) as Received['event'];
        const received = { id: String(headers['webhook-id']), body, event, headers, path, at_ms: Date.now() };
        this.received.push(received);
        this.answer(received, response);
      });
    });
  }

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.port_url = await listen(receiver.server);
    return receiver;
  }

  get url(): string {
    return `${this.port_url}/hooks`;
  }

  /** What a receiver that recognises repetitions by `webhook-id` has handled, in order. */
  get handled(): Received[] {
    return [...new Map(this.received.toReversed().map((one) => [one.id, one])).values()].toReversed();
  }

  /** The numbers of the handled events of an account, in order. */
  sequencesOf(user_id: string): number[] {
    return this.handled.filter(({ event }) => event.user_id === user_id).map(({ event }) => event.sequence);
  }

  accept(): void {
    this.answer = accept;
  }

  refuse(status = 500, headers: Record<string, string> = {}, text = 'no'): void {
    this.answer = (_received, response) => void response.writeHead(status, headers).end(text);
  }

  /** Takes requests and never answers. */
  hang(): void {
    this.answer = () => undefined;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Verifies a request as receivers do. @throws if it is not signed with the secret */
export const verified = ({ body, headers }: Received, secret: string): unknown =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

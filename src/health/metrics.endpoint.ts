import { timingSafeEqual, hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { CONFIG, type Config } from '../platform/config/config.js';
import { DomainError } from '../platform/errors.js';
import { sendProblem } from '../platform/http/problems/problem.filter.js';
import { Metrics } from '../platform/metrics.js';

const PATH = '/metrics';

/**
 * Serves the metrics to Prometheus: on a separate port, or on the service's port with a token. Off unless one of them
 * is set.
 */
@Injectable()
export class MetricsEndpoint implements OnApplicationShutdown {
  private readonly log = new Logger('metrics');
  private server: Server | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  /** The port in use; null if there is none. */
  get port(): number | null {
    return (this.server?.address() as AddressInfo | null | undefined)?.port ?? null;
  }

  /** Adds the route to the service's port if that is configured. */
  register(fastify: FastifyInstance): void {
    const { port, token } = this.config.metrics;
    if (port !== null || token === null) return;
    fastify.get(PATH, async (request, reply) => {
      if (!this.knows(request.headers.authorization)) {
        sendProblem(refusal(), request, reply);
        return reply;
      }
      return reply.header('content-type', this.metrics.content_type).send(await this.metrics.text());
    });
  }

  /**
   * Listens on the separate port if that is configured.
   * @throws Error naming METRICS_PORT when it is taken
   */
  async listen(): Promise<void> {
    const { port } = this.config.metrics;
    if (port === null) return;
    this.server = createServer((request, response) => void this.answer(request, response));
    try {
      this.server.listen(port, this.config.host);
      await once(this.server, 'listening');
    } catch (error) {
      throw new Error(`METRICS_PORT ${port} cannot be used (${(error as Error).message}). Choose another one.`, {
        cause: error,
      });
    }
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async answer({ url, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (url?.split('?')[0] !== PATH) {
      response.writeHead(404).end(`Only ${PATH} is served here.\n`);
    } else if (this.config.metrics.token !== null && !this.knows(headers.authorization)) {
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end(`${refusal().message}\n`);
    } else {
      try {
        const text = await this.metrics.text();
        response.writeHead(200, { 'content-type': this.metrics.content_type }).end(text);
      } catch (error) {
        this.log.error(error);
        response.writeHead(500).end('The metrics could not be read. See the log for the reason.\n');
      }
    }
  }

  /** Compares the credentials in constant time. */
  private knows(authorization: string | undefined): boolean {
    const { token } = this.config.metrics;
    return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${String(token)}`));
  }
}

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

function refusal(): DomainError {
  return new DomainError('unauthenticated', 'unauthenticated', 'Send METRICS_TOKEN as Authorization: Bearer.');
}

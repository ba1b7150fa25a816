import type { Readable } from 'node:stream';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, request } from 'undici';
import { CONFIG, type Config } from '../platform/config/config.js';
import { DomainError } from '../platform/errors.js';
import { traceHeaders } from '../platform/http/request-context.js';
import { Metrics } from '../platform/metrics.js';
import { Shutdown } from '../platform/shutdown.js';
import { ConnectionSlots } from './connection-slots.js';
import { UpstreamMetrics } from './upstream-metrics.js';

/** OpenRouter's paths for completions and embeddings. */
export type CompletionPath = '/chat/completions' | '/completions' | '/embeddings' | '/responses' | '/messages';

/** An answer whose body is still arriving. The caller must read it to the end or destroy it. */
export interface UpstreamAnswer {
  status: number;
  content_type: string;
  /** Seconds after which a refused call can be retried; null if not reported. */
  retry_after_s: number | null;
  /** OpenRouter's id of the call; null if the headers do not contain it. */
  generation_id: string | null;
  body: Readable;
}

const CONNECT_MAX_MS = 10_000;
/** Models can think for minutes before they answer; in streams, OpenRouter sends comments meanwhile. */
const FIRST_BYTE_MAX_MS = 300_000;
const SILENCE_MAX_MS = 120_000;
const RETRY_AFTER_S = 5;
const GENERATION_ID = /^[\x21-\x7E]{1,255}$/;

/** Sends calls to OpenRouter. Bodies are read with backpressure. Errors never contain a key. */
@Injectable()
export class CompletionsClient implements OnApplicationShutdown {
  private readonly log = new Logger('openrouter');
  private readonly agent: Agent;
  /** One slot per connection: streams stay open for minutes, and the agent's own queue is unbounded. */
  private readonly slots: ConnectionSlots;
  private readonly metrics: UpstreamMetrics;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly shutdown: Shutdown,
    metrics: Metrics,
  ) {
    const { connections_max, connection_wait_ms } = config.calls;
    this.slots = new ConnectionSlots(connections_max, connection_wait_ms);
    this.metrics = new UpstreamMetrics(metrics, () => this.slots.in_use);
    this.agent = new Agent({
      connections: connections_max,
      connect: { timeout: CONNECT_MAX_MS },
      headersTimeout: FIRST_BYTE_MAX_MS,
      bodyTimeout: SILENCE_MAX_MS,
    });
    const { signal } = shutdown;
    signal.addEventListener('abort', () => void this.agent.destroy(signal.reason as DomainError));
  }

  /**
   * Sends a call and returns its answer, with any status, as soon as the headers arrive. It is never retried, because
   * it may have cost something. The signal aborts it at any time.
   * @throws DomainError `openrouter_unavailable` when no answer arrived; `provider_busy` when no connection became free
   * in time and nothing was sent; the signal's reason when it was aborted; `shutting_down`
   */
  async send(
    path: CompletionPath,
    body: string | Buffer,
    api_key: string,
    signal: AbortSignal,
  ): Promise<UpstreamAnswer> {
    if (!(await this.slots.take())) {
      this.metrics.ended(path, 'busy');
      throw busy();
    }
    const started_ms = performance.now();
    try {
      const answer = await request(`${this.config.openrouter.base_url}${path}`, {
        method: 'POST',
        headers: { ...traceHeaders(), authorization: `Bearer ${api_key}`, 'content-type': 'application/json' },
        body,
        signal,
        dispatcher: this.agent,
      });
      answer.body.once('close', () => this.slots.free());
      this.metrics.answered(path, answer.statusCode, started_ms);
      const { 'content-type': type, 'retry-after': retryAfter, 'x-generation-id': name } = answer.headers;
      return {
        status: answer.statusCode,
        content_type: typeof type === 'string' ? type : 'application/octet-stream',
        retry_after_s: typeof retryAfter === 'string' && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : null,
        generation_id: typeof name === 'string' && GENERATION_ID.test(name) ? name : null,
        body: answer.body,
      };
    } catch (error) {
      this.slots.free();
      this.metrics.ended(path, signal.aborted || this.shutdown.signal.aborted ? 'aborted' : 'failed');
      signal.throwIfAborted();
      this.shutdown.signal.throwIfAborted();
      this.log.warn(`POST ${path} failed: ${(error as Error).message}`);
      throw new DomainError('unavailable', 'openrouter_unavailable', 'OpenRouter is not responding. Try again later.', {
        retry_after_s: RETRY_AFTER_S,
      });
    }
  }

  /** Aborts the remaining answers. The server has finished all of its own by then. */
  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}

function busy(): DomainError {
  const detail = 'All connections to the provider are busy. Nothing was charged. Try again in a few seconds.';
  return new DomainError('unavailable', 'provider_busy', detail, { retry_after_s: RETRY_AFTER_S });
}

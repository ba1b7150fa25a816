import type { Readable } from 'node:stream';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, request } from 'undici';
import { CONFIG, type Config } from '../platform/config.js';
import { DomainError } from '../platform/errors.js';
import { traceHeaders } from '../platform/http/request-context.js';
import { Metrics } from '../platform/metrics.js';
import { Shutdown } from '../platform/shutdown.js';
import { Slots } from './slots.js';
import { UpstreamMetrics } from './upstream-metrics.js';

/** Where completions and embeddings are made. */
export type CompletionPath = '/chat/completions' | '/completions' | '/embeddings' | '/responses' | '/messages';

/** An answer whose body is still on the way; who does not read it to the end destroys it. */
export interface UpstreamAnswer {
  status: number;
  content_type: string;
  /** When a refused call may be tried again, seconds; null when it was not told. */
  retry_after_s: number | null;
  /** Under which id the call is on record; null when the head does not say. */
  generation_id: string | null;
  body: Readable;
}

const CONNECT_MAX_MS = 10_000;
/** Models may think for long before they answer; while they do, OpenRouter sends comments in streams. */
const FIRST_BYTE_MAX_MS = 300_000;
const SILENCE_MAX_MS = 120_000;
const RETRY_AFTER_S = 5;
const GENERATION_ID = /^[\x21-\x7E]{1,255}$/;

/** Makes calls at OpenRouter. Nothing is read ahead: a body comes as fast as it is taken. No key gets into an error. */
@Injectable()
export class CompletionsClient implements OnApplicationShutdown {
  private readonly log = new Logger('openrouter');
  private readonly agent: Agent;
  /** One for each connection: streams stay open for minutes, and the agent's own queue has no end. */
  private readonly slots: Slots;
  private readonly metrics: UpstreamMetrics;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly shutdown: Shutdown,
    metrics: Metrics,
  ) {
    const { connections_max, connection_wait_ms } = config.calls;
    this.slots = new Slots(connections_max, connection_wait_ms);
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
   * Makes a call and gives its answer, whatever its status, as soon as the head is there. It is never repeated, for it
   * may have cost something. The signal ends it at any time.
   * @throws DomainError `openrouter_unavailable` when no answer came; `provider_busy` when no connection became free in
   * time, and nothing was sent; the signal's reason when that ended it; `shutting_down`
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
        ...{ body, signal, dispatcher: this.agent },
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
      throw new DomainError('unavailable', 'openrouter_unavailable', 'OpenRouter does not answer. Try again later.', {
        retry_after_s: RETRY_AFTER_S,
      });
    }
  }

  /** Answers that are still on the way are given up: by then the server has finished all of its own. */
  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}

function busy(): DomainError {
  const detail = 'All connections to the provider are busy. Nothing was charged. Try again in a few seconds.';
  return new DomainError('unavailable', 'provider_busy', detail, { retry_after_s: RETRY_AFTER_S });
}

import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pRetry from 'p-retry';
import { Agent, errors, request } from 'undici';
import { z } from 'zod';
import { CONFIG, type Config } from '../platform/config.js';
import { DomainError } from '../platform/errors.js';

/** What OpenRouter says of a key; amounts in USD, null is no limit. */
export interface KeyInfo {
  limit: number | null;
  limit_remaining: number | null;
  /** Such a key manages other keys and cannot run models. */
  is_management_key: boolean;
}

const CONNECTIONS_MAX = 8;
const ANSWER_MAX_BYTES = 1024 * 1024;
const RETRY_AFTER_S = 10;
const RETRIES = { retries: 1, minTimeout: 50, maxTimeout: 200, randomize: true };

const KEY_ANSWER = z.object({
  data: z.object({
    limit: z.number().nullish(),
    limit_remaining: z.number().nullish(),
    is_management_key: z.boolean().nullish(),
    // its name until 2026
    is_provisioning_key: z.boolean().nullish(),
  }),
});

/** Asks OpenRouter about keys. No key gets into an error or the log. */
@Injectable()
export class OpenRouterClient implements OnApplicationShutdown {
  private readonly log = new Logger('openrouter');
  private readonly agent: Agent;

  constructor(@Inject(CONFIG) private readonly config: Config) {
    const { timeout_ms } = config.openrouter;
    const timeouts = { connectTimeout: timeout_ms, headersTimeout: timeout_ms, bodyTimeout: timeout_ms };
    this.agent = new Agent({ ...timeouts, connections: CONNECTIONS_MAX, maxResponseSize: ANSWER_MAX_BYTES });
  }

  /**
   * What OpenRouter says of a key; null when it does not accept it.
   * @throws DomainError `openrouter_unavailable` when it does not say, or says something else
   */
  async findKey(api_key: string): Promise<KeyInfo | null> {
    const { status, body } = await this.get('/key', api_key);
    if (status === 401 || status === 403) return null;
    const answer = KEY_ANSWER.safeParse(body);
    if (status !== 200 || !answer.success) throw this.unavailable(`GET /key answered ${status}`);
    const { limit, limit_remaining, is_management_key, is_provisioning_key } = answer.data.data;
    return {
      limit: limit ?? null,
      limit_remaining: limit_remaining ?? null,
      is_management_key: is_management_key ?? is_provisioning_key ?? false,
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.close();
  }

  /** A lost connection is tried again, for reading twice harms nobody; the time limit is for all of it. */
  private async get(path: string, api_key: string): Promise<{ status: number; body: unknown }> {
    const signal = AbortSignal.timeout(this.config.openrouter.timeout_ms);
    const headers = { authorization: `Bearer ${api_key}`, accept: 'application/json' };
    const url = `${this.config.openrouter.base_url}${path}`;
    const once = async () => {
      const { statusCode, body } = await request(url, { dispatcher: this.agent, headers, signal });
      return { status: statusCode, body: parsed(await body.text()) };
    };
    try {
      return await pRetry(once, { ...RETRIES, signal, shouldRetry: ({ error }) => isLoss(error) });
    } catch (error) {
      throw this.unavailable(`GET ${path} failed: ${(error as Error).message}`);
    }
  }

  private unavailable(why: string): DomainError {
    this.log.warn(why);
    return new DomainError('unavailable', 'openrouter_unavailable', 'OpenRouter does not answer. Try again later.', {
      retry_after_s: RETRY_AFTER_S,
    });
  }
}

function isLoss(error: Error): boolean {
  return error instanceof errors.SocketError || (error as NodeJS.ErrnoException).code === 'ECONNRESET';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

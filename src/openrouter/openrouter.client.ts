import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pRetry from 'p-retry';
import { Agent, errors, request } from 'undici';
import { z } from 'zod';
import { DECIMALS, units, type Units } from '../platform/values/amount.js';
import { parsedOrNull } from '../platform/values/json-text.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { DomainError } from '../platform/errors.js';
import { type ReadUsage, reportedUsage } from '../pricing/usage/usage.js';

/** A key's data from OpenRouter; amounts in USD, null is no limit. */
export interface KeyInfo {
  limit: number | null;
  limit_remaining: number | null;
  /** A management key manages other keys and cannot run models. */
  is_management_key: boolean;
  /** Usage of the current day (UTC), including BYOK usage at OpenRouter. */
  used_today: Units;
}

/** OpenRouter's record of a call. */
export interface Generation {
  /** The model that answered, possibly chosen by a router. */
  model: string;
  /** Whether the caller aborted the call. */
  cancelled: boolean;
  /** Null if nothing was counted. */
  usage: ReadUsage | null;
  /** Why generation ended: normalised by OpenRouter, and native to the provider. */
  finish_reason: string | null;
  native_finish_reason: string | null;
  /** Embeddings have no output tokens and no finish reason. */
  is_embedding: boolean;
}

const CONNECTIONS_MAX = 8;
const ANSWER_MAX_BYTES = 1024 * 1024;
const RETRY_AFTER_S = 10;
const RETRIES = { retries: 1, minTimeout: 50, maxTimeout: 200, randomize: true };

const KEY_ANSWER = z.object({
  data: z.object({
    limit: z.number().nullish(),
    limit_remaining: z.number().nullish(),
    usage_daily: z.number().nonnegative().nullish(),
    byok_usage_daily: z.number().nonnegative().nullish(),
    is_management_key: z.boolean().nullish(),
    // the name of is_management_key until 2026
    is_provisioning_key: z.boolean().nullish(),
  }),
});

const CREDITS_ANSWER = z.object({ data: z.object({ total_usage: z.number().nonnegative() }) });

const number = z.number().nullish();
const GENERATION_ANSWER = z.object({
  data: z.object({
    model: z.string(),
    cancelled: z.boolean().nullish(),
    is_byok: z.boolean().nullish(),
    finish_reason: z.string().nullish(),
    native_finish_reason: z.string().nullish(),
    api_type: z.string().nullish(),
    total_cost: number,
    upstream_inference_cost: number,
    native_tokens_prompt: number,
    native_tokens_completion: number,
    native_tokens_completion_images: number,
    native_tokens_cached: number,
    native_tokens_reasoning: number,
  }),
});

/** Reads keys and past calls from OpenRouter. Errors and log lines never contain a key. */
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
   * Returns a key's data; null when OpenRouter does not accept the key.
   * @throws DomainError `openrouter_unavailable` when OpenRouter does not respond, or with an unexpected answer
   */
  async findKey(api_key: string): Promise<KeyInfo | null> {
    const { status, body } = await this.get('/key', api_key);
    if (status === 401 || status === 403) return null;
    const answer = KEY_ANSWER.safeParse(body);
    if (status !== 200 || !answer.success) throw this.unavailable(`GET /key answered ${status}`);
    const { limit, limit_remaining, is_management_key, is_provisioning_key, ...used } = answer.data.data;
    return {
      limit: limit ?? null,
      limit_remaining: limit_remaining ?? null,
      is_management_key: is_management_key ?? is_provisioning_key ?? false,
      used_today: unitsOf(used.usage_daily) + unitsOf(used.byok_usage_daily),
    };
  }

  /**
   * Returns the total usage of the management key's account with all of its keys, USD; null when OpenRouter does not
   * accept the key.
   * @throws DomainError `openrouter_unavailable`
   */
  async findUsage(management_key: string): Promise<Units | null> {
    const { status, body } = await this.get('/credits', management_key);
    if (status === 401 || status === 403) return null;
    const answer = CREDITS_ANSWER.safeParse(body);
    if (status !== 200 || !answer.success) throw this.unavailable(`GET /credits answered ${status}`);
    return unitsOf(answer.data.data.total_usage);
  }

  /**
   * Returns the record of a call made with the key; null if there is none yet. Recording takes a few seconds.
   * @throws DomainError `openrouter_unavailable`
   */
  async findGeneration(id: string, api_key: string): Promise<Generation | null> {
    const { status, body } = await this.get(`/generation?${new URLSearchParams({ id }).toString()}`, api_key);
    if (status === 404) return null;
    const answer = GENERATION_ANSWER.safeParse(body);
    if (status !== 200 || !answer.success) throw this.unavailable(`GET /generation answered ${status}`);
    const { model, cancelled, finish_reason, native_finish_reason, api_type, ...counted } = answer.data.data;
    return {
      model,
      usage: reportedUsage(counted),
      cancelled: cancelled ?? false,
      finish_reason: finish_reason ?? null,
      native_finish_reason: native_finish_reason ?? null,
      is_embedding: api_type === 'embeddings',
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.close();
  }

  /** Sends a GET request and retries once if the connection is lost. The timeout covers both attempts. */
  private async get(path: string, api_key: string): Promise<{ status: number; body: unknown }> {
    const signal = AbortSignal.timeout(this.config.openrouter.timeout_ms);
    const headers = { authorization: `Bearer ${api_key}`, accept: 'application/json' };
    const url = `${this.config.openrouter.base_url}${path}`;
    const once = async () => {
      const { statusCode, body } = await request(url, { dispatcher: this.agent, headers, signal });
      return { status: statusCode, body: parsedOrNull(await body.text()) };
    };
    try {
      return await pRetry(once, { ...RETRIES, signal, shouldRetry: ({ error }) => isLoss(error) });
    } catch (error) {
      throw this.unavailable(`GET ${path.split('?', 1)[0] ?? ''} failed: ${(error as Error).message}`);
    }
  }

  private unavailable(why: string): DomainError {
    this.log.warn(why);
    return new DomainError('unavailable', 'openrouter_unavailable', 'OpenRouter is not responding. Try again later.', {
      retry_after_s: RETRY_AFTER_S,
    });
  }
}

const unitsOf = (usd: number | null | undefined): Units => units((usd ?? 0).toFixed(DECIMALS));

function isLoss(error: Error): boolean {
  return error instanceof errors.SocketError || (error as NodeJS.ErrnoException).code === 'ECONNRESET';
}

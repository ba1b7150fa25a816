import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { type CompletionPath, CompletionsClient, type UpstreamAnswer } from '../openrouter/completions.client.js';
import { OwnKeys } from '../openrouter/own-keys.js';
import { readUsage } from '../openrouter/upstream-usage.js';
import type { Actor } from '../platform/actor.js';
import { units } from '../platform/amount.js';
import { CONFIG, type Config } from '../platform/config.js';
import { DomainError } from '../platform/errors.js';
import type { WrittenJson } from '../platform/http/bodies.js';
import { type CallOrder, limited, readOrder } from './call-order.js';
import { CallRates, fittingTokens, type Terms } from './call-rates.js';
import { type OpenCall, OpenCalls, type Settled } from './open-calls.js';
import { PlanModels } from './plan-models.js';
import { relay } from './relay.js';
import { isOfTheKey, ownKeyOutOfUse, upstreamError } from './upstream-error.js';

/** The answer to a call, as the provider gave it. */
export interface GatewayAnswer {
  content_type: string;
  headers: Record<string, string>;
  body: Buffer | Readable;
}

/** Whose key a call is made with. */
interface Route {
  api_key: string;
  is_own_key: boolean;
}

/** An answer that is shorter than this is not worth its prompt: better to say that credits are missing. */
const FITTING_MIN_TOKENS = 256;
const ANSWER_MAX_BYTES = 64 * 1024 * 1024;
const MISSING_CREDITS = new Set(['insufficient_credits', 'credits_on_hold']);
/** Most answers in one piece come with their head: then nothing need be noted. */
const NOTED_AFTER_MS = 50;
const EVENT_STREAM = 'text/event-stream';

/** Makes calls at the provider that are paid exactly: credits are set aside first and charged by what was used. */
@Injectable()
export class GatewayService {
  private readonly log = new Logger('gateway');

  constructor(
    private readonly keys: OwnKeys,
    private readonly client: CompletionsClient,
    private readonly rates: CallRates,
    private readonly calls: OpenCalls,
    private readonly plans: PlanModels,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Makes a call for a user.
   * @throws DomainError `invalid_request`, `no_openrouter_key`, `model_not_allowed`; 402 or 429 when it does not fit; what the provider
   * refused, as it said it. Nothing is charged then
   */
  async call(actor: Actor, user_id: string, path: CompletionPath, body: WrittenJson): Promise<GatewayAnswer> {
    const asked = readOrder(path, body);
    const [{ api_key, is_own_key }, rater] = await Promise.all([
      this.routeOf(user_id),
      this.rates.raterOf(asked.models),
      this.plans.check(actor, user_id, asked.models),
    ]);
    const { order, call } = await this.begin(actor, { user_id, model: asked.model, is_own_key, rater }, asked);
    const hangUp = new AbortController();
    const answer = await this.sent(call, order, api_key, hangUp.signal);
    if (answer.status >= 400) throw await this.refused(call, answer, api_key);
    call.generation_id = answer.generation_id;
    if (!answer.content_type.startsWith(EVENT_STREAM)) return this.whole(call, answer);
    const noted = answer.generation_id === null ? null : this.calls.identify(call, answer.generation_id);
    const keeper = {
      identify: (generation_id: string) => noted ?? this.calls.identify(call, generation_id),
      settle: ({ usage, model }: Parameters<Parameters<typeof relay>[1]['settle']>[0]) =>
        this.calls.end(call, { usage, model, generation_id: call.generation_id }),
      leave: () => this.calls.leave(call),
    };
    const stream = relay(answer.body, keeper, () => hangUp.abort());
    return { content_type: EVENT_STREAM, headers: { 'cache-control': 'no-cache' }, body: stream };
  }

  /** A user's own key goes before the platform's. */
  private async routeOf(user_id: string): Promise<Route> {
    const own = await this.keys.find(user_id);
    const api_key = own ?? this.config.openrouter.api_key;
    if (api_key !== null) return { api_key, is_own_key: own !== null };
    const detail = 'Connect an OpenRouter key of your own first: this platform has none for its users.';
    throw new DomainError('forbidden', 'no_openrouter_key', detail);
  }

  /** Sets aside what the call may cost. Who named no limit and can not afford the model's gets one that fits. */
  private async begin(actor: Actor, terms: Terms, order: CallOrder): Promise<{ order: CallOrder; call: OpenCall }> {
    const estimate = await this.rates.estimate(terms, order);
    try {
      return { order, call: await this.calls.begin(actor, terms, estimate) };
    } catch (error) {
      if (order.max_tokens !== null || !(error instanceof DomainError) || !MISSING_CREDITS.has(error.code)) throw error;
      const fitting = fittingTokens(estimate, units(error.extra.available as string));
      if (fitting < FITTING_MIN_TOKENS) throw error;
      const shorter = limited(order, fitting);
      return { order: shorter, call: await this.calls.begin(actor, terms, await this.rates.estimate(terms, shorter)) };
    }
  }

  private async sent(call: OpenCall, order: CallOrder, api_key: string, signal: AbortSignal): Promise<UpstreamAnswer> {
    try {
      return await this.client.send(order.path, order.text, api_key, signal);
    } catch (error) {
      await this.calls.cancel(call);
      throw error;
    }
  }

  private async refused(call: OpenCall, answer: UpstreamAnswer, api_key: string): Promise<DomainError> {
    const [bytes] = await Promise.all([textOf(answer.body).catch(() => Buffer.alloc(0)), this.calls.cancel(call)]);
    const { status, retry_after_s } = answer;
    const refused = { status, retry_after_s, text: bytes.toString() };
    if (call.is_own_key) {
      if ((status === 401 || status === 403) && (await this.isOutOfUse(call, api_key))) return ownKeyOutOfUse();
    } else if (isOfTheKey(refused)) {
      this.log.error(`OpenRouter refuses the platform's key with status ${status}: its users are not served`);
    }
    return upstreamError(refused, call.is_own_key);
  }

  /** Whether the key itself is at fault; while nobody says so it stays in use. */
  private async isOutOfUse({ actor, hold }: OpenCall, api_key: string): Promise<boolean> {
    return this.keys.isRefused(actor, hold.user_id, api_key).catch((error: unknown) => {
      this.log.warn(error);
      return false;
    });
  }

  /** An answer in one piece is read to its end whether or not the client waits for it: it is paid for either way. */
  private async whole(call: OpenCall, { body, content_type }: UpstreamAnswer): Promise<GatewayAnswer> {
    const bytes = await this.bytesOf(call, body);
    const { id, model, usage, error } = membersOf(bytes);
    if (typeof id === 'string' && id.length <= 255) call.generation_id ??= id;
    const { generation_id } = call;
    const used = readUsage(usage);
    let settled: Settled | null = null;
    if (used && !error) {
      settled = await this.calls.end(call, {
        usage: used,
        model: typeof model === 'string' ? model : null,
        generation_id,
      });
    } else {
      if (generation_id !== null) await this.calls.identify(call, generation_id);
      await this.calls.leave(call);
    }
    const headers: Record<string, string> = settled
      ? { 'x-tollgate-cost': settled.cost, 'x-tollgate-balance': settled.balance }
      : {};
    return { content_type, headers, body: bytes };
  }

  /** The id of an answer that is long in coming is noted, for this process may not live to see its end. */
  private async bytesOf(call: OpenCall, body: Readable): Promise<Buffer> {
    const note = async (): Promise<void> => {
      if (call.generation_id !== null) await this.calls.identify(call, call.generation_id);
    };
    const noting = setTimeout(() => void note(), NOTED_AFTER_MS).unref();
    try {
      return await textOf(body);
    } catch (error) {
      this.log.warn(error);
      await note();
      await this.calls.leave(call);
      const charged = call.generation_id === null ? 'Nothing was charged.' : 'Only what it made until then is charged.';
      throw new DomainError('unavailable', 'provider_broke_off', `The provider broke the answer off. ${charged}`);
    } finally {
      clearTimeout(noting);
    }
  }
}

async function textOf(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += (chunk as Buffer).length;
    if (length > ANSWER_MAX_BYTES) throw new Error('the answer is larger than any model makes');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function membersOf(bytes: Buffer): Record<string, unknown> {
  try {
    return (JSON.parse(bytes.toString()) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

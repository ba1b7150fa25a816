import { Inject, Injectable, Logger } from '@nestjs/common';
import { Readable } from 'node:stream';
import type { CompletionPath, UpstreamAnswer } from '../../openrouter/completions.client.js';
import { OwnKeys } from '../../openrouter/own-keys.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { parsedOrNull } from '../../platform/values/json-text.js';
import type { GatewayConfig } from '../../platform/config/openrouter-config.js';
import { DomainError } from '../../platform/errors.js';
import { AnswerFacts } from './answer-facts.js';
import { CallKeys, type RecordedAnswer } from '../calls/call-keys.js';
import { endSpan, failSpan } from '../calls/call-span.js';
import type { CallOrder } from '../calls/call-order.js';
import type { ReadyCall } from '../calls/call-start.js';
import { type OpenCall, OpenCalls } from '../calls/open-calls.js';
import { type StreamCallbacks, relay } from './relay.js';
import { answerWithCost, bytesWithCost, eventsWithCost, type AnswerCost } from './usage-cost.js';
import { failedAnswer, isOfTheKey, ownKeyOutOfUse, upstreamError } from './upstream-error.js';

/** The answer to a call as it is sent to the client. */
export interface GatewayAnswer {
  content_type: string;
  headers: Record<string, string>;
  body: Buffer | Readable;
}

/** The provider's and the client's end of a call. */
interface Ends {
  /** Aborts the request to the provider. */
  hangUp: () => void;
  /** Aborted when the client disconnects. */
  gone: AbortSignal;
}

const ANSWER_MAX_BYTES = 64 * 1024 * 1024;
/** Most unstreamed answers arrive together with their headers; then the id need not be stored. */
const NOTED_AFTER_MS = 50;
/** Providers send blank lines to keep a connection alive; an answer of nothing else is empty. */
const BLANK_MAX_BYTES = 64 * 1024;
const BROKEN_OFF = 'The provider ended the answer early.';
const EVENT_STREAM = 'text/event-stream';

/** Settles a call from the provider's answer and returns the answer for the client. */
@Injectable()
export class CallAnswers {
  private readonly log = new Logger('gateway');

  constructor(
    private readonly keys: OwnKeys,
    private readonly calls: OpenCalls,
    private readonly kept: CallKeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Returns the answer for the client. The call is settled when the answer ends.
   * @throws DomainError `provider_broke_off`, `provider_empty_answer`; the error of {@link upstreamError} for a refusal
   */
  async take({ call, order }: ReadyCall, answer: UpstreamAnswer, ends: Ends): Promise<GatewayAnswer> {
    if (answer.status >= 400) throw await this.refused(call, answer);
    call.generation_id = answer.generation_id;
    if (!answer.content_type.startsWith(EVENT_STREAM)) return this.whole(call, answer, ends);
    const stream = relay(answer.body, this.callbacksOf(call, order), ends.hangUp);
    return { content_type: EVENT_STREAM, headers: { 'cache-control': 'no-cache' }, body: stream };
  }

  private callbacksOf(call: OpenCall, { choices, path }: CallOrder): StreamCallbacks {
    const noted = call.generation_id === null ? null : this.calls.identify(call, call.generation_id);
    return {
      choices,
      path,
      keeps_text: call.is_keyed,
      costOf: this.costOf(call),
      comments: this.config.gateway.cost_comments,
      identify: (generation_id) => noted ?? this.calls.identify(call, generation_id),
      settle: async (facts, text) => {
        if (text !== null && facts.made === 'all') await this.kept.keep(call, EVENT_STREAM, text);
        const settled = await this.calls.close(call, facts);
        endSpan(call.span, facts, settled);
        return settled;
      },
    };
  }

  private async refused(call: OpenCall, answer: UpstreamAnswer): Promise<DomainError> {
    const text = textOf(answer.body).catch((error: unknown) => {
      this.log.warn(error);
      return Buffer.alloc(0); // the status alone tells what to answer
    });
    const [bytes] = await Promise.all([text, this.calls.cancel(call)]);
    const { status, retry_after_s } = answer;
    failSpan(call.span, String(status));
    const refused = { status, retry_after_s, text: bytes.toString() };
    if (call.is_own_key) {
      if ((status === 401 || status === 403) && (await this.isOutOfUse(call))) return ownKeyOutOfUse();
    } else if (isOfTheKey(refused)) {
      this.log.error(`OpenRouter refuses the platform's key with status ${status}: calls with it fail`);
    }
    return upstreamError(refused, call.is_own_key);
  }

  /** Whether OpenRouter rejects the key itself. If it cannot be asked, the key stays in use. */
  private async isOutOfUse({ actor, hold, api_key }: OpenCall): Promise<boolean> {
    return this.keys.isRefused(actor, hold.user_id, api_key).catch((error: unknown) => {
      this.log.warn(error);
      return false;
    });
  }

  /**
   * Reads an unstreamed answer. If the client disconnects, reading continues for a while: the call is charged either
   * way.
   */
  private async whole(call: OpenCall, { body, content_type }: UpstreamAnswer, ends: Ends): Promise<GatewayAnswer> {
    const bytes = await this.bytesOf(call, body, ends);
    const facts = new AnswerFacts();
    facts.read(parsedOrNull(bytes.toString()));
    if (isBlank(bytes)) facts.end();
    else facts.complete();
    call.generation_id ??= facts.generation_id;
    const isNone = isBlank(bytes) || (facts.error !== null && !facts.has_content);
    if (call.is_keyed && !isNone && facts.made !== 'nothing')
      await this.kept.keep(call, content_type, bytes.toString());
    const settled = await this.calls.close(call, facts);
    endSpan(call.span, facts, settled);
    if (isNone) throw failedAnswer(bytes.toString(), call.is_own_key);
    const costOf = this.costOf(call);
    const withCost = costOf ? bytesWithCost(bytes, costOf(settled)) : bytes;
    return { content_type, headers: settled ? paid(settled) : {}, body: withCost };
  }

  private costOf({ is_own_key }: OpenCall): StreamCallbacks['costOf'] {
    const { gateway } = this.config;
    const withoutCost = reportedCost(gateway, null, is_own_key);
    return (
      withoutCost && ((settled) => ({ ...withoutCost, ...reportedCost(gateway, settled?.cost ?? null, is_own_key) }))
    );
  }

  /** Stores the id of a slow answer early, so that another process can settle the call after a crash. */
  private async bytesOf(call: OpenCall, body: Readable, { hangUp, gone }: Ends): Promise<Buffer> {
    const note = async (): Promise<void> => {
      if (call.generation_id !== null) await this.calls.identify(call, call.generation_id);
    };
    const noting = setTimeout(() => void note(), NOTED_AFTER_MS).unref();
    let unread: NodeJS.Timeout | undefined;
    const onGone = (): void => {
      // without an id its cost could not be looked up later
      if (call.generation_id !== null) unread = setTimeout(hangUp, this.config.calls.unread_max_ms).unref();
    };
    if (gone.aborted) onGone();
    else gone.addEventListener('abort', onGone);
    try {
      return await textOf(body);
    } catch (error) {
      this.log.warn(error);
      await note();
      await this.calls.deferSettlement(call, null);
      failSpan(call.span, error instanceof DomainError ? error : 'broken_off');
      throw brokenOff(error, call.generation_id === null);
    } finally {
      clearTimeout(noting);
      clearTimeout(unread);
      gone.removeEventListener('abort', onGone);
    }
  }
}

/** Returns the error for an answer that ended early, whichever side ended it. */
function brokenOff(error: unknown, isFree: boolean): DomainError {
  const { code, message, extra } =
    error instanceof DomainError ? error : new DomainError('unavailable', 'provider_broke_off', BROKEN_OFF);
  const charged = isFree ? 'Nothing was charged.' : 'Only the output up to that point is charged.';
  return new DomainError('unavailable', code, `${message} ${charged}`, extra);
}

/** Returns the stored answer of an earlier call as a replay. */
export function recordedAnswer(
  path: CompletionPath,
  { content_type, cost, balance, is_own_key, text: kept }: RecordedAnswer,
  config: GatewayConfig,
): GatewayAnswer {
  const isStream = content_type === EVENT_STREAM;
  const headers = { ...paid({ cost, balance }), 'idempotency-hit': 'true' };
  const reported = reportedCost(config, cost, is_own_key);
  const text = reported ? (isStream ? eventsWithCost : answerWithCost)(kept, reported) : kept;
  if (!isStream) return { content_type, headers, body: Buffer.from(text) };
  const sums = balance === null ? `: cost ${cost}\n\n` : `: cost ${cost} balance ${balance}\n\n`;
  const end = hasMark(path) ? 'data: [DONE]\n\n' : '';
  return { content_type, headers, body: Readable.from([`${text}${config.cost_comments ? sums : ''}${end}`]) };
}

/**
 * Decides which cost the usage of an answer shows; undefined leaves it unchanged. Users who pay the provider themselves
 * see its price too.
 */
function reportedCost({ usage_cost }: GatewayConfig, cost: string | null, is_own_key: boolean): AnswerCost | undefined {
  if (usage_cost === 'provider') return undefined;
  return { cost: usage_cost === 'charged' ? cost : null, tells_upstream: is_own_key };
}

/** Whether a stream ends with `[DONE]`. The other APIs have a final event, which was passed on. */
const hasMark = (path: CompletionPath): boolean => path !== '/responses' && path !== '/messages';

const paid = ({ cost, balance }: { cost: string; balance: string | null }): Record<string, string> => ({
  'x-tollgate-cost': cost,
  ...(balance === null ? {} : { 'x-tollgate-balance': balance }),
});

async function textOf(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += (chunk as Buffer).length;
    if (length > ANSWER_MAX_BYTES) throw new Error('the answer exceeds the size limit');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

const isBlank = (bytes: Buffer): boolean => bytes.length <= BLANK_MAX_BYTES && bytes.toString().trim() === '';

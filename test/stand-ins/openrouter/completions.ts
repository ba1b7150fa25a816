import { setTimeout as sleep } from 'node:timers/promises';
import { answerTo, type ChatRequest, embedding, type Made, promptTokens } from './answers.ts';
import { findModel, type Model } from './catalogue.ts';
import type { Exchange } from './exchange.ts';
import { Generations } from './generations.ts';
import type { Key } from './keys.ts';
import { costOf, type Tokens, usageOf } from './usage.ts';

const EMBEDDING_DIMENSIONS = 8;
const KEEP_ALIVE = ': OPENROUTER PROCESSING\n\n';

type Kind = 'chat' | 'text';

/** A running completion. */
interface Work {
  kind: Kind;
  exchange: Exchange;
  request: ChatRequest;
  model: Model;
  key: Key;
  id: string;
  made: Made;
}

/** Generates completions and embeddings, and books their usage. */
export class Completions {
  readonly generations = new Generations();

  async complete(kind: Kind, exchange: Exchange, key: Key): Promise<void> {
    const request = (exchange.call.body ?? {}) as ChatRequest;
    const model = findModel(exchange.behaviour.answers_as ?? request.model);
    if (!model) {
      exchange.refuse(400, { message: `${String(request.model)} is not a valid model ID` });
      return;
    }
    const made = answerTo(request, exchange.behaviour);
    const work = { kind, exchange, request, model, key, made, id: this.generations.nextId() };
    if (!exchange.behaviour.nameless) exchange.name(work.id);
    if (request.stream === true) await this.stream(work);
    else await this.whole(work);
  }

  embed(exchange: Exchange, key: Key): void {
    const request = (exchange.call.body ?? {}) as ChatRequest;
    const model = findModel(request.model);
    if (!model) {
      exchange.refuse(400, { message: `${String(request.model)} is not a valid model ID` });
      return;
    }
    const inputs = typeof request.input === 'string' ? [request.input] : ((request.input ?? []) as unknown[]);
    const dimensions = request.dimensions ?? EMBEDDING_DIMENSIONS;
    const data = inputs.map((input, index) => {
      const vector = embedding(String(input), dimensions);
      const shown = request.encoding_format === 'base64' ? base64(vector) : vector;
      return { object: 'embedding', index, embedding: shown };
    });
    const tokens = { prompt: promptTokens(request), completion: 0 };
    const work = { exchange, model, key, id: this.generations.nextId() };
    this.book(work, tokens, { streamed: false, finish_reason: null });
    if (!exchange.behaviour.nameless) exchange.name(work.id);
    exchange.json(200, { id: work.id, object: 'list', model: model.id, data, usage: this.usage(work, tokens) });
  }

  private async whole(work: Work): Promise<void> {
    const { exchange, made } = work;
    await sleepFor(made.deltas.length * (exchange.behaviour.token_ms ?? 0));
    const tokens = tokensOf(work, made.deltas.length);
    const { finish_reason, message } = made;
    this.book(work, tokens, { streamed: false, finish_reason });
    const content = work.kind === 'chat' ? { message } : { text: message.content };
    const choice = { index: 0, ...content, finish_reason, native_finish_reason: finish_reason, logprobs: null };
    const usage = this.usage(work, tokens);
    exchange.call.tokens_sent = made.deltas.length;
    const { body_ms = 0, cut_body } = exchange.behaviour;
    if (body_ms > 0 || cut_body) exchange.sendHead();
    await sleepFor(body_ms);
    if (cut_body) exchange.cut();
    else exchange.json(200, { ...head(work, false), choices: [choice], ...(usage && { usage }) });
  }

  private async stream(work: Work): Promise<void> {
    const { exchange, made } = work;
    const { keep_alives = 1, token_ms = 0, error_after, cut_after, stall_after } = exchange.behaviour;
    exchange.startStream();
    for (let n = 0; n < keep_alives; n += 1) await exchange.write(KEEP_ALIVE);
    for (const [n, delta] of made.deltas.entries()) {
      if (n === stall_after) await exchange.untilGone();
      else if (n === cut_after) exchange.cut();
      if (n === error_after) return this.fail(work, n);
      if (exchange.isGone) {
        this.bookPartly(work, n, null);
        return;
      }
      await sleepFor(token_ms);
      await exchange.write(chunk(work, choiceOf(work, delta, null)));
      exchange.call.tokens_sent = n + 1;
      await exchange.behaviour.pause;
    }
    await exchange.write(chunk(work, choiceOf(work, {}, made.finish_reason)));
    const tokens = tokensOf(work, made.deltas.length);
    const usage = this.usage(work, tokens);
    if (usage) await exchange.write(event({ ...head(work, true), choices: [], usage }));
    this.book(work, tokens, { streamed: true, finish_reason: made.finish_reason });
    if (exchange.behaviour.stall_before_done) await exchange.untilGone();
    await exchange.write('data: [DONE]\n\n');
    exchange.end();
  }

  private async fail(work: Work, sent: number): Promise<void> {
    const error = { code: 502, message: 'Provider disconnected unexpectedly', metadata: { provider_name: 'StandIn' } };
    await work.exchange.write(event({ ...head(work, true), error, choices: [choiceOf(work, {}, 'error')] }));
    this.bookPartly(work, sent, 'error');
    work.exchange.end();
  }

  private bookPartly(work: Work, sent: number, finish_reason: string | null): void {
    this.book(work, tokensOf(work, sent), { streamed: true, finish_reason, cancelled: true });
  }

  private usage({ exchange, model }: Pick<Work, 'exchange' | 'model'>, tokens: Tokens): object | undefined {
    return usageOf(model, tokens, exchange.behaviour);
  }

  /** Books the real usage for the account and `/generation`, whatever the caller sees. */
  private book(
    { exchange, model, key, id }: Pick<Work, 'exchange' | 'model' | 'key' | 'id'>,
    tokens: Tokens,
    how: { streamed: boolean; finish_reason: string | null; cancelled?: boolean },
  ): void {
    const { behaviour } = exchange;
    const cost = costOf(model, tokens, behaviour);
    if (behaviour.is_byok) key.byok_usage += cost;
    else key.usage += cost;
    this.generations.add({ id, model: model.id, tokens, cost, behaviour, ...how });
  }
}

const sleepFor = (ms: number): Promise<void> | undefined => (ms > 0 ? sleep(ms, undefined, { ref: false }) : undefined);

function tokensOf({ request, exchange }: Work, sent: number): Tokens {
  return { prompt: promptTokens(request), completion: sent + (exchange.behaviour.reasoning_tokens ?? 0) };
}

function head({ kind, id, model }: Work, isStream: boolean): object {
  const object = kind === 'text' ? 'text_completion' : isStream ? 'chat.completion.chunk' : 'chat.completion';
  return { id, provider: 'StandIn', model: model.id, object, created: Math.floor(Date.now() / 1000) };
}

function choiceOf({ kind }: Work, delta: Record<string, unknown>, finish_reason: string | null): object {
  const content =
    kind === 'text' ? { text: delta.content ?? '' } : { delta: { role: 'assistant', content: '', ...delta } };
  return { index: 0, ...content, finish_reason, native_finish_reason: finish_reason, logprobs: null };
}

const chunk = (work: Work, choice: object): string => event({ ...head(work, true), choices: [choice] });

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;

const base64 = (vector: number[]): string => Buffer.from(new Float32Array(vector).buffer).toString('base64');

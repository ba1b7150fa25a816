import { Inject, Injectable } from '@nestjs/common';
import { type CompletionPath, CompletionsClient, type UpstreamAnswer } from '../openrouter/completions.client.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import type { WrittenJson } from '../platform/http/bodies.js';
import { CallAnswers, type GatewayAnswer, recordedAnswer } from './call-answers.js';
import { callKey, CallKeys } from './call-keys.js';
import { readOrder } from './call-order.js';
import { CallStart, type ReadyCall } from './call-start.js';
import { OpenCalls } from './open-calls.js';

/** Makes calls at the provider that are paid exactly: credits are set aside first and charged by what was used. */
@Injectable()
export class GatewayService {
  constructor(
    private readonly start: CallStart,
    private readonly client: CompletionsClient,
    private readonly calls: OpenCalls,
    private readonly answers: CallAnswers,
    private readonly keys: CallKeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Makes a call for a user. `gone` tells that the client left.
   * @throws DomainError `invalid_request`, `no_openrouter_key`, `model_not_allowed`; 402 or 429 when it does not fit; what the provider
   * refused, as it said it. Nothing is charged then. For a key that was used before what `CallKeys.find` throws
   */
  async call(
    actor: Actor,
    user_id: string,
    path: CompletionPath,
    body: WrittenJson,
    { key: given_key, gone }: { key: string | undefined; gone: AbortSignal },
  ): Promise<GatewayAnswer> {
    const order = readOrder(path, body);
    const key = callKey(actor, given_key, path, body.value);
    const known = key && (await this.keys.find(user_id, key));
    if (known) return recordedAnswer(path, known, this.config.gateway);
    const ready = await this.start.ready(actor, user_id, order, key);
    const hangUp = new AbortController();
    const answer = await this.sent(ready, hangUp.signal);
    return this.answers.take(ready, answer, { hangUp: () => hangUp.abort(), gone });
  }

  private async sent({ call, order }: ReadyCall, signal: AbortSignal): Promise<UpstreamAnswer> {
    try {
      return await this.client.send(order.path, order.text, call.api_key, signal);
    } catch (error) {
      await this.calls.cancel(call);
      throw error;
    }
  }
}

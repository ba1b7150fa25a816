import { Inject, Injectable } from '@nestjs/common';
import type { CompletionPath } from '../openrouter/completions.client.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import type { WrittenJson } from '../platform/http/bodies.js';
import { CallAnswers, type GatewayAnswer, recordedAnswer } from './call-answers.js';
import { callKey, CallKeys } from './call-keys.js';
import { readOrder } from './call-order.js';
import { CallSender } from './call-sender.js';
import { CallStart } from './call-start.js';

/** Makes calls at the provider that are paid exactly: credits are set aside first and charged by what was used. */
@Injectable()
export class GatewayService {
  constructor(
    private readonly start: CallStart,
    private readonly sender: CallSender,
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
    const answer = await this.sender.send(ready, hangUp.signal);
    return this.answers.take(ready, answer, { hangUp: () => hangUp.abort(), gone });
  }
}

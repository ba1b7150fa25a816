import { Inject, Injectable } from '@nestjs/common';
import type { CompletionPath } from '../openrouter/completions.client.js';
import { payingFor } from '../memberships/payers.js';
import { byFirst, PayersService } from '../memberships/payers.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import type { JsonWithText } from '../platform/http/bodies/bodies.js';
import { CallAnswers, type GatewayAnswer, recordedAnswer } from './answers/call-answers.js';
import { callKey, CallKeys } from './calls/call-keys.js';
import { readOrder } from './calls/call-order.js';
import { CallSender } from './calls/call-sender.js';
import { CallStart } from './calls/call-start.js';

/** Forwards calls to the provider. Credits are held before a call is sent; the actual usage is charged when it ends. */
@Injectable()
export class GatewayService {
  constructor(
    private readonly start: CallStart,
    private readonly sender: CallSender,
    private readonly answers: CallAnswers,
    private readonly keys: CallKeys,
    private readonly payers: PayersService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Makes a call for a user. `tags` is the header with its tags. `gone` is aborted when the client disconnects.
   * @throws DomainError `invalid_request`, `no_openrouter_key`, `model_not_allowed`; 402 or 429 when the account cannot
   * afford it or a limit is reached; the provider's own refusals; for a repeated Idempotency-Key also the errors of
   * `CallKeys.find`. A refused call is not charged
   */
  async call(
    actor: Actor,
    user_id: string,
    path: CompletionPath,
    body: JsonWithText,
    { key: given_key, tags, gone }: { key: string | undefined; tags: string | undefined; gone: AbortSignal },
  ): Promise<GatewayAnswer> {
    const order = readOrder(path, body, tags);
    const key = callKey(actor, given_key, path, body.value);
    const found = await this.payers.of(actor, user_id, undefined);
    const known = key && (await this.keys.find(found.home, key));
    if (known) return recordedAnswer(path, known, this.config.gateway);
    const payers = payingFor(found, order.models);
    const ready = await byFirst(payers, (payer, is_last) =>
      this.start.ready(actor, { payer, is_last, home: payers.home }, order, key),
    );
    const hangUp = new AbortController();
    const answer = await this.sender.send(ready, hangUp.signal);
    return this.answers.take(ready, answer, { hangUp: () => hangUp.abort(), gone });
  }
}

import { Injectable } from '@nestjs/common';
import { CompletionsClient, type UpstreamAnswer } from '../../openrouter/completions.client.js';
import { Tracing, within } from '../../platform/tracing/tracing.js';
import { askedAttributes, failSpan, spanNameOf } from './call-span.js';
import type { ReadyCall } from './call-start.js';
import { OpenCalls } from './open-calls.js';

/** Sends prepared calls to the provider. */
@Injectable()
export class CallSender {
  constructor(
    private readonly client: CompletionsClient,
    private readonly calls: OpenCalls,
    private readonly tracing: Tracing,
  ) {}

  /**
   * Sends a call and returns its answer with any status, as soon as the headers arrive. If none arrives, the hold is
   * released.
   * @throws the errors of `CompletionsClient.send`
   */
  async send({ call, order }: ReadyCall, signal: AbortSignal): Promise<UpstreamAnswer> {
    call.span = this.tracing.start(spanNameOf(order), { kind: 'client', attributes: askedAttributes(order) });
    try {
      const answer = await within(call.span, () => this.client.send(order.path, order.text, call.api_key, signal));
      call.span?.setAttribute('http.response.status_code', answer.status);
      return answer;
    } catch (error) {
      failSpan(call.span, error);
      await this.calls.cancel(call);
      throw error;
    }
  }
}

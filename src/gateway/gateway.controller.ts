import { applyDecorators, Controller, HttpCode, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { AccountQuery } from '../credits/credits.dto.js';
import type { CompletionPath } from '../openrouter/completions.client.js';
import { accountOf, type Actor } from '../platform/actor.js';
import { TakesBody, WrittenBody, type WrittenJson } from '../platform/http/bodies.js';
import { SpeaksAnthropic } from '../platform/http/anthropic-error.js';
import { By, Problem, type ProblemStatus, Requires } from '../platform/http/decorators.js';
import { Idempotent, KeyHeader } from '../platform/http/idempotency-key.js';
import { headersDoc } from '../platform/http/openapi-models.js';
import { SpeaksOpenAi } from '../platform/http/openai-error.js';
import { EVENT_STREAM, GATEWAY_SCHEMAS } from './gateway.schemas.js';
import { GatewayService } from './gateway.service.js';

/** Prompts may hold images and recordings. */
const BODY_MAX_BYTES = 32 * 1024 * 1024;
const DESCRIPTION = [
  'The body is passed on as it is and the answer as it comes. The provider may be left out of the name of a model that',
  "only one has: `gpt-4o-mini`. Errors have OpenAI's shape, those of `/messages` Anthropic's. Also under `/v1`.",
  'Credits for all that the limits allow are set aside first, and what was used is charged: X-Tollgate-Cost and',
  'X-Tollgate-Balance tell it, in streams a comment before `[DONE]`.',
].join(' ');

const CHAT = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'Say hello.' }], max_tokens: 50 };
const EXAMPLES: Record<CompletionPath, Record<string, { value: object }>> = {
  '/chat/completions': { 'a question': { value: CHAT }, 'a stream': { value: { ...CHAT, stream: true } } },
  '/completions': { 'a text': { value: { model: CHAT.model, prompt: 'Once upon a time', max_tokens: 50 } } },
  '/embeddings': { 'a text': { value: { model: 'openai/text-embedding-3-small', input: 'Hello world' } } },
  '/responses': { 'a question': { value: { model: CHAT.model, input: 'Say hello.', max_output_tokens: 50 } } },
  '/messages': { 'a question': { value: CHAT } },
};

const PASSED_ON: readonly ProblemStatus[] = [
  ...[400, 402, 403, 404, 408, 409, 413, 415, 422, 429, 500, 502, 503, 504],
  ...(['4XX', '5XX'] as const),
];
/** What is refused here; a provider's own refusals come with the status that it gave. */
const REFUSALS = [
  ...PASSED_ON.map((status) => Problem(status, 'provider_refused')),
  Problem(400, 'invalid_request', 'model_ambiguous'),
  Problem(404, 'model_not_found'),
  Problem(402, 'insufficient_credits', 'credits_on_hold', 'monthly_cap_exceeded', 'budget_exceeded'),
  Problem(403, 'account_suspended', 'account_closed', 'model_not_allowed', 'no_openrouter_key'),
  Problem(403, 'openrouter_key_refused'),
  Problem(409, 'call_in_progress', 'answer_not_kept'),
  Problem(429, 'call_limit_exceeded', 'free_call_limit_exceeded', 'too_many_calls_in_flight'),
  Problem(502, 'provider_empty_answer'),
  Problem(503, 'openrouter_unavailable', 'provider_unavailable', 'provider_busy', 'provider_broke_off'),
];

/** A route of OpenAI's own interface. */
function Completion(path: CompletionPath, summary: string): MethodDecorator {
  return applyDecorators(
    Post(path),
    HttpCode(200),
    ApiOperation({ summary, description: DESCRIPTION }),
    ApiBody({ schema: GATEWAY_SCHEMAS[path].request, examples: EXAMPLES[path] }),
    ApiResponse({
      status: 200,
      description: 'What the provider answers: JSON, or a stream of events.',
      headers: headersDoc('X-Tollgate-Cost', 'X-Tollgate-Balance'),
      content: {
        'application/json': { schema: GATEWAY_SCHEMAS[path].answer },
        'text/event-stream': { schema: EVENT_STREAM },
      },
    }),
    Requires('user', 'service', 'admin'),
    Idempotent(),
    TakesBody({ max_bytes: BODY_MAX_BYTES, keeps_text: true }),
    path === '/messages' ? SpeaksAnthropic() : SpeaksOpenAi(),
    ...REFUSALS,
  );
}

/** OpenAI's own interface: whatever speaks to OpenAI speaks to it unchanged. */
@ApiTags('Gateway')
@Controller()
export class GatewayController {
  constructor(private readonly gateway: GatewayService) {}

  @Completion('/chat/completions', 'Make a chat completion')
  createChatCompletion(
    @By() actor: Actor,
    @Query() query: AccountQuery,
    @WrittenBody() body: WrittenJson,
    @KeyHeader() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.answer('/chat/completions', { actor, query, body, key }, reply);
  }

  @Completion('/completions', 'Complete a text')
  createCompletion(
    @By() actor: Actor,
    @Query() query: AccountQuery,
    @WrittenBody() body: WrittenJson,
    @KeyHeader() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.answer('/completions', { actor, query, body, key }, reply);
  }

  @Completion('/embeddings', 'Make embeddings')
  createEmbeddings(
    @By() actor: Actor,
    @Query() query: AccountQuery,
    @WrittenBody() body: WrittenJson,
    @KeyHeader() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.answer('/embeddings', { actor, query, body, key }, reply);
  }

  @Completion('/responses', "Make a response, as OpenAI's Responses tell it")
  createResponse(
    @By() actor: Actor,
    @Query() query: AccountQuery,
    @WrittenBody() body: WrittenJson,
    @KeyHeader() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.answer('/responses', { actor, query, body, key }, reply);
  }

  @Completion('/messages', "Make a message, as Anthropic's Messages tell it")
  createMessage(
    @By() actor: Actor,
    @Query() query: AccountQuery,
    @WrittenBody() body: WrittenJson,
    @KeyHeader() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.answer('/messages', { actor, query, body, key }, reply);
  }

  private async answer(
    path: CompletionPath,
    { actor, query, body, key }: { actor: Actor; query: AccountQuery; body: WrittenJson; key: string | undefined },
    reply: FastifyReply,
  ) {
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    const user_id = accountOf(actor, query.user_id);
    const answer = await this.gateway.call(actor, user_id, path, body, { key, gone: left.signal });
    reply.headers({ ...answer.headers, 'content-type': answer.content_type });
    // Nest would wrap a bare stream twice
    return answer.body instanceof Readable ? new StreamableFile(answer.body) : answer.body;
  }
}

import { applyDecorators, Controller, HttpCode, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { AccountQuery } from '../credits/credits.dto.js';
import type { CompletionPath } from '../openrouter/completions.client.js';
import { accountOf, type Actor } from '../platform/actor.js';
import { AcceptBody, BodyWithText, type JsonWithText } from '../platform/http/bodies/bodies.js';
import { AnthropicErrors } from '../platform/http/problems/anthropic-error.js';
import { CurrentActor, Problem, type ProblemStatus, Requires } from '../platform/http/decorators.js';
import { Idempotent, KeyHeader } from '../platform/http/idempotency-key.js';
import { headersDoc } from '../platform/http/openapi/openapi-models.js';
import { OpenAiErrors } from '../platform/http/problems/openai-error.js';
import { Tagged, TagsHeader } from './calls/call-tags.js';
import { EVENT_STREAM, GATEWAY_SCHEMAS } from './gateway.schemas.js';
import { GatewayService } from './gateway.service.js';

/** Prompts can contain images and audio. */
const BODY_MAX_BYTES = 32 * 1024 * 1024;
const DESCRIPTION = [
  'The body is forwarded unchanged, and so is the answer. The provider can be omitted from the model id if only one',
  "offers the model: `gpt-4o-mini`. Errors have OpenAI's format, or Anthropic's for `/messages`. Also under `/v1`.",
  'Credits for the highest possible cost are held first; the actual usage is charged. X-Tollgate-Cost and',
  'X-Tollgate-Balance report the charge and the balance; in streams, a comment before `[DONE]` does.',
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
  400,
  402,
  403,
  404,
  408,
  409,
  413,
  415,
  422,
  429,
  500,
  502,
  503,
  504,
  ...(['4XX', '5XX'] as const),
];
/** The gateway's own refusals. A provider's refusal keeps the provider's status. */
const REFUSALS = [
  ...PASSED_ON.map((status) => Problem(status, 'provider_refused')),
  Problem(400, 'invalid_request', 'model_ambiguous'),
  Problem(404, 'model_not_found', 'not_found'),
  Problem(402, 'insufficient_credits', 'credits_on_hold', 'monthly_cap_exceeded', 'budget_exceeded'),
  Problem(403, 'account_suspended', 'account_closed', 'model_not_allowed', 'no_openrouter_key'),
  Problem(403, 'key_service_not_allowed', 'key_model_not_allowed', 'member_model_not_allowed'),
  Problem(403, 'openrouter_key_refused'),
  Problem(409, 'call_in_progress', 'answer_not_kept'),
  Problem(429, 'call_limit_exceeded', 'free_call_limit_exceeded', 'too_many_calls_in_flight'),
  Problem(502, 'provider_empty_answer'),
  Problem(503, 'openrouter_unavailable', 'provider_unavailable', 'provider_busy', 'provider_broke_off'),
];

/** Declares a route of the OpenAI or Anthropic API. */
function Completion(path: CompletionPath, summary: string): MethodDecorator {
  return applyDecorators(
    Post(path),
    HttpCode(200),
    ApiOperation({ summary, description: DESCRIPTION }),
    ApiBody({ schema: GATEWAY_SCHEMAS[path].request, examples: EXAMPLES[path] }),
    ApiResponse({
      status: 200,
      description: "The provider's answer: JSON, or a stream of events.",
      headers: headersDoc('X-Tollgate-Cost', 'X-Tollgate-Balance'),
      content: {
        'application/json': { schema: GATEWAY_SCHEMAS[path].answer },
        'text/event-stream': { schema: EVENT_STREAM },
      },
    }),
    Requires('gateway', 'user', 'service', 'admin'),
    Idempotent(),
    Tagged(),
    AcceptBody({ max_bytes: BODY_MAX_BYTES, keeps_text: true }),
    path === '/messages' ? AnthropicErrors() : OpenAiErrors(),
    ...REFUSALS,
  );
}

interface CallRequest {
  actor: Actor;
  query: AccountQuery;
  body: JsonWithText;
  key: string | undefined;
  tags: string | undefined;
}

/** The OpenAI and Anthropic APIs: their clients work unchanged. */
@ApiTags('Gateway')
@Controller()
export class GatewayController {
  constructor(private readonly gateway: GatewayService) {}

  @Completion('/chat/completions', 'Create a chat completion')
  createChatCompletion(
    @CurrentActor() actor: Actor,
    @Query() query: AccountQuery,
    @BodyWithText() body: JsonWithText,
    @KeyHeader() key: string | undefined,
    @TagsHeader() tags: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.answer('/chat/completions', { actor, query, body, key, tags }, reply);
  }

  @Completion('/completions', 'Create a text completion')
  createCompletion(
    @CurrentActor() actor: Actor,
    @Query() query: AccountQuery,
    @BodyWithText() body: JsonWithText,
    @KeyHeader() key: string | undefined,
    @TagsHeader() tags: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.answer('/completions', { actor, query, body, key, tags }, reply);
  }

  @Completion('/embeddings', 'Create embeddings')
  createEmbeddings(
    @CurrentActor() actor: Actor,
    @Query() query: AccountQuery,
    @BodyWithText() body: JsonWithText,
    @KeyHeader() key: string | undefined,
    @TagsHeader() tags: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.answer('/embeddings', { actor, query, body, key, tags }, reply);
  }

  @Completion('/responses', 'Create a response (OpenAI Responses API)')
  createResponse(
    @CurrentActor() actor: Actor,
    @Query() query: AccountQuery,
    @BodyWithText() body: JsonWithText,
    @KeyHeader() key: string | undefined,
    @TagsHeader() tags: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.answer('/responses', { actor, query, body, key, tags }, reply);
  }

  @Completion('/messages', 'Create a message (Anthropic Messages API)')
  createMessage(
    @CurrentActor() actor: Actor,
    @Query() query: AccountQuery,
    @BodyWithText() body: JsonWithText,
    @KeyHeader() key: string | undefined,
    @TagsHeader() tags: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.answer('/messages', { actor, query, body, key, tags }, reply);
  }

  private async answer(path: CompletionPath, { actor, query, body, key, tags }: CallRequest, reply: FastifyReply) {
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    const user_id = accountOf(actor, query.user_id);
    const answer = await this.gateway.call(actor, user_id, path, body, { key, tags, gone: left.signal });
    reply.headers({ ...answer.headers, 'content-type': answer.content_type });
    // Nest would wrap a bare stream twice
    return answer.body instanceof Readable ? new StreamableFile(answer.body) : answer.body;
  }
}

import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ReturnsMetadata, WithHeaders } from './decorators.js';
import type { AnswerForm } from './earlier.js';
import { type Page, pageHeaders } from './page.js';
import { toWire } from './view.js';

/**
 * Turns what routes return into their answers, as `@Returns` promised. In Fastify rather than as a Nest interceptor,
 * for that wraps every call into observables and costs more than the rest of the route.
 */
export function registerAnswers(fastify: FastifyInstance): void {
  fastify.addHook('preSerialization', (request, reply, payload: unknown, done) => {
    const { returns } = request.routeOptions.config;
    // a problem is sent as text; what else has an error's status is not the route's result
    if (!returns || reply.statusCode >= 400) done(null, payload);
    else done(null, answerOf(returns, payload, request, reply));
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (payload !== null || request.routeOptions.config.returns?.nullable !== true || reply.statusCode >= 400) {
      done(null, payload);
      return;
    }
    reply.type('application/json; charset=utf-8'); // Fastify would send null as an empty body
    done(null, 'null');
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const isTagged = request.routeOptions.config.returns?.has_etag === true && reply.statusCode === 200;
    done(null, isTagged && typeof payload === 'string' ? unlessKnown(payload, request, reply) : payload);
  });
}

/** Tags the answer with its digest; a caller who has it already gets 304 and no body. */
function unlessKnown(payload: string, request: FastifyRequest, reply: FastifyReply): string | null {
  const etag = `"${createHash('sha256').update(payload).digest('base64url')}"`;
  reply.headers({ etag, 'cache-control': 'private, no-cache' });
  if (!isKnown(request, etag)) return payload;
  reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return null;
}

/** Whether the caller has the answer with this tag already. */
export function isKnown({ headers }: FastifyRequest, etag: string): boolean {
  const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return known.includes(etag) || known.includes('*');
}

function answerOf(
  { view, list }: ReturnsMetadata,
  given: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): unknown {
  let result = given;
  if (result instanceof WithHeaders) {
    reply.headers(result.headers);
    result = result.result as unknown;
  }
  if (view === null) return undefined;
  if (request.answer_form) return inForm(request.answer_form, result);
  if (!list) return toWire(view, result as object);
  const items = isPage(result) ? withPageHeaders(result, request, reply) : (result as object[]);
  return items.map((item) => toWire(view, item));
}

/** The answer as whoever asks in an earlier way reads it. */
function inForm({ view, of }: AnswerForm, result: unknown): unknown {
  return toWire(view, of(isPage(result) ? result.items : result));
}

function isPage(result: unknown): result is Page<object> {
  return typeof result === 'object' && result !== null && !Array.isArray(result) && 'items' in result;
}

function withPageHeaders(page: Page<object>, request: FastifyRequest, reply: FastifyReply): object[] {
  reply.headers(pageHeaders(page, request.originalUrl));
  return page.items;
}
